"""Parsers of connectors: a good one, and what can go wrong; imported in the sandbox by name."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from typing import IO, Any


def good(document: IO[bytes], charset: str) -> Iterator[Any]:
    for line in document:
        yield {"name": line.decode(charset or "utf-8").strip(), "length": len(line)}


def listed(document: IO[bytes], charset: str) -> Any:
    return json.load(document)


def endless(document: IO[bytes], charset: str) -> Iterator[Any]:
    while True:
        pass
    yield


def sleeping(document: IO[bytes], charset: str) -> Iterator[Any]:
    time.sleep(600)
    yield


def memory(document: IO[bytes], charset: str) -> Iterator[Any]:
    yield len(bytearray(1 << 40))


def huge(document: IO[bytes], charset: str) -> Iterator[Any]:
    while True:
        yield "x" * (1 << 20)


def long(document: IO[bytes], charset: str) -> Iterator[Any]:
    yield "x" * (1 << 22)


def crash(document: IO[bytes], charset: str) -> Iterator[Any]:
    yield 1
    os.abort()


def leaves(document: IO[bytes], charset: str) -> Iterator[Any]:
    os._exit(0)


def fails(document: IO[bytes], charset: str) -> Iterator[Any]:
    yield 1
    raise KeyError("datasets")


def prints(document: IO[bytes], charset: str) -> Iterator[Any]:
    print('["item", "forged"]', flush=True)
    os.write(1, b'["error", "crash"]\n')
    print("warning", file=sys.stderr, flush=True)
    yield "real"


def _outcome(what: Any) -> str:
    try:
        what()
    except Exception as error:
        return type(error).__name__
    return "open"


def doors(document: IO[bytes], charset: str) -> Iterator[Any]:
    yield _outcome(socket.socket)
    yield _outcome(lambda: os.open("/etc/hostname", os.O_RDONLY))
    yield _outcome(lambda: os.open("/tmp/forged", os.O_CREAT))
    yield _outcome(lambda: subprocess.run(["/bin/true"]))
    yield sorted(os.environ.keys() - {"PYTHONPATH", "LANG"})


def deep(document: IO[bytes], charset: str) -> Iterator[Any]:
    value: list[Any] = []
    for _ in range(100_000):
        value = [value]
    yield value


def odd(document: IO[bytes], charset: str) -> Iterator[Any]:
    yield {"when": threading}


def nan(document: IO[bytes], charset: str) -> Iterator[Any]:
    yield float("nan")


def nothing(document: IO[bytes], charset: str) -> Any:
    return None


def halves(document: IO[bytes], charset: str) -> Iterator[Any]:
    yield "a\ud800b"
