"""Lines E01–E08: the chat in a page of another site.

The gateway is at 127.0.0.1 and the other site at localhost: two sites to a browser.
"""

import contextlib
import gzip
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import requests
from playwright.sync_api import Error, Frame, expect

from tests.e2e.axe import examined, findings
from tests.e2e.browser import follow
from tests.e2e.chat import NEED, Chat
from tests.e2e.fixtures import bare_gateway
from tests.support.gateway import RunningGateway

ROOMY = {"viewport": {"width": 1280, "height": 800}}
PAGE = """<!DOCTYPE html>
<html lang="fi"><head><meta charset="utf-8"><title>Kunta</title>
<meta name="viewport" content="width=device-width, initial-scale=1"></head>
<body><main><h1>Kunnan palvelut</h1><p>Tervetuloa.</p>
<p><a href="{gateway}/">Kysy apua botilta</a><script defer src="{gateway}/embed.js"></script></p>
<p><a href="#haku">Siirry hakuun</a></p>
<p><label for="haku">Hae</label> <input id="haku"></p></main></body></html>"""


class Site:
    """A web site of somebody else, with a strict content policy."""

    def __init__(self) -> None:
        outer = self
        self.gateway = ""
        self.policy = "default-src 'none'; script-src {gateway}; frame-src {gateway}"

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                policy = outer.policy.format(gateway=outer.gateway)
                self.send_header("Content-Security-Policy", policy)
                self.end_headers()
                if self.path == "/":
                    self.wfile.write(PAGE.format(gateway=outer.gateway).encode())

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://localhost:{self._server.server_port}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@dataclass(frozen=True)
class Sites:
    """The gateway, a site that may frame it, and one that may not."""

    gateway: RunningGateway
    friend: Site
    stranger: Site


@pytest.fixture(scope="session")
def sites(tmp_path_factory, roomy_config) -> Iterator[Sites]:
    folder = tmp_path_factory.mktemp("embed")
    friend, stranger = Site(), Site()
    config = folder / "polku.toml"
    text = roomy_config.read_text("utf-8").replace("demo = false", "demo = true")
    config.write_text(
        text.replace("allowed_origins = []", f'allowed_origins = ["{friend.url}"]'), "utf-8"
    )
    running = bare_gateway(folder, config)
    friend.gateway = stranger.gateway = running.url
    yield Sites(running, friend, stranger)
    running.stop()
    friend.close()
    stranger.close()


OpenHost = Callable[..., Chat]


@pytest.fixture
def open_host(chat_at, sites) -> OpenHost:
    """Return a function that opens the other site's page."""

    def open_host(site: Site | None = None, **options: object) -> Chat:
        chat = chat_at((site or sites.friend).url, **ROOMY | options)
        chat.watch.forgive(f"outside: {sites.gateway.url}")
        return chat

    return open_host


def launcher(chat: Chat):
    return chat.page.get_by_role("button", name="Kysy botilta")


def opened(chat: Chat, sites: Sites) -> Frame:
    launcher(chat).click()
    handle = chat.page.locator("iframe").element_handle()
    frame = handle.content_frame()
    frame.wait_for_url(sites.gateway.url + "/")
    frame.locator("#kirjoita").wait_for()
    return frame


def say(frame: Frame, text: str) -> None:
    before = frame.locator(".msg.bot").count()
    frame.locator("#kirjoita").fill(text)
    frame.locator(".send").click()
    frame.wait_for_function(
        "n => document.querySelectorAll('.msg.bot').length > n", arg=before, timeout=15_000
    )
    expect(frame.locator(".state").last).to_have_text("Lähetetty")


def test_E01_without_script_a_link_leads_to_the_chat(open_host, sites):
    chat = open_host(java_script_enabled=False)
    link = chat.page.get_by_role("link", name="Kysy apua botilta")
    expect(link).to_be_visible()
    follow(link)
    assert chat.page.url == sites.gateway.url + "/"
    expect(chat.box).to_be_visible()


def test_E02_the_launcher_is_a_quiet_button_with_room(open_host):
    chat = open_host()
    button = launcher(chat)
    expect(button).to_be_visible()
    assert button.get_attribute("aria-expanded") == "false"
    assert button.inner_text() == "Kysy botilta"
    box = button.bounding_box()
    assert box["height"] >= 44
    assert box["width"] >= 44
    assert 1280 - box["x"] - box["width"] > 16
    assert 800 - box["y"] - box["height"] > 16
    chat.page.wait_for_timeout(1500)
    assert chat.page.locator("iframe").count() == 0
    assert chat.page.get_by_role("dialog").count() == 0
    assert chat.page.locator("audio, video").count() == 0
    expect(chat.page.get_by_role("link", name="Kysy apua botilta")).to_be_hidden()


