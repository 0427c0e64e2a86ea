"""A process run to its end, with the memory it and its children had at most."""

from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

#: Seconds between two looks at the children, which are short-lived.
_EVERY = 0.1


@dataclass(slots=True)
class Watched:
    """``children``: program → MB of its largest process, whatever number of them there were."""

    code: int
    output: str
    seconds: float
    children: dict[str, float] = field(default_factory=dict)


def run(command: Sequence[str], log: Path, *, timeout: float, env: dict[str, str]) -> Watched:
    """Run a command, its standard error into ``log``; TimeoutError once it is ended for that."""
    begun = time.monotonic()
    with log.open("ab") as words:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=words,
            text=True,
            env=env,
        )
    children: dict[str, float] = {}
    done = threading.Event()
    watcher = threading.Thread(target=_watch, args=(process.pid, children, done), daemon=True)
    watcher.start()
    try:
        output, _ = process.communicate(timeout=timeout)
    except BaseException as error:
        process.kill()
        process.wait()
        if isinstance(error, subprocess.TimeoutExpired):
            raise TimeoutError(f"not done within {timeout:.0f} s: {' '.join(command)}") from error
        raise
    finally:
        done.set()
        watcher.join()
    return Watched(process.returncode, output, time.monotonic() - begun, children)


def _watch(parent: int, children: dict[str, float], done: threading.Event) -> None:
    while not done.wait(_EVERY):
        for pid in _children(parent):
            name, peak = _program(pid), peak_mb(pid)
            if name and peak:
                children[name] = max(children.get(name, 0.0), peak)


def _children(parent: int) -> list[int]:
    found = []
    for task in Path(f"/proc/{parent}/task").glob("*/children"):
        try:
            found += [int(pid) for pid in task.read_text().split()]
        except OSError:
            continue
    return found + [grandchild for pid in found for grandchild in _children(pid)]


def _program(pid: int) -> str:
    """The module or program that a process runs."""
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").split("\0")
    except OSError:
        return ""
    if "-m" in words:
        return words[words.index("-m") + 1]
    return next((Path(word).name for word in words if word and not word.startswith("-")), "")


def peak_mb(pid: int | str = "self") -> float:
    """The most memory a process had (VmHWM), in MB; 0 for one that is gone."""
    return _status(pid, "VmHWM")


def now_mb(pid: int | str = "self") -> float:
    """The memory a process has (VmRSS), in MB."""
    return _status(pid, "VmRSS")


def forget_peak() -> None:
    """Let this process's peak begin anew."""
    Path("/proc/self/clear_refs").write_text("5")


def _status(pid: int | str, key: str) -> float:
    try:
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith(f"{key}:"):
                return int(line.split()[1]) / 1024
    except OSError:
        pass
    return 0.0
