"""The validation of ``checkin_form``: reads each message, changes slots, asks the next question.

The order in which a message is understood: crisis, command, answer, question in the middle, own
words. A question in the middle is rejected here, so that Rasa's other rules answer it; after
that the form runs again and asks where it was.
"""

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.forms import FormValidationAction

from actions.base import say
from actions.checkin.path import closing, start_return
from actions.checkin.plan import current, plan, unfinished
from actions.checkin.question import Question, Said
from actions.checkin.questions import HELP, Begin, GoOn, Hardest, HowIs, Pause, Strength, stop
from actions.checkin.talk import Talk, button, human
from actions.commands import BUTTON_INTENTS
from actions.context import answers, checkin, reader
from actions.human import handoff
from actions.turn import Turn
from services_catalog.answers import Bubble

log = logging.getLogger(__name__)

FORM = "checkin_form"

_AWAY_SECONDS = 3 * 3600.0
_LIKELY_FROM = 0.2
_SURE_COMMANDS = ("go_back", "skip", "goodbye", "start_over", "talk_to_human", "help_menu")
# Talk about the bot in the middle: answered by the other rules whatever was asked.
_ASIDES = ("bot_challenge", "privacy", "guide_hours", "complaint_bot", "tell_municipality")
_NO_TOPIC = "nlu_fallback"
_BEGINNINGS = ("start_checkin", *BUTTON_INTENTS)


@dataclass(frozen=True)
class Moment:
    """Why the form runs, and the message at hand.

    Attributes:
        turn: The message and the slots.
        typed: What was typed; "" for a button or a command of the gateway.
        begins: Whether the form is only now activated.
        after: The action that answered a question in the middle, or "".
        alarm: Whether the gateway has said a crisis text to this very message.
        distress: Whether the gateway gives numbers to call beside the answer.
        away: Seconds since what was said before the message.
        likely: Topics that the message may be about, likeliest first.
    """

    turn: Turn
    typed: str
    begins: bool
    after: str
    alarm: bool
    distress: bool
    away: float
    likely: tuple[str, ...]

    @classmethod
    def of(cls, tracker: Tracker) -> "Moment":
        """Read the tracker as Rasa posts it to the action server."""
        latest = tracker.latest_message or {}
        turn = Turn.of({"latest_message": latest, "slots": tracker.slots})
        place = max(
            (i for i, event in enumerate(tracker.events) if event.get("event") == "user"),
            default=-1,
        )
        since = tracker.events[place + 1 :]
        ran = [e["name"] for e in since if e.get("event") == "action" and e["name"] != FORM]
        text = latest.get("text") or ""
        crisis = (latest.get("metadata") or {}).get("crisis")
        return cls(
            turn=turn,
            typed="" if text.startswith("/") else text,
            begins=any(e.get("event") == "active_loop" and e.get("name") for e in since),
            after=ran[0] if ran else "",
            alarm=crisis == "acute",
            distress=crisis == "distress",
            away=_away(tracker.events[: place + 1]),
            likely=tuple(
                entry["name"]
                for entry in latest.get("intent_ranking") or []
                if entry.get("confidence", 0) >= _LIKELY_FROM and _is_service(entry["name"])
            ),
        )

    @property
    def intent(self) -> str:
        """Return the intent, "" when it is unsure."""
        return "" if self.turn.intent == _NO_TOPIC else self.turn.intent

    @property
    def said(self) -> Said:
        """Return the typed message."""
        return Said(self.typed, self.intent, self.likely, self.turn.entities.get("municipality"))


class ValidateCheckinForm(FormValidationAction):  # type: ignore[misc]
    """Rasa calls it at every run of the form."""

    def name(self) -> str:
        """Return the name in the domain."""
        return f"validate_{FORM}"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """Return the changed slots and the slot to ask next.

        Without a changed slot Rasa takes the message as rejected, and its other rules answer.
        """
        try:
            talk = heard(Moment.of(tracker))
            if talk is None:
                return [_slot("requested_slot", tracker.slots.get("requested_slot"))]
            bubbles, asked = spoken(talk)
        except Exception as error:
            # The type only: a message or a slot could be in the error's text.
            log.error("%s failed: %s", self.name(), type(error).__name__)
            dispatcher.utter_message(text=answers().phrases("apology"))
            return [
                _slot("checkin", tracker.slots.get("checkin")),
                _slot("requested_slot", tracker.slots.get("requested_slot")),
            ]
        say(dispatcher, bubbles)
        # The memory is always among the events: a turn that only repeats is no rejection.
        changed = {"checkin": talk["checkin"], **talk.changed, "requested_slot": asked}
        return [_slot(name, value) for name, value in changed.items()]


