"""Driving the browser: the site and Chromium with the few things the tests do over and over."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import axe
import requests
from selenium.webdriver import Chrome
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement as Element
from selenium.webdriver.support.ui import WebDriverWait

ROOT = Path(__file__).parents[2]
SCREENSHOTS = ROOT / "build" / "screenshots"
WINDOW = (1280, 900)
PATIENCE = 30.0
"""Seconds until a page must show something."""
POLL = 0.05
"""Seconds between two looks whether it does."""


@dataclass(frozen=True)
class Site:
    """The running site: its address, and who can sign in (name → password).

    ``names``  what addresses of pages are put together of (`examples`)
    ``rules``  every rule of addresses that answer a GET, with its endpoint
    ``ini``    what it was started with
    ``spare``  a port of loopback that the site may ask, for a portal of a test's own
    """

    url: str
    passwords: dict[str, str]
    names: dict[str, str]
    rules: dict[str, str]
    ini: Path
    spare: int = 0

    def get(self, path: str) -> requests.Response:
        """What somebody without an account gets."""
        return requests.get(self.url + path, timeout=60)


@dataclass
class Browser:
    """The driver, and the site it drives."""

    driver: Chrome
    site: Site

    def open(self, path: str) -> None:
        """Load a page of the site."""
        self.driver.get(self.site.url + path)

    def one(self, css: str) -> Element:
        """The first element of ``css``, waited for."""
        return self.until(lambda driver: driver.find_element(By.CSS_SELECTOR, css))

    def all(self, css: str) -> list[Element]:
        """Every element of ``css`` there is now."""
        return self.driver.find_elements(By.CSS_SELECTOR, css)

    def link(self, words: str) -> Element:
        """The first visible link whose text holds ``words``, waited for."""
        return self.until(
            lambda driver: driver.find_element(By.PARTIAL_LINK_TEXT, words), f"link {words!r}"
        )

    def until(self, found: Callable[[Chrome], Element], what: str = "") -> Element:
        """What ``found`` gives, waited for."""
        wait = WebDriverWait(self.driver, PATIENCE, POLL, ignored_exceptions=(Exception,))
        return wait.until(found, what)

    def text(self) -> str:
        """The words of the page as one sees them."""
        return str(self.one("body").text)

    def fill(self, name: str, value: str) -> None:
        """Type into the field of this name."""
        field = self.one(f"[name='{name}']")
        field.clear()
        field.send_keys(value)

    def press(self, words: str) -> None:
        """Press the button that says ``words``."""
        self.click(next(item for item in self.all("button") if words in item.text))

    def click(self, element: Element) -> None:
        """Click an element, wherever on the page it is."""
        self.driver.execute_script(
            "arguments[0].scrollIntoView({block: 'center', behavior: 'instant'})", element
        )
        element.click()

    def sign_in(self, name: str) -> None:
        """Sign in with one of the site's accounts."""
        self.open("/user/login")
        self.fill("login", name)
        self.fill("password", self.site.passwords[name])
        self.press("Anmelden")
        self.one(".hanse-account")

    def keep(self, name: str) -> None:
        """Keep a picture of the whole page in build/screenshots."""
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        height = self.driver.execute_script("return document.documentElement.scrollHeight")
        width = self.driver.execute_script("return window.innerWidth")
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
        self.driver.save_screenshot(str(SCREENSHOTS / f"{name}.png"))
        self.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})

    def width(self, width: int | None, *, mobile: bool = False) -> None:
        """Show the page this wide; None: as wide as the window."""
        if width is None:
            self.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
            return
        metrics = {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": mobile}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)

    def tidy(self, name: str) -> None:
        """A picture; and nothing that axe finds wrong, nothing too wide on a phone."""
        self.keep(name)
        assert axe.violations(self.driver) == []
        self.width(390, mobile=True)
        assert self.driver.execute_script("return document.documentElement.scrollWidth") <= 390
        self.keep(f"{name}-narrow")

    def asked(self) -> list[str]:
        """Every address that a `chromium` with its traffic written down has asked for."""
        entries = (json.loads(item["message"]) for item in self.driver.get_log("performance"))
        return [
            entry["message"]["params"]["request"]["url"]
            for entry in entries
            if entry["message"]["method"] == "Network.requestWillBeSent"
        ]

    def complaints(self) -> list[str]:
        """What the console says of errors and of what the content security policy refused."""
        return [
            item["message"]
            for item in self.driver.get_log("browser")
            if item["level"] == "SEVERE" or "Content Security Policy" in item["message"]
        ]


@contextmanager
def chromium(*, traffic: bool = False) -> Iterator[Chrome]:
    """A Chromium, 1280 wide, without cookies; ``traffic``: what it asks for is written down."""
    options = Options()
    options.binary_location = "/usr/bin/chromium"
    for argument in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--lang=de"):
        options.add_argument(argument)
    logs = {"browser": "ALL", "performance": "ALL"} if traffic else {"browser": "ALL"}
    options.set_capability("goog:loggingPrefs", logs)
    driver = Chrome(options=options, service=Service("/usr/bin/chromedriver"))
    driver.set_window_size(*WINDOW)
    try:
        yield driver
    finally:
        driver.quit()


def as_new(driver: Chrome) -> None:
    """Another tab, nothing remembered: as a Chromium that was started just now."""
    used = driver.current_window_handle
    driver.switch_to.new_window("tab")
    fresh = driver.current_window_handle
    driver.switch_to.window(used)
    driver.close()
    driver.switch_to.window(fresh)
    driver.set_window_size(*WINDOW)
    driver.execute_cdp_cmd("Network.clearBrowserCookies", {})
    driver.execute_cdp_cmd("Network.clearBrowserCache", {})
    driver.get_log("browser")
