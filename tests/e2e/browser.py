"""A real browser, driven from a thread of its own.

Playwright keeps an event loop running in the thread that starts it, which pytest-asyncio does
not bear. So one thread does everything that touches the browser; ``in_browser_thread`` runs a
function there. Tests in this folder run there as a whole (conftest.py).
"""

import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Locator, Playwright

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # No name outside this machine is found, whatever a page asks for.
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost",
]
PHONE = {"width": 360, "height": 640}

_thread = ThreadPoolExecutor(1, thread_name_prefix="browser")


def in_browser_thread(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    return _thread.submit(function, *args, **kwargs).result()


def launch(playwright: Playwright) -> Browser:
    executable = shutil.which("chromium") or shutil.which("chromium-browser")
    assert executable, "the browser tests need Chromium: apt-get install chromium"
    return playwright.chromium.launch(executable_path=executable, args=FLAGS)


def follow(control: Locator) -> None:
    """Press a link or a button that leads to a page, and wait for that page."""
    with control.page.expect_navigation():
        control.click()


class Watch:
    """Notes what must never happen in a page: errors, broken policies, requests elsewhere.

    A violation of the Content Security Policy is an error in the console.
    """

    def __init__(self, context: BrowserContext, origin: str) -> None:
        self._origin = urlsplit(origin).netloc
        self._forgiven: list[str] = []
        self.seen: list[str] = []
        context.on("console", self._console)
        context.on("weberror", lambda error: self.seen.append(f"script: {error.error}"))
        context.on("request", self._request)

    def forgive(self, *parts: str) -> None:
        """Expect messages that hold one of these parts."""
        self._forgiven += parts

    @property
    def faults(self) -> list[str]:
        return [line for line in self.seen if not any(part in line for part in self._forgiven)]

    def _console(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.seen.append(f"console: {message.text} {message.location.get('url', '')}")

    def _request(self, request: Any) -> None:
        if urlsplit(request.url).netloc != self._origin:
            self.seen.append(f"outside: {request.url}")
