"""Walks through the check-in as a client does: by the titles of buttons, or in own words."""

import re
import time
from collections.abc import Iterable
from dataclasses import dataclass, field

from tests.support.client import ChatClient

GOOD = ["Hyvin", "Saan", "Riittävät", "On", "Hyvä", "Hyvin", "On", "On", "Ei ole", "On"]
BAD = [
    "Huonosti", "En saa", "Eivät riitä", "Minulla ei ole kotia", "Huono", "Huonosti", "Ei ole",
    "Ei ole", "On", "Ei ole",
]  # fmt: skip
TITLES = [
    "Arki", "Asioiden hoitaminen", "Raha", "Koti", "Terveys", "Mieli ja uni", "Ihmiset",
    "Turvallisuus", "Päihteet ja pelaaminen", "Työ ja tekeminen",
]  # fmt: skip

# "7/10", "12 pistettä", "yhteensä 5": the check-in is not a measure. Phone numbers, opening
# hours and the progress "Kysymys 3, yhteensä 10." are no scores.
_SCORE = re.compile(
    r"\d+ ?/ ?\d+|\bpiste|\bprosent|%|(?<!Kysymys \d, )(?<!Kysymys \d\d, )\byhteensä \d",
    re.IGNORECASE,
)


def scores(texts: Iterable[str]) -> list[str]:
    """Return whatever looks like a score in what was said."""
    return [found[0] for text in texts for found in _SCORE.finditer(text)]


@dataclass
class Walk:
    """One chat; remembers what the bot said last, and all that it has said."""

    client: ChatClient
    heard: list[dict] = field(default_factory=list)
    last: list[dict] = field(default_factory=list)

    @classmethod
    def begin(cls, url: str) -> "Walk":
        """Open a chat and begin the check-in."""
        walk = cls(ChatClient.open(url))
        walk.say("kartoitus")
        walk.press("Aloitetaan")
        return walk

    @classmethod
    def about(cls, url: str, *areas: str) -> "Walk":
        """Open a chat and begin the check-in on some areas only."""
        walk = cls(ChatClient.open(url))
        walk.say("kartoitus")
        walk.press("Kysyn vain yhdestä asiasta")
        walk.say(" ja ".join(areas))
        walk.press("Ei muuta, aloitetaan")
        return walk

    @property
    def text(self) -> str:
        """Return what the bot said last."""
        return "\n\n".join(message["text"] for message in self.last)

    @property
    def titles(self) -> list[str]:
        """Return the titles of the buttons that were shown last."""
        return [button["title"] for message in self.last for button in message["buttons"]]

    def say(self, text: str) -> str:
        """Type something and return the answer."""
        return self._take(self.client.say(text))

    def tell(self, *texts: str) -> str:
        """Type answers; go on where the bot offers a pause or waits."""
        for text in texts:
            self.say(text)
            while "Jatketaan" in self.titles:
                self.say("jatketaan")
        return self.text

    def press(self, title: str) -> str:
        """Press the newest button with this title, also an older one, and return the answer."""
        for message in reversed(self.heard):
            for button in message["buttons"]:
                if button["title"] == title:
                    return self._take(self.client.press(button["payload"]))
        raise AssertionError(f"there is no button {title!r} in {self.titles}")

    def answer(self, titles: list[str]) -> str:
        """Press these one after the other."""
        for title in titles:
            self.press(title)
        return self.text

    def read_new(self, contains: str, seconds: float = 20) -> str:
        """Wait for a message that comes by itself, and return it."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            newest = self.client.messages()[-1]
            if contains in newest["text"]:
                return self._take([newest])
            time.sleep(0.1)
        raise AssertionError(f"{contains!r} did not come")

    def scores(self) -> list[str]:
        """Return whatever looks like a score in all that the bot has said."""
        return scores(
            text
            for message in self.heard
            for text in (message["text"], *(b["title"] for b in message["buttons"]))
        )

    def _take(self, messages: list[dict]) -> str:
        self.heard += messages
        self.last = messages
        return self.text
