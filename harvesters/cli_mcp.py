"""``hanse mcp``: assistants ask the catalogue, by the Model Context Protocol."""

from __future__ import annotations

import click

from hanse_harvesters.cli_run import guarded, language_option
from hanse_harvesters.errors import ConfigError
from hanse_harvesters.mcp.catalogue import Catalogue

ENV_URL = "HANSE_CATALOGUE"


@click.command()
@click.argument("url", metavar="CATALOGUE", envvar=ENV_URL)
@click.option(
    "--http",
    "port",
    type=click.IntRange(1, 65535),
    metavar="PORT",
    help="Serve http://HOST:PORT/mcp; by default the program that starts it is served by stdio.",
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen at.")
@click.option(
    "--api",
    default="",
    metavar="URL",
    help="Where to ask the site instead, such as http://127.0.0.1:5000 on its own machine.",
)
@language_option
def mcp(url: str, port: int | None, host: str, api: str, lang: str) -> None:
    """Let assistants search and compare the datasets of a catalogue, read only.

    CATALOGUE is the address of its home page, by default $HANSE_CATALOGUE.
    """

    def work() -> int:
        catalogue = Catalogue(url, api)
        try:
            from hanse_harvesters.mcp import server
        except ModuleNotFoundError as error:
            raise ConfigError("mcp-missing", where=str(error.name)) from error
        try:
            made = server.build(catalogue, lang)
            if port is None:
                server.run_stdio(made)
            else:
                server.run_http(made, catalogue.url, host, port)
        finally:
            catalogue.close()
        return 0

    guarded(work, lang)
