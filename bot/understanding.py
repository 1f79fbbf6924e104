"""Understanding single messages with the trained Rasa model, in this process."""

import asyncio
import logging
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bot import crisis_classifier
from bot.nlu.text import clean
from bot.safety import LexicalScreen, Screen, Verdict
from services_catalog import Catalogue
from services_catalog.checkin import load_checkin

NOT_UNDERSTOOD = "nlu_fallback"


@dataclass(frozen=True)
class Understood:
    """What the bot makes of a message; the fields of the ``polku understand`` contract.

    Attributes:
        text: The message.
        topic: The likeliest intent, also when it is too unsure to be answered.
        need: The need of that topic.
        second_need: The need of another trouble in the same message, or None.
        confidence: Calibrated probability of the topic, 0 to 1.
        crisis: none, distress or acute.
        sure: Whether the bot would answer without asking what was meant.
    """

    text: str
    topic: str
    need: str
    second_need: str | None
    confidence: float
    crisis: str
    sure: bool

    def as_dict(self) -> dict[str, Any]:
        """Return plain data for JSON."""
        return asdict(self)


@dataclass(frozen=True)
class Reasons:
    """Why a message was understood as it was.

    Attributes:
        understood: What the bot makes of it.
        ranking: The likeliest topics with their probabilities, best first.
        second_topic: The topic of the other trouble, or None.
        by_wordings: What the list of wordings makes of the danger.
        by_classifier: What the crisis classifier makes of it, or None when it is not trained.
    """

    understood: Understood
    ranking: Sequence[tuple[str, float]]
    second_topic: str | None
    by_wordings: Verdict
    by_classifier: Verdict | None


class Understanding:
    """A trained model and the crisis screen, loaded once for any number of messages."""

    def __init__(self, model: Path, catalogue: Catalogue, models_folder: Path) -> None:
        """Load; this takes seconds and needs no server.

        Args:
            model: A model of ``polku train``.
            catalogue: Tells the needs of topics.
            models_folder: Where the crisis classifier is.
        """
        os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
        os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
        os.environ.setdefault("SQLALCHEMY_SILENCE_UBER_WARNING", "1")
        from rasa.core.agent import Agent
        from rasa.utils.log_utils import configure_structlog

        # Rasa's default prints every message at debug level.
        configure_structlog(logging.ERROR)
        self._agent = Agent.load(str(model))
        self._catalogue = catalogue
        self._wordings = LexicalScreen()
        self._screen = Screen(load_checkin(catalogue.folder).everyday_answers())
        self._screen.classifier = crisis_classifier.load(models_folder)

    def __call__(self, text: str) -> Understood:
        """Return what the bot makes of ``text``."""
        return self._read(text)[0]

    def reasons(self, text: str) -> Reasons:
        """Return what the bot makes of ``text``, and why."""
        understood, parsed = self._read(text)
        said = clean(text)
        second = parsed.get("second_intent")
        return Reasons(
            understood,
            [(entry["name"], entry["confidence"]) for entry in _topics(parsed)],
            second["name"] if second else None,
            self._wordings(said),
            self._screen.classified(said),
        )

    def _read(self, text: str) -> tuple[Understood, dict[str, Any]]:
        said = clean(text)
        parsed = asyncio.run(self._agent.parse_message(said.lstrip("/ ") or "."))
        likeliest = _topics(parsed)[0]
        second = parsed.get("second_intent")
        understood = Understood(
            text=text,
            topic=likeliest["name"],
            need=self._need(likeliest["name"]),
            second_need=self._need(second["name"]) if second else None,
            confidence=round(likeliest["confidence"], 4),
            crisis=self._screen(said).name,
            sure=parsed["intent"]["name"] != NOT_UNDERSTOOD,
        )
        return understood, parsed

    def _need(self, topic: str) -> str:
        return self._catalogue.topic(topic).need


def _topics(parsed: dict[str, Any]) -> list[dict[str, Any]]:
    return [entry for entry in parsed["intent_ranking"] if entry["name"] != NOT_UNDERSTOOD]
