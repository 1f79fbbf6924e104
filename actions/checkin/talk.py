"""What the check-in knows in a turn, what it changes, and what it says."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from actions.context import answers, checkin
from services_catalog.answers import Bubble, Choice
from services_catalog.checkin import Area, Level, Worry
from services_catalog.models import Topic

SKIPPED = "ohitettu"
OWN_WORDS = "omin sanoin"
YES, NO = "kyllä", "ei"

_PREFIXES = ("checkin", "path_")
_LONGEST_WORDS = 300
_SENTENCE_ENDS = ".!?…"


class Talk:
    """The slots of the form as they change in one turn, and the words said in it.

    The slot ``checkin`` is its memory:

    * kind: "self", "close_one" or "return";
    * areas: ids of the areas to ask about;
    * words, topics: own words and the topic understood in them, by area;
    * before: the answers of an earlier check-in, by area;
    * waits: why the form waits ("crisis", "human", "menu", "hello"), or None;
    * shown: services shown, by the number of the thing;
    * path: the kept path that the client came back to.
    """

    def __init__(self, slots: Mapping[str, Any]) -> None:
        """Begin with the slots of the tracker."""
        self.slots = dict(slots)
        self.changed: dict[str, Any] = {}
        self.paragraphs: list[str] = []
        self.bubbles: list[Bubble] = []
        self.effects: dict[str, Any] = {}
        self.closing: tuple[Choice, ...] | None = None
        self.quiet = False
        self.page = 0
        self.at = ""
        self.distress = False

    def __getitem__(self, slot: str) -> Any:
        """Return the value of a slot, or None."""
        return self.slots.get(slot)

    def __setitem__(self, slot: str, value: Any) -> None:
        """Change a slot."""
        self.slots[slot] = self.changed[slot] = value

    # Memory

    @property
    def memory(self) -> dict[str, Any]:
        """Return the memory; change it with ``remember``."""
        return self["checkin"] or {}

    def remember(self, **values: Any) -> None:
        """Change the memory."""
        self["checkin"] = {**self.memory, **values}

    def note(self, key: str, name: str, value: Any) -> None:
        """Change one entry of a table in the memory; None takes it away."""
        table = {**self.memory.get(key, {}), name: value}
        self.remember(**{key: {k: v for k, v in table.items() if v is not None}})

    def begin(self, kind: str, areas: Iterable[Area] = (), **more: Any) -> None:
        """Forget the check-in and begin one of this kind."""
        before = self._answers_so_far() if self["checkin_confirm"] == YES else None
        kept = before or self.memory.get("before")
        for slot in [s for s in self.slots if s.startswith(_PREFIXES)]:
            if self.slots[slot] is not None:
                self[slot] = None
        self.remember(kind=kind, areas=[area.id for area in areas], before=kept, **more)

    def _answers_so_far(self) -> dict[str, str]:
        old = {**(self.memory.get("before") or {})}
        return old | {area.id: level for area in self.areas if (level := self.level(area))}

    @property
    def kind(self) -> str:
        """Return the kind of the check-in that is open or was the last, or ""."""
        return str(self.memory.get("kind", ""))

    @property
    def waits(self) -> str | None:
        """Return why the form waits, or None."""
        return self.memory.get("waits")

    def wait(self, reason: str | None) -> None:
        """Wait until the client wants to go on; None goes on."""
        self.remember(waits=reason)

    # Answers

    @property
    def areas(self) -> list[Area]:
        """Return the areas of this check-in, in their order."""
        ids = self.memory.get("areas", [])
        return [area for area in checkin().all_areas() if area.id in ids]

    def level(self, area: Area) -> Level | None:
        """Return how an area is, or None when it is not answered or was skipped."""
        value = self[area.slot]
        return None if value == SKIPPED else value

    def worry(self, area: Area) -> Worry | None:
        """Return the chosen worry of an area, or None."""
        return area.worry(self[area.worry_slot])

    def words(self, area_id: str) -> str:
        """Return the client's own words about an area, or ""."""
        return str(self.memory.get("words", {}).get(area_id, ""))

    def keep_words(self, area_id: str, text: str, topics: Sequence[Topic] = ()) -> None:
        """Keep own words as they were written, after earlier ones; cut when very long."""
        earlier = self.words(area_id)
        if earlier and earlier[-1] not in _SENTENCE_ENDS:
            earlier += "."
        kept = " ".join(filter(None, [earlier, " ".join(text.split())]))
        if len(kept) > _LONGEST_WORDS:
            kept = kept[:_LONGEST_WORDS].rsplit(" ", 1)[0] + " …"
        self.note("words", area_id, kept)
        if topics:
            self.note("topics", area_id, topics[0].id)

    def forget(self, area: Area) -> None:
        """Take back everything told of an area."""
        self[area.slot] = self[area.worry_slot] = None
        self.note("words", area.id, None)
        self.note("topics", area.id, None)

    @property
    def well(self) -> list[Area]:
        """Return the areas that are in order."""
        return [area for area in self.areas if self.level(area) == "hyvin"]

    @property
    def worrying(self) -> list[Area]:
        """Return the areas with worries, in the order they were asked."""
        return [area for area in self.areas if self.level(area) in ("vaihtelee", "huonosti")]

    @property
    def municipality(self) -> str | None:
        """Return where the client lives, or None."""
        place: str | None = self["municipality"]
        return place

    # Words

    def say(self, key: str, **values: str) -> None:
        """Say a text before the next question."""
        self.paragraphs += checkin().say(key, **values)

    def reply(self, kind: str, turn: int = 0) -> None:
        """Say a short reply of a kind, another one each time."""
        lines = checkin().replies[kind]
        self.paragraphs.append(lines[turn % len(lines)])

    def count(self, name: str) -> None:
        """Count that something happened."""
        self.effects["counts"] = [*self.effects.get("counts", []), name]

    def crisis(self, kind: str) -> None:
        """Say the fixed text of a crisis, alone, and wait."""
        self.wait("crisis")
        text = answers().crisis(kind).text
        self.bubbles.append(
            Bubble(text, crisis="acute", choices=(button("go_on", "continue_checkin"), human()))
        )
        self.quiet = True

    def end(self, *choices: Choice) -> None:
        """End the form with these choices."""
        self.closing = choices


def button(key: str, intent: str, **entities: str) -> Choice:
    """Return a choice with a title of ``checkin.yml``."""
    return Choice(checkin().buttons[key], intent, entities)


def answer(title: str, slot: str, value: str) -> Choice:
    """Return a choice that answers the question of ``slot``, also when it is pressed later."""
    return Choice(title, "checkin_answer", {"question": slot, "answer": value})


def human() -> Choice:
    """Return the choice to talk with a human."""
    return button("human", "talk_to_human")
