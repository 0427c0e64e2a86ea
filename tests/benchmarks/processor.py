"""Seconds of processor that a command takes, with all processes that it starts.

Time on a clock tells little on a machine that others use too.
"""

from __future__ import annotations

import ctypes
import os
import resource
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

#: prctl(2): orphans become children of this process, so that they can be waited for; they are known
#: by the process group.
_SUBREAPER = 36


@dataclass(frozen=True, slots=True)
class Used:
    """``seconds`` of processor, and what the command printed."""

    seconds: float
    output: str


def used(command: Sequence[str], env: Mapping[str, str] | None = None) -> Used:
    """Run a command to its end; OSError if it fails.

    A process that it ended without waiting for it is counted too: Linux counts only those that
    somebody has waited for.
    """
    ctypes.CDLL(None).prctl(_SUBREAPER, 1, 0, 0, 0)
    before = _of_children()
    done = subprocess.Popen(
        command,
        env={**os.environ, **(env or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        process_group=0,
    )
    output, errors = done.communicate()
    while True:
        try:
            os.waitpid(-done.pid, 0)
        except ChildProcessError:
            break
    if done.returncode:
        raise OSError(f"{' '.join(command)}: {errors[-500:]}")
    return Used(_of_children() - before, output)


def _of_children() -> float:
    found = resource.getrusage(resource.RUSAGE_CHILDREN)
    return found.ru_utime + found.ru_stime
