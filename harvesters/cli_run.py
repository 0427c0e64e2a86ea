"""What the commands of ``hanse`` share: exit codes, errors, and how a target is opened."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import NoReturn

import click

from hanse_harvesters.errors import ConfigError, HanseError
from hanse_harvesters.http import Client, address
from hanse_harvesters.settings.source import SourceSettings
from hanse_harvesters.sources import detect, registry
from hanse_harvesters.sources.fetch import Fetches
from hanse_harvesters.texts import CORE

FAILED, WRONG, NOTHING, INCOMPLETE = 1, 2, 3, 4

language_option = click.option(
    "--lang",
    type=click.Choice(CORE.languages()),
    default="de",
    show_default=True,
    help="Language of the report.",
)
private_option = click.option(
    "--allow-private",
    multiple=True,
    metavar="HOST:PORT",
    help=f"A private or local address that may be asked; also by {address.ENV_ALLOW}.",
)


def guarded(work: Callable[[], int], language: str) -> NoReturn:
    """Run ``work`` and exit with its code; print errors on stderr without a traceback."""
    try:
        code = work()
    except ConfigError as error:
        complain(error, language)
        code = WRONG
    except HanseError as error:
        complain(error, language)
        code = FAILED
    except KeyboardInterrupt:
        click.echo("", err=True)
        code = 130
    except BrokenPipeError:  # `hanse preview … | head`
        sys.stderr.close()
        code = 0
    sys.exit(code)


def complain(error: HanseError, language: str) -> None:
    click.echo(f"{click.style('hanse:', fg='red', bold=True)} {error.where or ''}", err=True)
    click.echo(f"  {error.what_in(language)}", err=True)
    click.echo(f"  → {error.remedy_in(language)}", err=True)


def trusted(target: str, allow_private: tuple[str, ...]) -> frozenset[str]:
    """Return the private addresses that may be asked: those listed, and a local one as typed.

    It is typed by a person, hence trusted; redirects and links are not.
    """
    allowed = address.allow_list(allow_private, where="--allow-private")
    return allowed | address.loopback(target) if detect.is_address(target) else allowed


@contextmanager
def opened(
    target: str, kind: str | None, allow_private: tuple[str, ...]
) -> Iterator[tuple[SourceSettings, Fetches]]:
    """Yield the settings and the client for an address, a file or a folder to look at."""
    with Client.from_environment(allowed_private=trusted(target, allow_private)) as client:
        yield _source(target, kind, client)


def _source(target: str, kind: str | None, client: Client) -> tuple[SourceSettings, Fetches]:
    """Return the settings and the client for the target to preview."""
    if kind is not None:
        registry.connector(kind, where="--kind")
    fetches: Fetches = client
    if not detect.is_address(target):
        kind, url, fetches = detect.local(target, client, kind)
    else:
        url = address.split(target).geturl()
        if kind is None:
            kind, url, fetches = detect.remote(url, client)
    return SourceSettings("preview", kind, url, organization="preview"), fetches


def saved(file: Path, content: BytesIO) -> str:
    """Write a file and return its name; raise ConfigError if that cannot be done."""
    try:
        file.write_bytes(content.getvalue())
    except OSError as error:
        raise ConfigError("file-unwritable", where=str(file), reason=error.strerror) from error
    return str(file)
