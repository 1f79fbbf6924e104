"""What the bot says in Telegram only, read from ``texts.yml``."""

from pathlib import Path

from bot.settings import Settings
from services_catalog.answers import Answers
from services_catalog.phrases import Phrases, load_phrases

_FILE = Path(__file__).with_name("texts.yml")
_COMMANDS = "commands."


class Texts:
    """The lines of ``texts.yml`` by their keys, and the texts made of several of them."""

    def __init__(self, answers: Answers, settings: Settings, path: Path = _FILE) -> None:
        """Read ``path``; the organisation's name, web address and times come from ``settings``."""
        self._lines: Phrases = load_phrases(path.parent, path.name)
        self._answers = answers
        self._settings = settings

    def __call__(self, key: str, **values: str) -> str:
        """Return the text ``key``, such as ``kinds.voice``, filled in.

        Raises:
            KeyError: There is no such text, or a value for it is missing.
        """
        return self._lines(key, **values)

    @property
    def commands(self) -> dict[str, str]:
        """Return the commands with their descriptions, in the order of the menu."""
        return {
            key.removeprefix(_COMMANDS): text
            for key, text in self._lines.lines.items()
            if key.startswith(_COMMANDS)
        }

    @property
    def description(self) -> str:
        """Return what an empty chat shows."""
        return "\n\n".join([self("description"), *self._always()])

    @property
    def privacy(self) -> str:
        """Return who sees the conversation, and where a more private chat is."""
        return "\n\n".join([self("privacy"), *self._link()])

    @property
    def help(self) -> str:
        """Return what one can do here."""
        menu = "\n".join(f"/{name}: {text}" for name, text in self.commands.items())
        return "\n\n".join([self("help"), menu, *self._always()])

    @property
    def about(self) -> str:
        """Return who runs the bot and what happens to what is said."""
        hours = str(self._settings.retention.chat_hours)
        about = self("about", operator=self._settings.organisation.operator, hours=hours)
        return "\n\n".join([about, *self._link()])

    def _link(self) -> list[str]:
        link = self._settings.organisation.public_url
        return [self("privacy_link", link=link)] if link else []

    def _always(self) -> tuple[str, ...]:
        return self._answers.crisis_texts.always