def heard(moment: Moment) -> Talk | None:
    """Take the message into the slots; None leaves it to the other rules."""
    talk = Talk(moment.turn.slots)
    talk.page = int(moment.turn.entities.get("page", 0))
    talk.distress = moment.distress
    question = next((q for q in plan(talk) if q.open(talk) and not isinstance(q, GoOn)), None)
    talk.at = question.slot if question else ""
    if moment.begins:
        _begin(talk, moment)
    elif moment.after:
        _come_back(talk, moment)
    elif not _understood(talk, moment):
        return None
    return talk


def spoken(talk: Talk) -> tuple[list[Bubble], str | None]:
    """Return what is said, and the slot that is asked; None ends the form."""
    bubbles = list(talk.bubbles)
    if talk.closing is not None:
        return [*bubbles, *_words(talk, Bubble("", choices=talk.closing))], None
    question = current(talk)
    if question is None:
        talk.say("bye")
        return [*bubbles, *_words(talk, Bubble("", choices=closing(talk)))], None
    asked = Bubble("") if talk.quiet else question.ask(talk)
    return [*bubbles, *_words(talk, asked)], question.slot


def _words(talk: Talk, bubble: Bubble) -> list[Bubble]:
    text = "\n\n".join(filter(None, [*talk.paragraphs, bubble.text]))
    if not text and not talk.effects:
        return []
    return [replace(bubble, text=text, effects=talk.effects)]


def _begin(talk: Talk, moment: Moment) -> None:
    intent, entities = moment.intent, moment.turn.entities
    if intent == "resume_path":
        start_return(talk, json.loads(entities["path"]))
    elif intent == "start_close_one":
        talk.begin("close_one")
    elif intent == "checkin_answer" and talk.kind:
        _pressed(talk, entities)
    elif intent == "continue_checkin" and unfinished(talk):
        talk.wait(None)
    elif unfinished(talk):
        talk.wait("begun")
    else:
        talk.begin("self")
        if moment.typed and not reader().asks_for_checkin(moment.typed):
            talk.say("heard_vague")


def _come_back(talk: Talk, moment: Moment) -> None:
    """Ask again after another rule has answered, unless the client is somewhere else now."""
    question = current(talk)
    if isinstance(question, Begin):
        talk.remember(kind="")
        talk.end()
    elif isinstance(question, GoOn):
        talk.quiet = talk.waits in ("crisis", "human") or moment.after == "action_menu"
    else:
        talk.say("returned")


def _understood(talk: Talk, moment: Moment) -> bool:
    if moment.intent == "pause_for_crisis" or moment.alarm:
        _stand_by(talk, moment)
        return True
    if not moment.typed:
        return _commanded(talk, moment)
    question = current(talk)
    if question is None:
        return False
    said = moment.said
    if _crisis(talk, said):
        return True
    if isinstance(question, GoOn):
        # The rule of these intents is this form: rejected here, they would come back for ever.
        asked = moment.intent in _BEGINNINGS
        return _command(talk, reader().command(said.text)) or question.read(talk, said) or asked
    if _command(talk, reader().command(said.text)):
        return True
    if moment.intent in _ASIDES and not isinstance(question, Hardest) and not _local(question):
        return False
    if question.read(talk, said):
        return True
    if _command(talk, moment.intent if moment.intent in _SURE_COMMANDS else None):
        return True
    if moment.intent == "greet" or moment.away > _AWAY_SECONDS:
        if isinstance(question, Begin):
            return False
        talk.wait("hello")
        return True
    if moment.intent == "ask_repeat":
        return True
    if _asks_elsewhere(question, said):
        return False
    if not question.keep(talk, said):
        talk.say("unclear_question")
    return True


def _stand_by(talk: Talk, moment: Moment) -> None:
    """Wait after the gateway's crisis text, without losing what the message answered."""
    question = current(talk)
    if moment.alarm and isinstance(question, Strength) and reader().denies(moment.typed):
        question.skip(talk)
    elif moment.alarm and isinstance(question, HowIs | Hardest | Strength):
        question.read(talk, moment.said)
        talk.paragraphs.clear()
        talk.bubbles.clear()
    # With a guide in the chat the bot says nothing more than the crisis text.
    talk.quiet = talk.waits == "human"
    talk.wait("human" if talk.quiet else "crisis")


