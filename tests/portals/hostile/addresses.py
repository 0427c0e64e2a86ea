"""Attacks that would lead us inside: redirects, names, ports, spellings of this machine."""

from __future__ import annotations

from typing import Any

from hanse_harvesters.testing.portal import Asked
from portals.hostile.attack import Attack, Reply, Serves, Stage, among, turtle

#: Ways to write this machine, or one of its insides.
INSIDE = {
    "loopback": "http://127.0.0.1:{port}/",
    "loopback-short": "http://127.1:{port}/",
    "loopback-shorter": "http://127.0.1:{port}/",
    "loopback-other": "http://127.99.98.97:{port}/",
    "loopback-decimal": "http://2130706433:{port}/",
    "loopback-octal": "http://0177.0.0.01:{port}/",
    "loopback-hex": "http://0x7f000001:{port}/",
    "loopback-hex-parts": "http://0x7f.0x0.0x0.0x1:{port}/",
    "loopback-overflow": "http://6425673729:{port}/",
    "loopback-percent": "http://%31%32%37.0.0.1:{port}/",
    "loopback-full-width": "http://\uff11\uff12\uff17.0.0.1:{port}/",
    "loopback-circled": "http://\u2460\u2461\u2466.0.0.1:{port}/",
    "loopback-ideographic-dots": "http://127\u30020\u30020\u30021:{port}/",
    "loopback-trailing-dot": "http://127.0.0.1.:{port}/",
    "loopback-v6": "http://[::1]:{port}/",
    "loopback-v6-long": "http://[0000:0000:0000:0000:0000:0000:0000:0001]:{port}/",
    "loopback-v6-mapped": "http://[::ffff:127.0.0.1]:{port}/",
    "loopback-v6-mapped-hex": "http://[::ffff:7f00:1]:{port}/",
    "loopback-v6-compatible": "http://[::127.0.0.1]:{port}/",
    "loopback-v6-zone": "http://[::1%25lo]:{port}/",
    "loopback-nat64": "http://[64:ff9b::7f00:1]:{port}/",
    "loopback-6to4": "http://[2002:7f00:1::]:{port}/",
    "this-host": "http://0.0.0.0:{port}/",
    "this-host-short": "http://0:{port}/",
    "this-host-v6": "http://[::]:{port}/",
    "localhost": "http://localhost:{port}/",
    "localhost-case": "http://LocalHost.:{port}/",
    "localhost-circled": "http://\u24db\u24de\u24d2\u24d0\u24db\u24d7\u24de\u24e2\u24e3:{port}/",
    "metadata": "http://169.254.169.254/latest/meta-data/",
    "metadata-decimal": "http://2852039166/latest/meta-data/",
    "metadata-hex": "http://0xa9fea9fe/latest/meta-data/",
    "metadata-octal": "http://0251.0376.0251.0376/",
    "metadata-v6-mapped": "http://[::ffff:a9fe:a9fe]/latest/meta-data/",
    "metadata-v6-aws": "http://[fd00:ec2::254]/latest/meta-data/",
    "metadata-azure": "http://168.63.129.16/machine?comp=goalstate",
    "metadata-oracle": "http://192.0.0.192/latest/",
    "metadata-alibaba": "http://100.100.100.200/latest/",
    "private-ten": "http://10.0.0.1/",
    "private-twelve": "http://172.16.0.1:8983/solr/",
    "private-sixteen": "http://192.168.0.1/",
    "link-local-v6": "http://[fe80::1]/",
    "broadcast": "http://255.255.255.255/",
    "multicast": "http://224.0.0.1/",
    "solr": "http://127.0.0.1:8983/solr/admin/cores?action=UNLOAD",
    "redis": "http://127.0.0.1:6379/%0d%0aFLUSHALL%0d%0a",
}
#: Targets that are no web address, or one that is not what it seems.
STRANGE = {
    "file": "file://{secret}",
    "file-localhost": "file://localhost{secret}",
    "gopher": "gopher://127.0.0.1:6379/_FLUSHALL",
    "ftp": "ftp://127.0.0.1/x",
    "dict": "dict://127.0.0.1:11211/stat",
    "ldap": "ldap://127.0.0.1/",
    "javascript": "javascript:alert(1)",
    "data": "data:text/turtle,<x>%20a%20<y>.",
    "jar": "jar:http://127.0.0.1!/x",
    "unix-socket": "http+unix://%2Fvar%2Frun%2Fdocker.sock/",
    "login": "http://portal.example@127.0.0.1:{port}/",
    "login-with-password": "http://admin:geheim@127.0.0.1:{port}/",
    "login-hidden": "http://127.0.0.1:{port}\\@daten.example/",
    "half-a-bracket": "http://[::1",
    "port-out-of-range": "http://127.0.0.1:99999/",
    "port-of-words": "http://127.0.0.1:http/",
    "line-ends-in-the-host": "http://127.0.0.1%0d%0aHost:x/",
    "nothing-in-the-host": "http://127.0.0.1\x00.daten.example/",
    "label-too-long": "http://" + "a" * 300 + ".example/",
    "address-of-a-megabyte": "http://127.0.0.1:{port}/" + "x" * 60_000,
}
#: Names that a name service under somebody else's control leads inside.
NAMES = {
    "metadata.google.internal": "169.254.169.254",
    "instance-data.ec2.internal": "169.254.169.254",
    "127.0.0.1.nip.example": "127.0.0.1",
    "a9fea9fe.nip.example": "169.254.169.254",
    "spoofed.burp.example": "127.0.0.1",
    "zehn.daten.example": "10.0.0.5",
    "sechs.daten.example": "::1",
    "abgebildet.daten.example": "::ffff:169.254.169.254",
    "xn--strae-oqa.example": "127.0.0.1",
    "stra\u00dfe.example": "192.168.1.1",
}
#: How they are asked for (IDNA).
_WITH_UMLAUTS = {"stra\u00dfe.example": "xn--strae-oqa.example"}


