"""Shared by the commands: their language, and errors reported without a traceback."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

import click

from ckanext.hanse import language
from ckanext.hanse.language import Texts, texts_in
from hanse_harvesters.errors import HanseError

language_option = click.option(
    "--language",
    "texts",
    type=click.Choice(language.languages()),
    default=language.of_site,
    callback=lambda context, option, value: texts_in(value),
    help="Of all that is shown; default: the site's (ckan.locale_default).",
)


class Failure(click.ClickException):
    """An error that the user can act on, shown without a traceback; exit code 1."""

    def __init__(self, error: HanseError, texts: Texts) -> None:
        super().__init__(error.text(texts.language))
        self._texts = texts

    def show(self, file: IO[Any] | None = None) -> None:
        """Print the error to stderr."""
        click.echo(
            self._texts.gettext("Error: {text}", text=self.message), file=file, err=file is None
        )


@contextmanager
def in_words(texts: Texts) -> Iterator[None]:
    """Turn errors raised inside into a :class:`Failure` in the command's language."""
    try:
        yield
    except HanseError as error:
        raise Failure(error, texts) from error
