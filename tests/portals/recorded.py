"""Answers of real software, kept in a folder: written by ``make test-peers``, replayed here."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any

from hanse_harvesters.testing.portal import Asked, Reply

FOLDER = Path(__file__).parent.parent / "sources" / "recorded"


def keep(name: str, said: list[tuple[Asked, Reply]]) -> None:
    """Write what was asked and answered, in place of an earlier recording."""
    folder = FOLDER / name
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.iterdir():
        path.unlink()
    index: list[dict[str, Any]] = []
    once = {(asked.target, asked.content): (asked, reply) for asked, reply in said}
    for number, (asked, reply) in enumerate(once.values()):
        kind = reply.headers.get("Content-Type", "application/xml")
        ending = next((name for name in ("html", "json") if name in kind), "xml")
        file = f"{number:02}{PurePosixPath(asked.path).suffix or f'.{ending}'}"
        (folder / file).write_bytes(reply.body)
        content = None if asked.content is None else asked.content.decode()
        said_of = {"target": asked.target, "content": content, "status": reply.status}
        index.append({**said_of, "type": kind, "answer": file})
    text = json.dumps(index, indent=1, ensure_ascii=False) + "\n"
    (folder / "index.json").write_text(text, encoding="utf-8")


class Replay:
    """A script of :class:`Portal` that answers as was recorded; anything else is a 404."""

    def __init__(self, name: str) -> None:
        self.folder = FOLDER / name
        index = json.loads((self.folder / "index.json").read_text(encoding="utf-8"))
        self._answers = {(item["target"], item["content"]): item for item in index}

    def __call__(self, asked: Asked) -> Reply:
        """Answer, or say that `make test-peers RECORD=1` has to be run again."""
        content = None if asked.content is None else asked.content.decode()
        found = self._answers.get((asked.target, content))
        if found is None:
            return Reply(b"not recorded: make test-peers RECORD=1", 404)
        body = (self.folder / found["answer"]).read_bytes()
        return here(asked, Reply(body, found["status"], {"Content-Type": found["type"]}))


def here(asked: Asked, reply: Reply) -> Reply:
    """Put the address that was asked in place of the one that the software was told is its own."""
    host = asked.headers.get("host", "").encode()
    return replace(reply, body=reply.body.replace(b"http://127.0.0.1/", b"http://%s/" % host))
