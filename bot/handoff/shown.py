"""What a guide would see of the talk so far, if the client says yes."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from bot.store import Message
from services_catalog.answers import Answers
from services_catalog.phrases import Phrases

_LONGEST_WORDS = 300
_NOT_UNDERSTOOD = ("unsure", "not_understood", "resting_nothing")


@dataclass(frozen=True)
class Shown:
    """What would go to the guide.

    Attributes:
        text: The text as the client and the guide read it; "" when there is nothing.
        topic: The topic at hand, or "".
        need: The need of that topic, or "".
        not_understood: Whether the bot did not understand the client's latest words.
    """

    text: str = ""
    topic: str = ""
    need: str = ""
    not_understood: bool = False

    def packed(self) -> str:
        """Return it as one string, for a button's command."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def unpacked(cls, text: str) -> "Shown":
        """Return what ``packed`` wrote."""
        return cls(**json.loads(text))


NOTHING = Shown()


def what_would_go(
    value: Mapping[str, Any] | None,
    messages: Sequence[Message],
    until: int,
    texts: Phrases,
    answers: Answers,
) -> Shown:
    """Gather what could be shown.

    Args:
        value: The effect "handoff": a check-in's summary, a path and a topic, each or all absent.
        messages: The chat.
        until: The number of the message that asked for a human.
        texts: The texts of handoff.yml.
        answers: For the titles of topics and the phrases of not understanding.

    Returns:
        The check-in's summary and path when there are any, otherwise the latest topic and the
        client's words that led to it.
    """
    told = {key: part for key, part in (value or {}).items() if part}
    words, reply_topic, missed = _latest_words(messages, until, answers)
    topic = told.get("topic") or reply_topic
    known = {each.id: each for each in answers.catalogue.topics}
    about = known.get(topic)
    need = about.need if about and answers.catalogue.need(about.need).service_need else ""
    lines = [str(told[key]).strip() for key in ("summary", "path") if key in told]
    if not lines:
        if need and about:
            lines.append(texts("shown_topic", title=about.title))
        if words:
            lines.append(texts("shown_words", words=words))
        if words and missed:
            lines.append(texts("shown_not_understood"))
    if not lines:
        return NOTHING
    return Shown("\n".join(lines), topic if need else "", need, missed)


def _latest_words(
    messages: Sequence[Message], until: int, answers: Answers
) -> tuple[str, str, bool]:
    """Return the latest typed words, the topic they were answered by, and whether by none."""
    needs = {topic.id: topic.need for topic in answers.catalogue.topics}
    earlier = [message for message in messages if message.n < until]
    openings = [answers.phrases(key).split("\n\n")[0] for key in _NOT_UNDERSTOOD]
    for place in reversed(range(len(earlier))):
        message = earlier[place]
        if message.sender != "client" or message.command:
            continue
        replies = []
        for reply in earlier[place + 1 :]:
            if reply.sender == "client":
                break
            replies.append(reply)
        topics = [reply.topic for reply in replies if reply.topic]
        own = any(b.command.startswith("handoff:") for reply in replies for b in reply.buttons)
        if own or (topics and needs.get(topics[-1]) == "human"):
            continue
        missed = any(reply.text.startswith(tuple(openings)) for reply in replies)
        later = [reply.topic for reply in earlier[place + 1 :] if needs.get(reply.topic)]
        return _short(message.text), (later or topics or [""])[-1], missed
    return "", "", False


def _short(words: str) -> str:
    words = " ".join(words.split())
    if len(words) <= _LONGEST_WORDS:
        return words
    return words[:_LONGEST_WORDS].rsplit(" ", 1)[0] + " …"