def _commanded(talk: Talk, moment: Moment) -> bool:
    """Carry out a button; other commands are left to the other rules."""
    intent, entities = moment.intent, moment.turn.entities
    if intent == "checkin_answer":
        _pressed(talk, entities)
    elif intent == "continue_checkin":
        talk.wait(None)
    elif intent == "start_checkin":
        talk.wait("begun")
    elif intent == "start_close_one":
        talk.begin("close_one")
    elif intent == "resume_path":
        start_return(talk, json.loads(entities["path"]))
    elif intent == "help_menu" and moment.turn.entities.keys().isdisjoint({"need", "page"}):
        _offer_or_menu(talk)
    else:
        return _command(talk, intent if intent in _SURE_COMMANDS else None)
    return True


def _pressed(talk: Talk, entities: Mapping[str, str]) -> None:
    """Take a button's answer, also that of an older question."""
    slot, value = entities.get("question", ""), entities.get("answer", "")
    question = next((q for q in plan(talk) if q.slot == slot), None)
    if talk.waits and slot != "checkin_go_on":
        talk.wait(None)
    if slot == HELP:
        _help(talk)
    elif question and value != "more":
        talk.page = 0
        question.take(talk, value)


def _command(talk: Talk, name: str | None) -> bool:
    carry_out = _COMMANDS.get(name or "")
    if carry_out is None:
        return False
    carry_out(talk)
    return True


def _go_back(talk: Talk) -> None:
    if talk.waits:
        talk.wait(None)
        return
    questions = plan(talk)
    now = current(talk)
    place = next((i for i, q in enumerate(questions) if now and q.slot == now.slot), 0)
    earlier = [q for q in questions[:place] if not isinstance(q, Begin | Pause)]
    if not earlier:
        talk.say("too_early")
        return
    talk.say("back")
    earlier[-1].clear(talk)


def _skip(talk: Talk) -> None:
    question = current(talk)
    if question:
        question.skip(talk)


def _start_over(talk: Talk) -> None:
    kind = talk.kind if talk.kind in ("self", "close_one") else "self"
    talk.begin(kind)
    talk.say("begun_again")


def _to_human(talk: Talk) -> None:
    talk.bubbles.append(handoff(talk))
    talk.wait("human")
    talk.quiet = True


def _help(talk: Talk) -> None:
    numbers = answers().crisis_texts.numbers
    text = checkin().say("help", hatanumero=numbers["hatanumero"].number)
    talk.bubbles.append(
        Bubble(
            "\n\n".join(text),
            choices=(
                button("go_on", "continue_checkin"),
                button("back", "go_back"),
                button("over", "start_over"),
                button("stop", "goodbye"),
                human(),
            ),
        )
    )
    talk.wait("help")
    talk.quiet = True


_COMMANDS: dict[str, Callable[[Talk], None]] = {
    "go_back": _go_back,
    "skip": _skip,
    "goodbye": stop,
    "start_over": _start_over,
    "talk_to_human": _to_human,
    "help_menu": _help,
}


def _offer_or_menu(talk: Talk) -> None:
    """Answer the button "Haluan jatkaa" of a crisis text, or "Näytä aiheet"."""
    if talk.waits == "crisis":
        talk.wait("help")
        return
    talk.bubbles += answers().menu()
    talk.wait("menu")
    talk.quiet = True


def _crisis(talk: Talk, said: Said) -> bool:
    """Say the fixed text when the message is surely about a crisis."""
    catalogue = answers().catalogue
    if not catalogue.has_topic(said.intent):
        return False
    kind = catalogue.topic(said.intent).crisis
    if not kind:
        return False
    talk.crisis(kind)
    return True


def _asks_elsewhere(question: Question, said: Said) -> bool:
    """Return whether another rule should answer: a question, or a need told out of place."""
    if said.topic is None:
        return said.intent in _ASIDES or said.intent in ("thanks", "show_other")
    return reader().is_question(said.text) or not isinstance(question, Hardest)


def _local(question: Question) -> bool:
    return question.slot == "path_place"


def _is_service(name: str) -> bool:
    catalogue = answers().catalogue
    return catalogue.has_topic(name) and (catalogue.need(catalogue.topic(name).need).service_need)


def _away(events: list[dict[str, Any]]) -> float:
    """Return how long the client was silent before the last of ``events``."""
    at = [event.get("timestamp") or 0.0 for event in events]
    return float(at[-1] - at[-2]) if len(at) > 1 and at[-2] else 0.0


def _slot(name: str, value: Any) -> dict[str, Any]:
    return {"event": "slot", "timestamp": None, "name": name, "value": value}
