"""The server: the tools by the official SDK, over stdio or HTTP.

The only module that needs the extra ``mcp``.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from importlib.metadata import version
from typing import Any
from urllib.parse import urlsplit

import uvicorn
from mcp.server.context import CallNext, HandlerResult, ServerRequestContext
from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.mcpserver.tools import Tool
from mcp.server.transport_security import TransportSecuritySettings
from mcp_types import ToolAnnotations
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from hanse_harvesters.errors import HanseError
from hanse_harvesters.mcp import words
from hanse_harvesters.mcp.catalogue import Catalogue, forwarded
from hanse_harvesters.mcp.tools import Tools
from hanse_harvesters.texts import CORE

#: Names of the tools, methods of :class:`Tools`, in the order in which they are told.
TOOLS = (
    "search_datasets", "get_dataset", "compare_cities", "quality_of_city", "high_value_datasets",
    "sparql_query", "changes_since",
)  # fmt: skip
#: Nothing is changed; what is told comes from others.
_READS = ToolAnnotations(
    read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=True
)
#: Characters of ``X-Forwarded-For`` that are passed on: its end, which the proxies wrote.
_CHAIN = 500
#: Bytes of a request, requests at a time, seconds for which an idle connection is kept.
_LARGEST_REQUEST, _AT_ONCE, _IDLE = 64 << 10, 100, 15
_LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


def build(catalogue: Catalogue, language: str = "de") -> MCPServer[Any]:
    """Return the server; ``language`` is that of answers to who names none."""
    tools = Tools(catalogue, language)
    return MCPServer(
        name="hanse",
        title=words.title("instructions", language),
        instructions=words.description("instructions"),
        website_url=catalogue.url,
        version=version("ckanext-hanse"),
        tools=[_tool(getattr(tools, name), language) for name in TOOLS],
        log_level="WARNING",
        middleware=[_visitor],
        subscriptions=False,
    )


def _tool(method: Callable[..., dict[str, Any]], language: str) -> Tool:
    name = method.__name__
    made = Tool.from_function(
        _told(method, language),
        name=name,
        title=words.title(f"tool-{name}", language),
        description=words.description(f"tool-{name}"),
        annotations=_READS,
        structured_output=True,
    )
    for argument, schema in made.parameters["properties"].items():
        schema["description"] = words.description(f"argument-{argument}", " · ")
    return made


def _told(method: Callable[..., dict[str, Any]], language: str) -> Callable[..., dict[str, Any]]:
    """Return the method with its errors in words that an assistant is told."""

    @functools.wraps(method)
    def call(**given: Any) -> dict[str, Any]:
        try:
            return method(**given)
        except HanseError as error:
            spoken = CORE.supported(str(given.get("language") or language))
            raise ToolError(error.sentences(spoken)) from error

    return call


async def _visitor(ctx: ServerRequestContext[Any, Any], call_next: CallNext) -> HandlerResult:
    """Remember for whom a request is answered; the site counts by it."""
    headers = getattr(ctx.request, "headers", None) or {}
    token = forwarded.set(str(headers.get("x-forwarded-for", ""))[-_CHAIN:])
    try:
        return await call_next(ctx)
    finally:
        forwarded.reset(token)


def run_stdio(server: MCPServer[Any]) -> None:
    """Serve a program that has started us, until it closes our input."""
    server.run("stdio")


def application(server: MCPServer[Any], url: str) -> Starlette:
    """Return the application behind ``/mcp`` of the site ``url``; without sessions, so that any
    number of processes can serve it.  ``/`` tells that it is there.
    """
    server.custom_route("/", ["GET"])(_there)
    site = urlsplit(url)
    hosts = [f"{host}:*" for host in _LOOPBACK]
    app = server.streamable_http_app(
        json_response=True,
        stateless_http=True,
        max_request_body_size=_LARGEST_REQUEST,
        # A page in a browser must not ask a server of its visitor's machine.
        transport_security=TransportSecuritySettings(
            allowed_hosts=[site.netloc, site.hostname or "", *hosts],
            allowed_origins=[f"{site.scheme}://{site.netloc}", *(f"http://{at}" for at in hosts)],
        ),
    )
    # A GET would be held open for messages that never come.
    app.router.routes.insert(0, Route("/mcp", _only_post, methods=["GET", "DELETE"]))
    return app


async def _there(request: Request) -> PlainTextResponse:
    return PlainTextResponse("hanse mcp\n")


async def _only_post(request: Request) -> PlainTextResponse:
    return PlainTextResponse("POST, please\n", 405, {"Allow": "POST"})


def run_http(server: MCPServer[Any], url: str, host: str, port: int) -> None:
    """Serve ``http://host:port/mcp`` until a signal ends the process."""
    config = uvicorn.Config(
        application(server, url),
        host=host,
        port=port,
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        limit_concurrency=_AT_ONCE,
        timeout_keep_alive=_IDLE,
        timeout_graceful_shutdown=10,
    )
    uvicorn.Server(config).run()
