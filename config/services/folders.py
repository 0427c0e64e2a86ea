"""Create folders and files with the required owner and mode."""

import hashlib
import os
import shutil
from pathlib import Path

from hanse_config.services.instance import Account


def make(folder: Path, account: Account | None = None, mode: int = 0o755) -> Path:
    """Create ``folder`` if needed, owned by ``account``; return it."""
    folder.mkdir(parents=True, exist_ok=True)
    if account is not None:
        os.chown(folder, account.uid, account.gid)
    folder.chmod(mode)
    return folder


def write(path: Path, text: str, account: Account | None = None, mode: int = 0o644) -> None:
    """Write ``text`` atomically, readable for ``account``."""
    fresh = path.with_name(path.name + ".new")
    fresh.touch(mode=0o600)
    fresh.write_text(text, encoding="utf-8")
    if account is not None:
        os.chown(fresh, account.uid, account.gid)
    fresh.chmod(mode)
    fresh.replace(path)


def mirror(source: Path, target: Path, account: Account | None = None) -> None:
    """Make ``target`` contain exactly the files of ``source``."""
    wanted = {path.relative_to(source) for path in source.rglob("*") if path.is_file()}
    found = {path.relative_to(target) for path in target.rglob("*") if path.is_file()}
    for extra in found - wanted:
        (target / extra).unlink()
    for name in wanted:
        content = (source / name).read_bytes()
        copy = target / name
        if name in found and copy.read_bytes() == content:
            continue
        make(copy.parent, account)
        shutil.copyfile(source / name, copy)
        copy.chmod(0o644)


def digest(folder: Path) -> str:
    """Return a digest of the files in ``folder``, by name and content."""
    sums = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        content = path.read_bytes()
        sums.update(f"{path.relative_to(folder)} {len(content)}\n".encode() + content)
    return sums.hexdigest()