def test_E03_focus_goes_to_the_heading_and_back_and_the_conversation_stays(open_host, sites):
    chat = open_host()
    frame = opened(chat, sites)
    active = "document.getElementById('polku-embed').shadowRoot.activeElement?.tagName"
    assert chat.page.evaluate(active) == "H2"
    dialog = chat.page.get_by_role("dialog", name="Polku, botti")
    expect(dialog).to_be_visible()
    assert launcher(chat).get_attribute("aria-expanded") == "true"
    say(frame, NEED)
    frame.locator("#kirjoita").fill("kesken")
    frame.locator("#kirjoita").press("Escape")
    expect(dialog).to_be_hidden()
    expect(launcher(chat)).to_be_focused()
    chat.page.keyboard.press("Enter")
    expect(dialog).to_be_visible()
    expect(frame.locator(".client .say").first).to_have_text(NEED)
    expect(frame.locator("#kirjoita")).to_have_value("kesken")
    chat.page.keyboard.press("Escape")
    expect(launcher(chat)).to_be_focused()
    chat.page.keyboard.press("Enter")
    chat.page.keyboard.press("Tab")
    expect(chat.page.get_by_role("button", name="Sulje")).to_be_focused()
    chat.page.keyboard.press("Enter")
    expect(launcher(chat)).to_be_focused()


def test_E03_the_conversation_is_there_after_a_reload_of_the_other_page(open_host, sites):
    chat = open_host()
    say(opened(chat, sites), NEED)
    (cookie,) = chat.page.context.cookies(sites.gateway.url)
    assert cookie["httpOnly"]
    assert cookie["secure"]
    assert cookie["sameSite"] == "None"
    assert cookie["partitionKey"]
    chat.page.reload()
    frame = opened(chat, sites)
    expect(frame.locator(".client .say").first).to_have_text(NEED)
    say(frame, "mistä saan apua velkoihin")
    assert frame.locator(".client").count() == 2
    # The same browser on the chat's own page: another conversation.
    tab = chat.page.context.new_page()
    tab.goto(sites.gateway.url)
    assert tab.locator(".client").count() == 0


def test_E03_a_browser_that_refuses_cookies_can_talk_and_is_told(open_host, sites):
    chat = open_host()
    chat.watch.forgive("401")

    def without_cookies(route) -> None:
        answer = route.fetch()
        headers = {k: v for k, v in answer.headers.items() if k != "set-cookie"}
        route.fulfill(response=answer, headers=headers)

    chat.page.route(re.compile(f"{sites.gateway.url}/(?!.*events)"), without_cookies)
    frame = opened(chat, sites)
    say(frame, NEED)
    say(frame, "mistä saan apua velkoihin")
    assert frame.locator(".client").count() == 2
    notice = frame.locator(".msg.system .say")
    expect(notice).to_contain_text("Tämä selain ei säilytä keskustelua.")
    assert chat.page.context.cookies() == []


def test_E03_leaving_in_a_hurry_takes_the_whole_page_away(open_host, sites):
    chat = open_host()
    chat.watch.forgive("ilmatieteenlaitos", "ERR_NAME_NOT_RESOLVED", "ERR_ABORTED")
    frame = opened(chat, sites)
    say(frame, NEED)
    frame.locator("#poistu").click(no_wait_after=True)
    with contextlib.suppress(Error):
        chat.page.wait_for_url(lambda url: not url.startswith(chat.url))
    for _ in range(50):
        if not chat.page.context.cookies(sites.gateway.url):
            break
        chat.page.wait_for_timeout(100)
    assert chat.page.context.cookies(sites.gateway.url) == []


def test_E04_the_other_page_stays_usable_beside_the_panel(open_host, sites):
    chat = open_host()
    opened(chat, sites)
    chat.page.get_by_label("Hae").fill("kirjasto")
    assert chat.page.get_by_role("dialog").get_attribute("aria-modal") is None
    expect(chat.page.get_by_label("Hae")).to_have_value("kirjasto")


