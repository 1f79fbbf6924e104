"""Understanding single messages with the trained Rasa model, in this process."""

import asyncio
import logging
import os
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bot import crisis_classifier
from bot.nlu.text import clean
from bot.safety import Screen
from services_catalog import Catalogue

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


def understand(
    texts: Iterable[str], model: Path, catalogue: Catalogue, models_folder: Path
) -> Iterator[Understood]:
    """Understand messages one by one, without a server.

    Args:
        texts: The messages.
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
    agent = Agent.load(str(model))
    screen = Screen()
    screen.classifier = crisis_classifier.load(models_folder)
    for text in texts:
        said = clean(text)
        parsed = asyncio.run(agent.parse_message(said.lstrip("/ ") or "."))
        ranking = [e for e in parsed["intent_ranking"] if e["name"] != NOT_UNDERSTOOD]
        topic = ranking[0]["name"]
        second = parsed.get("second_intent")
        yield Understood(
            text=text,
            topic=topic,
            need=catalogue.topic(topic).need,
            second_need=catalogue.topic(second["name"]).need if second else None,
            confidence=round(ranking[0]["confidence"], 4),
            crisis=screen(said).name,
            sure=parsed["intent"]["name"] != NOT_UNDERSTOOD,
        )
