"""Background processes that this project started, and no others.

A process is recorded in a small JSON file.  A process id alone is not sufficient,
since the system reuses it, so the file also contains the boot id and the start time
of the process; a foreign process is never signalled.
"""

import contextlib
import json
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from hanse_config.services.errors import ServiceError
from hanse_config.services.instance import Account

LOG_LIMIT = 10_000_000
"""Bytes; a longer log is renamed (one generation) at the next start."""

Signals = Sequence[tuple[signal.Signals, float]]
"""The signals that end a process, and the seconds to wait after each."""

POLITE: Signals = ((signal.SIGTERM, 20.0), (signal.SIGKILL, 5.0))


@dataclass(frozen=True)
class Running:
    """A process of ours that is alive."""

    pid: int
    began: int
    """Start time in clock ticks after boot, as counted by the kernel."""
    boot: str
    port: int


class Daemon:
    """One background process, which can be started, found again and stopped."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name = name
        self.pidfile = folder / f"{name}.pid.json"
        self.log = folder / f"{name}.log"
        self._child: subprocess.Popen[bytes] | None = None

    def running(self) -> Running | None:
        """Return the recorded process if it is still alive."""
        try:
            noted = Running(**json.loads(self.pidfile.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return None
        alive = noted.boot == _boot() and noted.began == _began(noted.pid)
        return noted if alive else None

    def launch(
        self,
        command: Sequence[str],
        *,
        port: int,
        account: Account | None = None,
        cwd: Path | None = None,
        environ: Mapping[str, str] | None = None,
    ) -> Running:
        """Start ``command`` in a new session and record it.

        Output goes to `log`.  Raises `ServiceError` if it cannot be started.
        """
        self.pidfile.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _set_aside(self.log)
        try:
            with self.log.open("ab") as log:
                self._child = subprocess.Popen(
                    list(command),
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    cwd=cwd,
                    env=None if environ is None else dict(environ),
                    start_new_session=True,
                    **as_account(account),
                )
        except OSError as error:
            raise ServiceError(f"{self.name} cannot be started: {error}", self.log) from error
        noted = Running(self._child.pid, _began(self._child.pid) or 0, _boot(), port)
        self._remember(noted)
        return noted

    def stop(self, signals: Signals = POLITE) -> bool:
        """End the process; return whether there was one.

        Raises `ServiceError` if it survives all signals.
        """
        noted = self.running()
        if noted is None:
            self.pidfile.unlink(missing_ok=True)
            return False
        for number, patience in signals:
            with contextlib.suppress(ProcessLookupError):
                os.kill(noted.pid, number)
            if self._gone(noted, patience):
                _end_session(noted)
                self.pidfile.unlink(missing_ok=True)
                return True
        raise ServiceError(f"{self.name} (pid {noted.pid}) does not stop.", self.log)

    def last_words(self, lines: int = 8) -> str:
        """Return the end of the log, for a message."""
        try:
            text = self.log.read_bytes()[-8000:].decode("utf-8", "replace")
        except OSError:
            return ""
        return "\n".join(f"  | {line}" for line in text.splitlines()[-lines:])

    def _remember(self, noted: Running) -> None:
        fresh = self.pidfile.with_suffix(".new")
        fresh.write_text(json.dumps(asdict(noted)), encoding="utf-8")
        fresh.replace(self.pidfile)

    def _gone(self, noted: Running, patience: float) -> bool:
        end = time.monotonic() + patience
        while time.monotonic() < end:
            if self._child is not None:
                self._child.poll()  # reaps our own child, which would remain a zombie
            if _began(noted.pid) != noted.began:
                return True
            time.sleep(0.05)
        return False


def as_account(account: Account | None) -> dict[str, Any]:
    """Return arguments for `subprocess` that run a command as ``account``."""
    if account is None:
        return {}
    return {"user": account.uid, "group": account.gid, "extra_groups": []}


def _boot() -> str:
    return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()


def _began(pid: int) -> int | None:
    """Return the start time of process ``pid``; ``None`` if it has ended (or is a zombie)."""
    fields = _stat(pid)
    return int(fields[19]) if fields else None


def _end_session(noted: Running) -> None:
    """Kill what the ended process left behind, such as the job a worker was running.

    Its children remain in the session it created, whose id the system does not
    reuse as long as one of them lives.
    """
    for process in Path("/proc").glob("[0-9]*"):
        fields = _stat(int(process.name))
        if fields and int(fields[3]) == noted.pid and int(fields[19]) >= noted.began:
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(process.name), signal.SIGKILL)


def _stat(pid: int) -> list[str]:
    """Return the fields after the name in proc(5)'s ``stat``; [] for an ended process or zombie."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return []
    # The name in parentheses may contain anything, so count from its end.
    fields = stat[stat.rindex(")") + 2 :].split()
    return [] if fields[0] in "ZX" else fields


def _set_aside(log: Path) -> None:
    if log.exists() and log.stat().st_size > LOG_LIMIT:
        log.replace(log.with_suffix(".log.1"))
