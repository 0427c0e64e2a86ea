"""What the commands of ``hanse`` share: exit codes, errors, and how a target is opened."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import IO, Any, NoReturn

import click
import yaml

from hanse_harvesters import http
from hanse_harvesters.errors import ConfigError, HanseError
from hanse_harvesters.http import address, secret
from hanse_harvesters.settings import dataclass_config
from hanse_harvesters.settings.check import options_of
from hanse_harvesters.settings.source import SourceSettings
from hanse_harvesters.sources import detect, registry
from hanse_harvesters.sources.fetch import Fetches
from hanse_harvesters.texts import CORE
from hanse_schemas.table import LOADER

FAILED, WRONG, NOTHING, INCOMPLETE = 1, 2, 3, 4

language_option = click.option(
    "--lang",
    "--language",
    "lang",
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

#: Keys of a settings file, as in the catalogue's sources file.
_KEYS = ("kind", "language", "options", "modified_is_file_time")
settings_option = click.option(
    "--settings",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help=f"A YAML file with {', '.join(_KEYS)} of the source, as in a sources file.",
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
    target: str,
    kind: str | None,
    allow_private: tuple[str, ...],
    settings: Path | None = None,
    language: str = "en",
) -> Iterator[tuple[SourceSettings, Fetches]]:
    """Yield the settings and the client for an address, a file or a folder to look at.

    ``settings``  a file with further settings; a ``kind`` in it prevails.
    ``language``  of a line on stderr, if a catalogue is read at another address than the given.
    """
    given = _given(settings)
    kind = str(given.pop("kind", "")) or kind
    private = trusted(target, allow_private)
    with ExitStack() as clients:

        @cache
        def client() -> http.Client:
            return clients.enter_context(http.Client.from_environment(allowed_private=private))

        found, fetches = _source(target, kind, client)
        source = _with(found, given, settings)
        if detect.is_address(target) and _path(source.url) != _path(target):
            # Where the address itself holds no catalogue, the portal may have one elsewhere.
            texts = CORE.texts(language)
            words = texts.gettext("Reading {url} ({kind})", url=source.url, kind=source.kind)
            click.echo(words, err=True)
        if settings is not None:
            client().secret = secret.of_environment(getattr(options_of(source), "secret", ""))
        yield source, fetches


def _path(url: str) -> str:
    """Return an address without the parameters of one request."""
    return url.partition("#")[0].partition("?")[0].rstrip("/")


def _given(file: Path | None) -> dict[str, Any]:
    if file is None:
        return {}
    try:
        found = yaml.load(file.read_text("utf-8"), LOADER)
    except (yaml.YAMLError, UnicodeError) as error:
        raise ConfigError("yaml-invalid", where=str(file), reason=error) from error
    if not isinstance(found, Mapping):
        raise ConfigError("settings-flat", where=str(file), value=repr(found)[:80])
    for key in found:
        if key not in _KEYS:
            raise ConfigError("key-unknown", where=str(file), key=str(key), known=sorted(_KEYS))
    return dict(found)


def _with(found: SourceSettings, given: Mapping[str, Any], file: Path | None) -> SourceSettings:
    fixed = {key: getattr(found, key) for key in ("name", "kind", "url", "organization")}
    where = str(file or "")
    built = dataclass_config.build(SourceSettings, given, lambda key: where, also=fixed)
    return replace(found, **{key: getattr(built, key) for key in given})


def _source(
    target: str, kind: str | None, client: Callable[[], http.Client]
) -> tuple[SourceSettings, Fetches]:
    """Return the settings and the client for the target to preview."""
    if kind is not None:
        registry.connector(kind, where="--kind")
    if not detect.is_address(target):
        kind, url, fetches = detect.local(target, client, kind)
    else:
        url, fetches = address.split(target).geturl(), client()
        if kind is None:
            kind, url, fetches = detect.remote(url, client())
    return SourceSettings("preview", kind, url, organization="preview"), fetches


def saved(file: Path, content: BytesIO) -> str:
    """Write a file and return its name; raise ConfigError if that cannot be done."""
    try:
        file.write_bytes(content.getvalue())
    except OSError as error:
        raise ConfigError("file-unwritable", where=str(file), reason=error.strerror) from error
    return str(file)


@contextmanager
def replaced(file: Path) -> Iterator[IO[bytes]]:
    """Yield a new file that takes the place of ``file`` if nothing fails until the end.

    Raises ConfigError if it cannot be written.
    """
    new = file.with_name(f"{file.name}.part")
    try:
        with new.open("wb") as out:
            yield out
        new.replace(file)
    except OSError as error:
        new.unlink(missing_ok=True)
        raise ConfigError("file-unwritable", where=str(file), reason=error.strerror) from error
    except BaseException:
        new.unlink(missing_ok=True)
        raise
