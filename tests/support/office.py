"""A gateway whose guides are always in their hours, and guides who take clients."""

import re
from dataclasses import dataclass
from pathlib import Path

from bot.settings import ROOT
from tests.support.client import ChatClient
from tests.support.desk import DeskClient
from tests.support.gateway import RunningGateway

ALWAYS = '["0:00-24:00"]'


def office_config(folder: Path, **handoff: int) -> Path:
    """Write settings: guides at any hour, no limits that a test machine runs into."""
    text = (ROOT / "polku.toml").read_text("utf-8")
    text = re.sub(r"^(\w+day) = .*$", rf"\1 = {ALWAYS}", text, flags=re.M)
    text = text.replace("on_public_holidays = false", "on_public_holidays = true")
    text = text.replace("messages_per_minute = 15", "messages_per_minute = 6000")
    text = text.replace("messages_per_minute = 300", "messages_per_minute = 60000")
    for key, value in handoff.items():
        text, changed = re.subn(rf"^{key} = .*$", f"{key} = {value}", text, flags=re.M)
        assert changed, key
    path = folder / "polku.toml"
    path.write_text(text, "utf-8")
    return path


@dataclass
class Office:
    """The gateway and a way to have guides at its desk."""

    gateway: RunningGateway

    @property
    def url(self) -> str:
        return self.gateway.url

    def guide(self, name: str, state: str = "here") -> DeskClient:
        desk = DeskClient.of(self.gateway, name)
        desk.send_from("/desk/", "/desk/paikalla", state=state)
        return desk

    def client(self) -> ChatClient:
        return ChatClient.open(self.url)


def titles(messages: list[dict]) -> list[str]:
    return [button["title"] for button in messages[-1]["buttons"]]


def press(client: ChatClient, messages: list[dict], title: str) -> list[dict]:
    """Press the button of this title in the latest of ``messages``."""
    (payload,) = [b["payload"] for b in messages[-1]["buttons"] if b["title"] == title]
    return client.press(payload)


def queue_up(client: ChatClient, *, share: bool = True) -> list[dict]:
    """Ask for a human and say yes; return the answer."""
    asked = client.press("human")
    offered = titles(asked)
    yes = "Kyllä, näytä" if "Kyllä, näytä" in offered else "Kyllä, haluan"
    return press(client, asked, yes if share else "Ei, aloitan alusta")


def waiting(desk: DeskClient) -> list[str]:
    """Return the ids of the clients who wait, the first one first."""
    return re.findall(r'data-waiting="([\w-]+)"', desk.get("/desk/").text)


def take(desk: DeskClient, handoff: str) -> str:
    """Take a client; return the address of the talk."""
    desk.send_from("/desk/", f"/desk/asiakas/{handoff}/ota")
    assert desk.page.ok, desk.text()
    return f"/desk/asiakas/{handoff}"


def say(desk: DeskClient, talk: str, text: str, **fields: str) -> None:
    desk.get(talk)
    (form_id,) = re.findall(r'name="id" value="([\w-]+)"', desk.page.text)
    desk.post(f"{talk}/viesti", **{"id": form_id, "text": text} | fields)


def log(desk: DeskClient, talk: str) -> str:
    """Return what the guide reads of the talk."""
    desk.get(talk)
    assert desk.page.ok, desk.text()
    return desk.text()
