"""The pictures of docs/join: pages of the site with invented data, in German and English.

`make pictures` runs it on the tests' site; nothing collects it otherwise.
"""

from __future__ import annotations

import base64
import subprocess
import sys
import time
from pathlib import Path

import pytest
from driving import ROOT, Browser, Site

sys.path.insert(0, str(ROOT))
from tests.portals.cities import lists

IMAGES = ROOT / "docs/join/images"
WIDTH = 1040
#: A third of a PNG; letters stay sharp.
FORMAT = {"format": "webp", "quality": 80}
#: A city for each language, and its administrator.
CITY = """
import sys
from ckan.cli import CKANConfigLoader
from ckan.config.middleware import make_app
import ckan.plugins.toolkit as tk
app = make_app(CKANConfigLoader(sys.argv[1]).get_config())
with app._wsgi_app.test_request_context():
    site = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
    def call(action, **data):
        return tk.get_action(action)({"ignore_auth": True, "user": site}, data)
    for code, title in (("de", "Hansestadt Wismar"), ("en", "Hanseatic City of Wismar")):
        user = "amt-" + code
        call("organization_create", name="hansestadt-" + code, title=title)
        call("user_create", name=user, email=user + "@example.org", fullname="Anna Wulf",
             password=sys.argv[2])
        call("organization_member_create", id="hansestadt-" + code, username=user, role="admin")
"""
WORDS = {
    "de": {
        "title": "Datenliste der Hansestadt Wismar", "upload": "Hochladen und Vorschau",
        "use": "Diese Liste übernehmen", "save": "Quelle speichern", "prefix": "",
        "file": "Datenliste", "template": "vorlage", "form": "hochladen", "preview": "vorschau",
        "source": "quelle", "list": "liste",
    },
    "en": {
        "title": "Data list of the City of Wismar", "upload": "Upload and preview",
        "use": "Take this list over", "save": "Save the source", "prefix": "/en",
        "file": "data list", "template": "template", "form": "upload", "preview": "preview",
        "source": "source", "list": "list",
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def city(site: Site) -> None:
    """A city that has only files."""
    password = "nur-fuer-die-bilder"
    command = [sys.executable, "-c", CITY, str(site.ini), password]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    site.passwords.update({"amt-de": password, "amt-en": password})


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """A city's list."""
    target = tmp_path / "list.xlsx"
    target.write_bytes(lists.wismar("https://www.wismar.example"))
    return target


def keep(browser: Browser, name: str, *, most: int = 760) -> None:
    """Keep a picture of the page's content, no higher than ``most`` pixels."""
    browser.width(WIDTH)
    browser.driver.execute_script("window.scrollTo(0, 0)")
    time.sleep(0.3)
    box = browser.driver.execute_script(
        "var box = document.querySelector('#content').getBoundingClientRect();"
        "return {x: 0, y: box.top + window.scrollY, width: window.innerWidth, height: box.height}"
    )
    clip = {**box, "height": min(box["height"], most), "scale": 1}
    found = browser.driver.execute_cdp_cmd(
        "Page.captureScreenshot", FORMAT | {"clip": clip, "captureBeyondViewport": True}
    )
    IMAGES.mkdir(parents=True, exist_ok=True)
    (IMAGES / f"{name}.webp").write_bytes(base64.b64decode(found["data"]))
    browser.width(None)


@pytest.mark.parametrize("language", ["de", "en"])
def test_pictures_of_a_list(
    browser: Browser, site: Site, city: None, content: Path, tmp_path: Path, language: str
) -> None:
    words = WORDS[language]
    browser.sign_in(f"amt-{language}")

    def opened(path: str) -> None:
        browser.open(words["prefix"] + path)

    def named(key: str) -> str:
        return f"{language}-{words[key]}"

    opened("/harvest")
    keep(browser, named("template"))
    file = tmp_path / f"{words['file']}.xlsx"
    file.write_bytes(content.read_bytes())
    opened("/harvest/source/new")
    browser.click(browser.one("[name='url_type'][value='upload']"))
    browser.fill("title", words["title"])
    browser.one("[name='upload']").send_keys(str(file))
    keep(browser, named("form"), most=860)
    browser.press(words["save"])
    browser.one(".hanse-list-decide")
    keep(browser, named("preview"), most=900)
    browser.press(words["use"])
    browser.one(".alert-success")
    source = browser.driver.current_url.removeprefix(site.url)
    end = time.monotonic() + 180
    while not browser.all(".hanse-source-over .hanse-state-ok"):
        assert time.monotonic() < end
        time.sleep(1)
        browser.open(source)
    keep(browser, named("source"), most=820)
    changed = tmp_path / f"{words['file']} 2.xlsx"
    changed.write_bytes(content.read_bytes())
    browser.open(f"{source}/list")
    browser.one("[name='upload']").send_keys(str(changed))
    browser.press(words["upload"])
    browser.one(".hanse-list-decide")
    browser.open(f"{source}/list")
    keep(browser, named("list"), most=1080)
    browser.open(f"{source}/delete")
    name = source.rpartition("/")[2]
    browser.fill("confirm", name)
    browser.click(browser.one("[name='datasets'][value='withdraw']"))
    browser.click(browser.one("button.btn-danger"))
    browser.one(".alert-success")


PORTAL = {
    "de": ("portal", "quelle-portal", "geodaten"),
    "en": ("portal", "source-portal", "geodata"),
}
SHOWN = "https://opendata.hansestadt.example"


def shown_as(browser: Browser, address: str, instead: str) -> None:
    """Replace an address of this machine in the page by one that a city has."""
    browser.driver.execute_script(
        "var walk = document.createTreeWalker(document.querySelector('main'), 4);"
        "while (walk.nextNode()) { var text = walk.currentNode;"
        " text.data = text.data.split(arguments[0]).join(arguments[1]); }"
        "for (var input of document.querySelectorAll('main input[type=text]'))"
        " input.value = input.value.split(arguments[0]).join(arguments[1]);",
        address,
        instead,
    )


@pytest.mark.parametrize("language", ["de", "en"])
def test_pictures_of_a_portal(browser: Browser, site: Site, city: None, language: str) -> None:
    """What is found at a portal and at a state's catalogue, and the page of a source."""
    checked, source, geodata = PORTAL[language]
    prefix = WORDS[language]["prefix"]
    portal = f"http://127.0.0.1:{int(site.url.rpartition(':')[2]) + 1}/"
    browser.sign_in(f"amt-{language}")
    browser.open(f"{prefix}/harvest/source/new")
    browser.fill("address", portal)
    browser.click(browser.one(".hanse-find-form button"))
    browser.one(".hanse-found")
    shown_as(browser, portal.rstrip("/"), SHOWN)
    keep(browser, f"{language}-{checked}", most=900)

    browser.driver.delete_all_cookies()
    browser.sign_in("betrieb")
    state = f"http://127.0.0.1:{int(site.url.rpartition(':')[2]) + 3}/csw"
    browser.open(f"{prefix}/harvest/source/new?organization=stralsund")
    browser.fill("address", state)
    browser.click(browser.one(".hanse-find-form button"))
    browser.one(".hanse-found")
    shown_as(browser, state, "https://geoportal.mv.example/csw")
    keep(browser, f"{language}-{geodata}", most=1000)

    browser.open(f"{prefix}/harvest/source/nachbau-rostock")
    browser.driver.execute_script(
        "document.querySelector('.hanse-source-url').textContent = arguments[0]", SHOWN
    )
    keep(browser, f"{language}-{source}", most=820)
