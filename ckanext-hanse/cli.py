"""The commands `ckan hanse …`."""

import click


@click.group()
def hanse() -> None:
    """The joint catalogue."""


def get_commands() -> list[click.Command]:
    return [hanse]