@pytest.mark.parametrize("size", [(480, 800), (640, 400), (320, 256)])
def test_E04_with_little_room_the_link_leads_to_the_full_page(open_host, sites, size):
    chat = open_host(viewport={"width": size[0], "height": size[1]})
    expect(launcher(chat)).to_be_hidden()
    follow(chat.page.get_by_role("link", name="Kysy apua botilta"))
    assert chat.page.url == sites.gateway.url + "/"


def test_E05_axe_finds_nothing_in_the_page_nor_in_the_frame(open_host, sites):
    chat = open_host()
    frame = opened(chat, sites)
    say(frame, NEED)
    # The two are of different origins: axe looks into each by itself. Colours under the frame's
    # sticky bars it cannot judge; C21 does.
    found = findings(chat.page, width=1280) + examined(frame)
    known = ("frame-tested", "overlapped by another element", "overlaps other elements")
    assert [line for line in found if not any(part in line for part in known)] == []


def test_E06_the_frame_has_a_title_and_is_out_of_reach(open_host, sites):
    chat = open_host()
    opened(chat, sites)
    frame = chat.page.locator("iframe")
    assert frame.get_attribute("title") == "Polku, keskustelu"
    reach = """() => {
        const frame = document.getElementById('polku-embed').shadowRoot.querySelector('iframe');
        if (frame.contentDocument) return 'read';
        try { return frame.contentWindow.document.body.innerText; } catch (e) { return e.name; }
    }"""
    assert chat.page.evaluate(reach) == "SecurityError"


def test_E07_nothing_is_loaded_stored_or_moved_before_it_is_opened(open_host, sites):
    source = requests.get(f"{sites.gateway.url}/embed.js", timeout=20)
    assert len(gzip.compress(source.content, 9)) <= 3 * 1024
    chat = open_host()
    asked: list[str] = []
    chat.page.on("request", lambda request: asked.append(request.url))
    chat.page.add_init_script(
        """window.shift = 0; new PerformanceObserver(list => {
            for (const entry of list.getEntries()) window.shift += entry.value;
        }).observe({type: 'layout-shift', buffered: true});"""
    )
    chat.page.reload()
    chat.page.wait_for_timeout(500)
    assert asked == [chat.url + "/", f"{sites.gateway.url}/embed.js"]
    assert chat.page.context.cookies() == []
    assert chat.page.evaluate("shift") == 0
    assert chat.page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]
    opened(chat, sites)
    assert chat.page.context.cookies() == []


def test_E08_a_site_that_is_not_listed_cannot_frame_the_chat(open_host, sites):
    chat = open_host(sites.stranger)
    chat.watch.forgive("frame-ancestors", "ERR_BLOCKED_BY_RESPONSE", "chrome-error")
    launcher(chat).click()
    chat.page.wait_for_timeout(1000)
    (frame,) = [f for f in chat.page.frames if f != chat.page.main_frame]
    assert frame.locator("#kirjoita").count() == 0
    policy = requests.get(sites.gateway.url, timeout=20).headers["Content-Security-Policy"]
    assert f"frame-ancestors 'self' {sites.friend.url};" in policy


@pytest.mark.parametrize(
    "message",
    ["'polku:close'", "{polku: 'close'}", "null", "'<img src=x onerror=alert(1)>'"],
)
def test_E08_messages_from_elsewhere_are_ignored(open_host, sites, message):
    chat = open_host()
    opened(chat, sites)
    chat.page.evaluate(f"postMessage({message}, '*')")
    chat.page.wait_for_timeout(200)
    expect(chat.page.get_by_role("dialog")).to_be_visible()


def test_the_demo_page_is_served_only_when_the_settings_allow_it(chat_at, sites, lonely_gateway):
    assert requests.get(f"{lonely_gateway.url}/embed-demo", timeout=20).status_code == 404
    chat = chat_at(sites.gateway.url, "/embed-demo", **ROOMY)
    say(opened(chat, sites), NEED)


def test_an_allowed_origin_that_is_none_stops_the_start():
    from pydantic import ValidationError

    from bot.settings import Embed

    for wrong in ("example.fi", "https://*.example.fi", "https://a.fi/", "https://a.fi; x", "*"):
        with pytest.raises(ValidationError, match="is not an origin"):
            Embed(allowed_origins=[wrong])
    assert Embed(allowed_origins=["https://a.fi:8443"]).allowed_origins == ("https://a.fi:8443",)
