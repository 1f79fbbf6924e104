"""Answers of the channel itself: its commands, and what is not text."""

from collections.abc import Callable
from datetime import datetime

from bot.channels.telegram.texts import Texts
from bot.conversation import FIXED_BUTTONS, Conversation
from bot.store import Button, Message
from services_catalog.phrases import Phrases

# Pressed without a chat in the store, too: who has asked for erasure twice gets the same answer.
ERASE = "erase"
KEEP = "keep"

_COMMANDS = {name: command for name, (_, command) in FIXED_BUTTONS.items()} | {
    ERASE: "telegram:erase",
    KEEP: "telegram:kept",
}


class Local:
    """Makes the answers; also called by the conversation for those a restart interrupted."""

    def __init__(
        self,
        *,
        conversation: Conversation,
        texts: Texts,
        phrases: Phrases,
        longest: int,
        now: Callable[[], datetime],
    ) -> None:
        """Use these texts; ``conversation`` gives the greeting.

        Args:
            conversation: Knows the greeting.
            texts: This channel's own texts.
            phrases: The texts of all channels.
            longest: How many characters a message may have.
            now: The clock, Europe/Helsinki.
        """
        self._conversation = conversation
        self._texts = texts
        self._phrases = phrases
        self._longest = str(longest)
        self._now = now

    async def __call__(self, _chat: str, _message: Message, key: str) -> list[Message]:
        """Return the answer ``key``: a command, or a text of texts.yml or phrases.yml."""
        if key == "start":
            return [self._conversation.greeting(), self.privacy()]
        if key == "poista":
            return [self._say(self._texts("erase_ask"), self._buttons(ERASE, KEEP))]
        if key == "apua":
            return [self._say(self._texts.help, self._buttons("menu", "checkin", "human"))]
        if key == "tietoja":
            return [self._say(self._texts.about)]
        if key.startswith("errors."):
            return [
                self._say(self._phrases(key, limit=self._longest), self._buttons("menu", "human"))
            ]
        return [self._say(self._texts(key), self._buttons("menu", "human"))]

    def privacy(self) -> Message:
        """Return who sees the conversation, which every new chat is told."""
        return Message(
            "system",
            self._texts.privacy,
            self._now(),
            buttons=self._buttons("menu", "checkin", "human"),
        )

    def apology(self) -> str:
        """Return what is said when nothing else can be."""
        return self._phrases("apology")

    def _say(self, text: str, buttons: tuple[Button, ...] = ()) -> Message:
        return Message("bot", text, self._now(), buttons=buttons)

    def _buttons(self, *names: str) -> tuple[Button, ...]:
        return tuple(Button(self._texts(f"buttons.{n}"), n, _COMMANDS[n]) for n in names)
