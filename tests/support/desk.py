"""A guide's browser without JavaScript: pages, forms and one cookie."""

import html
import os
import re
import subprocess
import sys
from dataclasses import dataclass, field
from urllib.parse import urljoin

import requests

from tests.support.gateway import ROOT, RunningGateway

PASSWORD = "koivu-harakka-tuuli-nelja"


def polku(gateway: RunningGateway, *arguments: str, typed: str = "") -> str:
    """Run a ``polku`` command on the database of ``gateway`` and return what it printed."""
    environment = os.environ | {
        "POLKU_VAR": str(gateway.var),
        **({"POLKU_CONFIG": str(gateway.config)} if gateway.config else {}),
        **gateway.environment,
    }
    done = subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        cwd=ROOT, env=environment, input=typed, capture_output=True, text=True, timeout=120,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


@dataclass
class DeskClient:
    """A browser at the desk; `page` is the page it shows."""

    url: str
    cookie: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    page: requests.Response | None = None

    @classmethod
    def of(cls, gateway: RunningGateway, name: str, *, lead: bool = False) -> "DeskClient":
        """Make an account and sign in with a password of its own."""
        once = one_time_password(polku(gateway, "guide", "add", name, *["--lead"] * lead))
        desk = cls(gateway.url)
        desk.sign_in(name, once)
        desk.send("/desk/salasana", old=once, new=PASSWORD, again=PASSWORD)
        assert desk.page.ok, desk.text()
        return desk

    def sign_in(self, name: str, password: str, code: str = "", target: str = "") -> None:
        self.get(f"/desk/kirjaudu?mihin={target}" if target else "/desk/kirjaudu")
        self.post("/desk/kirjaudu", name=name, password=password, code=code, mihin=target)

    def get(self, path: str) -> requests.Response:
        return self._ask("GET", path)

    def post(self, path: str, *, csrf: str | None = None, **fields: object) -> requests.Response:
        """Send a form as the shown page would, with its hidden token."""
        return self._ask("POST", path, {"csrf": self.csrf() if csrf is None else csrf, **fields})

    def send(self, path: str, **fields: object) -> requests.Response:
        """Open a page and send its form back to the same address."""
        self.get(path)
        return self.post(path, **fields)

    def send_from(self, page: str, path: str, **fields: object) -> requests.Response:
        """Open ``page`` and send a form of it to another address."""
        self.get(page)
        return self.post(path, **fields)

    def csrf(self) -> str:
        found = re.search(
            r'name="csrf" value="(\w+)"', "" if self.page is None else self.page.text
        )
        return found[1] if found else ""

    def text(self) -> str:
        """Return what can be read on the page, with its spaces made single."""
        body = self.page.text.split("<body>", 1)[-1]
        return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())

    def _ask(self, method: str, path: str, form: dict | None = None) -> requests.Response:
        for _ in range(5):
            answer = requests.request(
                method,
                urljoin(self.url, path),
                data=form,
                headers=self.headers | ({"Cookie": self.cookie} if self.cookie else {}),
                allow_redirects=False,
                timeout=40,
            )
            for cookie in answer.raw.headers.getlist("Set-Cookie"):
                if cookie.startswith("__Host-polku-desk="):
                    self.cookie = cookie.split(";", 1)[0]
            if answer.status_code != 303:
                break
            method, path, form = "GET", answer.headers["Location"], None
        self.page = answer
        return answer


def one_time_password(printed: str) -> str:
    return re.search(r"shown only now: (\S+)", printed)[1]
