"""The crisis screen: runs on every message, before and without NLU."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path

import yaml

from bot.nlu.text import clauses, folded
from bot.soon import Soon


class Level(IntEnum):
    """How near the danger is; higher is nearer."""

    NONE = 0
    DISTRESS = 1
    ACUTE = 2


@dataclass(frozen=True)
class Verdict:
    """What the screen found.

    Attributes:
        level: How near the danger is.
        kind: A key of ``texts`` in crisis.yml, or "" when nothing was found.
        sure: Whether nothing else needs to be answered; an unsure alarm costs one extra message
            before the ordinary answer, and never takes its place.
    """

    level: Level
    kind: str = ""
    sure: bool = True

    @property
    def name(self) -> str:
        """Return the level as the HTTP contract spells it: none, distress or acute."""
        return self.level.name.lower()


CALM = Verdict(Level.NONE)

# When two kinds are found on one level, the one whose help cannot wait is said first.
_ORDER = (
    "medical", "suicide", "violence", "child", "fear_of_hurting", "close_one", "self_injury",
    "shelter_tonight",
)  # fmt: skip
_SHORTHAND = {
    "EN": r"(?:en|ei|emme|enka|enkä)",
    "(I)?": r"(?:mina |ma |mie )?",
    "(W)?": r"(?:\w+ ){0,3}",
    "( W)?": r"(?: \w+){0,3}",
}


_WORDINGS = Path(__file__).with_name("crisis_screen.yml")


class LexicalScreen:
    """Looks for the wordings of ``crisis_screen.yml`` in a message and its clauses."""

    def __init__(self, path: Path = _WORDINGS) -> None:
        """Compile the wordings in ``path``.

        Raises:
            ValueError: A wording is not a regular expression.
        """
        table = yaml.safe_load(path.read_text("utf-8"))
        self._idioms = _compiled(table["idioms"])
        self._harmless = _compiled(table["idioms"] + table["harmless"])
        self._past = _compiled(table["past"])
        self._close_one = _compiled(table["acute"]["close_one"])
        self._wordings = [
            (Verdict(level, kind), _compiled(table[level.name.lower()][kind]))
            for level in (Level.ACUTE, Level.DISTRESS)
            for kind in sorted(table[level.name.lower()], key=_ORDER.index)
        ]

    def __call__(self, text: str) -> Verdict:
        """Return the nearest danger found in ``text``."""
        # A clause is read by itself too: "en jaksa enää, kela hylkäs taas" ends a thought.
        parts = dict.fromkeys(folded(part) for part in [text, *clauses(text)])
        pieces = [self._harmless.sub(" ", part).strip() for part in parts]
        present = [self._past.sub(" ", piece).strip() for piece in pieces]
        earlier = CALM
        for verdict, wordings in self._wordings:
            if verdict.level is Level.ACUTE:
                if self._found(verdict, wordings, present):
                    return verdict
                if not earlier.level and self._found(verdict, wordings, pieces):
                    earlier = Verdict(Level.DISTRESS, verdict.kind)
            elif not earlier.level and any(wordings.search(piece) for piece in pieces):
                return verdict
        return earlier

    def without_idioms(self, text: str) -> str | None:
        """Return what is left of ``text`` without its idioms, folded; None if there are none."""
        left, idioms = self._idioms.subn(" ", folded(text))
        return " ".join(left.split()) if idioms else None

    def _found(self, verdict: Verdict, wordings: re.Pattern[str], pieces: list[str]) -> bool:
        # "Kaveri puhuu itsemurhasta" is about a friend; the rest may still be about the writer.
        if verdict.kind != "close_one":
            pieces = [self._close_one.sub(" ", piece) for piece in pieces]
        return any(wordings.search(piece) for piece in pieces)


class Screen:
    """Two independent ways, wordings and a classifier; either may raise."""

    def __init__(self, everyday: Iterable[str] = ()) -> None:
        """Begin with the wordings; the classifier is added when it has been loaded.

        Args:
            everyday: Whole answers that are no cry for help. The classifier is not asked about a
                message that consists of them; a wording in them is heard all the same.
        """
        self._wordings = LexicalScreen()
        self._everyday = frozenset(folded(answer) for answer in everyday)
        self.classifier: Callable[[str], Verdict] | None = None
        self._loaded = Soon()

    async def load(self, classifier: Callable[[], Callable[[str], Verdict] | None]) -> None:
        """Add what ``classifier`` loads, in a thread; without it the wordings are alone."""
        self.classifier = await self._loaded.load(classifier)

    async def ready(self) -> None:
        """Wait until both ways are there, right after a start."""
        await self._loaded.wait()

    def __call__(self, text: str) -> Verdict:
        """Return the nearest danger that either way finds in ``text``."""
        found = self._wordings(text)
        if found.level is Level.ACUTE or self._is_everyday(text):
            return found
        return max(found, self.classified(text) or CALM, key=lambda verdict: verdict.level)

    def classified(self, text: str) -> Verdict | None:
        """Return what the classifier alone finds in ``text``, or None while there is none."""
        if self.classifier is None:
            return None
        found = self.classifier(text)
        rest = self._wordings.without_idioms(text) if found.level else None
        return found if rest is None else self.classifier(rest)

    def _is_everyday(self, text: str) -> bool:
        parts = {folded(part) for part in clauses(text)}
        return folded(text) in self._everyday or (bool(parts) and parts <= self._everyday)


def _compiled(wordings: list[str]) -> re.Pattern[str]:
    expanded = []
    for wording in wordings:
        for short, long in _SHORTHAND.items():
            wording = wording.replace(short, long)
        expanded.append(wording.translate(str.maketrans("åäö", "aao")))
    try:
        return re.compile(r"(?<!\w)(?:" + "|".join(expanded) + r")(?!\w)")
    except re.error as error:
        raise ValueError(f"crisis_screen.yml: {error}") from None