def _to(target: str) -> Serves:
    def serves(stage: Stage) -> dict[str, Any]:
        port = stage.inner.rpartition(":")[2]
        location = target.format(port=port, secret=stage.secret)
        return {"/catalog.ttl": Reply(b"", 302, headers={"Location": location})}

    return serves


def _here(target: str) -> Any:
    return lambda stage: target.format(port=stage.inner.rpartition(":")[2], secret=stage.secret)


def _nothing(stage: Stage) -> dict[str, Any]:
    return {}


def _growing(asked: Asked) -> Reply:
    number = int(asked.query("n", "0")) + 1
    return Reply(b"", 302, headers={"Location": f"/catalog.ttl?n={number}"})


#: Each of them says: refused, or no such host, never what stands there.
_REFUSED = ("address-*|tries-spent",)

ATTACKS = [
    *(
        Attack(f"redirect-to-{name}", _to(target), _REFUSED, stops=True, asked=1)
        for name, target in (INSIDE | STRANGE).items()
    ),
    *(
        Attack(f"source-at-{name}", _nothing, _REFUSED, stops=True, asked=0, address=_here(target))
        for name, target in INSIDE.items()
        if name.startswith(("loopback", "metadata"))
    ),
    *(
        Attack(
            f"name-{name}",
            _to(f"http://{name}/"),
            ("address-private",),
            stops=True,
            asked=1,
            resolves={_WITH_UMLAUTS.get(name, name): [[address]]},
        )
        for name, address in NAMES.items()
    ),
    Attack(
        "name-that-changes-between-check-and-connect",
        _to("http://wechsel.daten.example/"),
        ("tries-spent",),
        stops=True,
        asked=1,
        options={"page_tries": 1},
        limits={"tries": 1},
        resolves={"wechsel.daten.example": [["194.94.160.1"], ["127.0.0.1"]]},
    ),
    Attack(
        "name-with-an-address-inside-among-others",
        _to("http://gemischt.daten.example/"),
        ("tries-spent",),
        stops=True,
        asked=1,
        options={"page_tries": 1},
        limits={"tries": 1},
        resolves={"gemischt.daten.example": [["10.0.0.1", "194.94.160.1", "::1"]]},
    ),
    Attack(
        "name-with-a-thousand-addresses",
        _to("http://viele.daten.example/"),
        ("tries-spent",),
        stops=True,
        asked=1,
        options={"page_tries": 1},
        limits={"tries": 1},
        resolves={"viele.daten.example": [[f"194.94.{n // 250}.{n % 250}" for n in range(1000)]]},
    ),
    Attack(
        "redirect-to-itself",
        lambda stage: {"/catalog.ttl": Reply(b"", 302, headers={"Location": "/catalog.ttl"})},
        ("redirects-many",),
        stops=True,
    ),
    Attack(
        "redirect-to-and-fro",
        lambda stage: {
            "/catalog.ttl": Reply(b"", 307, headers={"Location": "/b"}),
            "/b": Reply(b"", 301, headers={"Location": "/catalog.ttl"}),
        },
        ("redirects-many",),
        stops=True,
    ),
    Attack(
        "redirect-for-ever",
        lambda stage: {"/catalog.ttl": _growing},
        ("redirects-many",),
        stops=True,
    ),
    Attack(
        "redirect-to-what-is-listed-for-another-source",
        lambda stage: {
            "/catalog.ttl": Reply(b"", 302, headers={"Location": f"{stage.listed}/catalog.ttl"})
        },
        ("address-inside",),
        stops=True,
        asked=1,
    ),
    Attack(
        "redirect-to-another-port",
        lambda stage: {
            "/catalog.ttl": Reply(b"", 302, headers={"Location": f"{stage.inner}/catalog.ttl"})
        },
        ("address-private",),
        stops=True,
        asked=1,
    ),
    Attack(
        "refresh-and-base-of-another-host",
        lambda stage: {
            "/catalog.ttl": Reply(
                among("").body,
                headers={
                    "Refresh": f"0; url={stage.inner}/",
                    "Content-Location": f"{stage.inner}/",
                    "Link": f'<{stage.inner}/c.jsonld>; rel="http://www.w3.org/ns/json-ld#context"',
                },
            )
        },
        (),
        ("vorher", "nachher"),
        asked=1,
    ),
    Attack(
        "base-of-a-file",
        lambda stage: {
            "/catalog.ttl": turtle(
                f"@base <file://{stage.secret}> .\n<> a hydra:PagedCollection ;"
                " hydra:nextPage <> .\n"
            )
        },
        ("page-failed",),
    ),
]
