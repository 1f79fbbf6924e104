"""Time until one can write, bytes and requests of the chat page, beside three known web chats."""

import argparse
import gzip
import json
import mimetypes
import platform
import shutil
import statistics
import subprocess
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import requests
from playwright.sync_api import Browser, sync_playwright

from bench.processes import Started, free_port
from bot.settings import ROOT

RESULT = Path(__file__).parent / "results" / "web.md"
PACKAGES = {"botframework-webchat": "4.18.1", "deep-chat": "2.4.2", "rasa-webchat": "1.0.1"}
GOAL_SECONDS, GOAL_BYTES, GOAL_REQUESTS = 2.0, 14 * 1024, 4
LATENCY_MS, BYTES_A_SECOND, SLOWER = 400, 50_000, 4
PHONE = {"width": 360, "height": 640}

_HEAD = (
    '<!DOCTYPE html><html lang="fi"><head><meta charset="utf-8"><title>Chat</title>'
    '<meta name="viewport" content="width=device-width, initial-scale=1"></head><body>'
)

# Says when the box is first there, from the start of the navigation.
_WATCH = """(() => {
    const look = () => {
        const box = (%s)();
        if (box && box.getBoundingClientRect().height) window.__usable = performance.now();
        else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
})()"""


@dataclass(frozen=True)
class Peer:
    """A web chat from npm, on a page as its documentation shows it, with nothing behind it.

    Attributes:
        title: For the table.
        package: Its name in npm.
        file: The script in the package.
        body: What the page has beside that script.
        box: JavaScript that returns the text box, or nothing.
    """

    title: str
    package: str
    file: str
    body: str
    box: str


PEERS = [
    Peer(
        "Bot Framework Web Chat (minimal)",
        "botframework-webchat",
        "dist/webchat-minimal.js",
        '<div id="chat" style="height:600px"></div><script src="/script.js"></script>'
        "<script>WebChat.renderWebChat({directLine: WebChat.createDirectLine({token: 't', "
        "domain: location.origin, webSocket: false})}, document.getElementById('chat'));</script>",
        "() => document.querySelector('.webchat__send-box-text-box__input')",
    ),
    Peer(
        "deep-chat",
        "deep-chat",
        "dist/deepChat.bundle.js",
        '<deep-chat demo="true"></deep-chat><script type="module" src="/script.js"></script>',
        "() => document.querySelector('deep-chat')?.shadowRoot?.querySelector('#text-input')",
    ),
    Peer(
        "rasa-webchat",
        "rasa-webchat",
        "lib/index.js",
        '<script src="/script.js"></script><script>WebChat.default({socketUrl: location.origin,'
        "hideWhenNotConnected: false, initPayload: ''}, null);</script>",
        # Its launcher is pressed as soon as it is there; the box counts as soon as it is built.
        "() => { document.querySelector('.rw-launcher')?.click();"
        "return document.querySelector('.rw-new-message') && document.documentElement; }",
    ),
]
POLKU_BOX = "() => document.getElementById('kirjoita')"


@dataclass
class Visits:
    """What was measured of one chat, one item a visit.

    Attributes:
        seconds: From the start of the navigation until the box can be written in.
        bodies: Bytes of page, style and script on the wire, without headers.
        sent: The same with headers.
        requests: Requests until then.
    """

    seconds: list[float] = field(default_factory=list)
    bodies: list[int] = field(default_factory=list)
    sent: list[int] = field(default_factory=list)
    requests: list[int] = field(default_factory=list)


