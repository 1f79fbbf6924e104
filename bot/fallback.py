"""Answers while Rasa is down: the catalogue's search, and the numbers to call."""

from actions.commands import parse
from bot.soon import Soon
from services_catalog.answers import Answers, Bubble
from services_catalog.search import Hit, Search

# The trouble is told early; a search through more takes a second.
_READ_CHARACTERS = 400


class Fallback:
    """Finds the nearest topic with rapidfuzz; offers the catalogue by need when none is near."""

    def __init__(self, answers: Answers) -> None:
        """Use the catalogue's texts; its search index is made by ``start``."""
        self._answers = answers
        self._search: Search | None = None
        self._made = Soon()

    async def start(self) -> None:
        """Make the search index, beside everything else."""
        self._search = await self._made.load(lambda: Search(self._answers.catalogue))

    async def ready(self) -> None:
        """Wait until there is a search index, right after a start."""
        await self._made.wait()

    def __call__(self, command: str, text: str) -> list[Bubble]:
        """Answer a button's ``command``, or the typed ``text`` when there is none."""
        bubbles = self._chosen(command) if command else self._found(text)
        if any(bubble.effects for bubble in bubbles):
            return bubbles
        return [Bubble(self._answers.phrases("resting")), *bubbles] if bubbles else self._nothing()

    def nearest(self, text: str) -> str:
        """Return the topic nearest to ``text``, or ""; call it in a thread."""
        hits = self._search.find(text[:_READ_CHARACTERS]) if self._search else []
        return next((hit.id for hit in hits if hit.kind == "topic"), "")

    def find(self, words: str, most: int) -> list[Hit]:
        """Return topics and services nearest to ``words``, best first; call it in a thread."""
        return self._search.find(words[:_READ_CHARACTERS], most) if self._search else []

    def _chosen(self, command: str) -> list[Bubble]:
        name, chosen = parse(command)
        if name == "help_menu":
            page = int(chosen.get("page", 0))
            need = chosen.get("need")
            return self._answers.need(need, page) if need else self._answers.menu(page)
        known = {topic.id for topic in self._answers.catalogue.topics}
        return self._answers.topic(name) if name in known else []

    def _found(self, text: str) -> list[Bubble]:
        topic = self.nearest(text)
        return self._answers.topic(topic) if topic else []

    def _nothing(self) -> list[Bubble]:
        menu = self._answers.menu(opening="resting_nothing")[0]
        numbers = "\n\n".join(self._answers.crisis_texts.always)
        return [Bubble(numbers), menu]