def measure(arguments: Sequence[str]) -> int:
    """Measure, write the table and print it; return 1 when a goal is missed."""
    parser = argparse.ArgumentParser(prog="python -m bench web", description=__doc__)
    parser.add_argument("--visits", type=int, default=5, help="visits of each (5)")
    parser.add_argument("--alone", action="store_true", help="Polku only; writes no table")
    options = parser.parse_args(arguments)
    peers = [] if options.alone else PEERS
    if peers:
        _install()
    results: dict[str, Visits] = {}
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        executable = shutil.which("chromium")
        if executable is None:
            raise SystemExit("bench web needs Chromium: apt-get install chromium")
        browser = playwright.chromium.launch(
            executable_path=executable,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        with _polku(Path(folder)) as url:
            for _ in range(options.visits):
                _visit(browser, url, POLKU_BOX, results.setdefault("Polku", Visits()))
                for peer in peers:
                    with _served(peer) as peer_url:
                        _visit(
                            browser, peer_url, peer.box, results.setdefault(peer.title, Visits())
                        )
        version = browser.version
        browser.close()
    text = _report(results, options.visits, version)
    print(text)
    if peers:
        RESULT.write_text(text, "utf-8")
    polku = results["Polku"]
    met = (
        statistics.median(polku.seconds) <= GOAL_SECONDS
        and max(polku.bodies) <= GOAL_BYTES
        and max(polku.requests) <= GOAL_REQUESTS
    )
    return 0 if met else 1


def _install() -> None:
    """Install the peers into var/bench, unless they are there."""
    folder = ROOT / "var" / "bench" / "npm"
    folder.mkdir(parents=True, exist_ok=True)
    wanted = [f"{name}@{version}" for name, version in PACKAGES.items()]
    if all(_installed(folder, name) == version for name, version in PACKAGES.items()):
        return
    (folder / "package.json").write_text('{"private": true}', "utf-8")
    subprocess.run(
        ["npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", "--legacy-peer-deps",
         *wanted],
        cwd=folder, check=True,
    )  # fmt: skip


def _installed(folder: Path, name: str) -> str:
    package = folder / "node_modules" / name / "package.json"
    return json.loads(package.read_text("utf-8"))["version"] if package.exists() else ""


@contextmanager
def _polku(folder: Path) -> Iterator[str]:
    """Run the gateway, with nothing trained: the page is the same."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    process = Started(
        ["bot", "serve"],
        ROOT,
        {"POLKU_VAR": str(folder / "var"), "POLKU_PORT": str(port), "POLKU_MODELS": str(folder)},
        folder / "gateway.log",
    )

    def answers() -> bool:
        try:
            return requests.get(url, timeout=5).ok
        except requests.ConnectionError:
            return False

    try:
        process.seconds_until(answers)
        yield url
    finally:
        process.end()


@contextmanager
def _served(peer: Peer) -> Iterator[str]:
    """Serve a peer's page and script from loopback, compressed as a good server does."""
    source = ROOT / "var" / "bench" / "npm" / "node_modules" / peer.package / peer.file
    files = {
        "/": ("text/html", gzip.compress((_HEAD + peer.body + "</body></html>").encode(), 9)),
        "/script.js": (
            mimetypes.types_map.get(".js", "text/javascript"),
            gzip.compress(source.read_bytes(), 9),
        ),
    }

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            kind, body = files.get(self.path, ("text/plain", b""))
            self.send_response(200 if self.path in files else 404)
            self.send_header("Content-Type", f"{kind}; charset=utf-8")
            if self.path in files:
                self.send_header("Content-Encoding", "gzip")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def _visit(browser: Browser, url: str, box: str, visits: Visits) -> None:
    """Open ``url`` with an empty cache on a slow phone, and add what was seen to ``visits``."""
    context = browser.new_context(viewport=PHONE, locale="fi-FI")
    page = context.new_page()
    devtools = context.new_cdp_session(page)
    devtools.send("Network.enable")
    devtools.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": LATENCY_MS,
            "downloadThroughput": BYTES_A_SECOND,
            "uploadThroughput": BYTES_A_SECOND,
        },
    )
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    bodies: list[float] = []
    sent: list[float] = []
    asked: list[str] = []
    devtools.on("Network.dataReceived", lambda event: bodies.append(event["encodedDataLength"]))
    devtools.on("Network.loadingFinished", lambda event: sent.append(event["encodedDataLength"]))
    devtools.on("Network.requestWillBeSent", lambda event: asked.append(event["request"]["url"]))
    page.add_init_script(_WATCH % box)
    page.goto(url, wait_until="commit", timeout=120_000)
    page.wait_for_function("() => window.__usable", timeout=120_000)
    seconds = page.evaluate("() => window.__usable") / 1000
    page.wait_for_load_state("load", timeout=120_000)
    page.wait_for_timeout(1000)
    visits.seconds.append(seconds)
    visits.bodies.append(round(sum(bodies)))
    visits.sent.append(round(sum(sent)))
    visits.requests.append(len([url for url in asked if url.startswith("http")]))
    context.close()


def _report(results: dict[str, Visits], visits: int, browser: str) -> str:
    rows = [
        f"| {title} | {statistics.median(found.seconds):.2f} | "
        f"{min(found.seconds):.2f}–{max(found.seconds):.2f} | "
        f"{statistics.median(found.bodies) / 1024:.1f} | "
        f"{statistics.median(found.sent) / 1024:.1f} | {max(found.requests)} |"
        for title, found in results.items()
    ]
    versions = ", ".join(f"{name} {version}" for name, version in PACKAGES.items())
    polku = results["Polku"]
    goals = [
        ("box within 2.0 s", f"{statistics.median(polku.seconds):.2f} s",
         statistics.median(polku.seconds) <= GOAL_SECONDS),
        ("at most 14 KB of page, style and script", f"{max(polku.bodies) / 1024:.1f} KB",
         max(polku.bodies) <= GOAL_BYTES),
        ("at most 4 requests", str(max(polku.requests)), max(polku.requests) <= GOAL_REQUESTS),
    ]  # fmt: skip
    return "\n".join(
        [
            "# The chat page on a slow phone, beside three known web chats",
            "",
            f"Measured {datetime.now(UTC):%Y-%m-%d} by `python -m bench web`: Chromium {browser}, "
            f"{platform.system()} {platform.machine()}, {visits} visits of each in turn, empty "
            f"cache, window 360 × 640, {BYTES_A_SECOND * 8 // 1000} kbit/s, {LATENCY_MS} ms, "
            f"processor {SLOWER} times slower (DevTools). All from loopback, with gzip.",
            "",
            f"The others are {versions} from npm, one script on a bare page with nothing behind "
            "it, so they are shown without a greeting or a server's answer. Polku's page has its "
            "greeting, notices and emergency numbers. Time runs from the start of the navigation "
            "until the text box is there (rasa-webchat hides its box until a server answers: that "
            "wait is not counted); bytes and requests are those on the wire until a second after "
            "the page had loaded, the question for an icon included.",
            "",
            "| | box usable, s (median) | least–most | KB | KB with headers | requests |",
            "|---|--:|--:|--:|--:|--:|",
            *rows,
            "",
            "| goal | measured | met |",
            "|---|---|---|",
            *(
                f"| {goal} | {value} | {'yes' if met else '**no**'} |"
                for goal, value, met in goals
            ),
            "",
        ]
    )
