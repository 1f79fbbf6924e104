"""``rasa run`` as the gateway starts it, without what Rasa works out anew again and again.

Half of a turn of Rasa 3.6 went into reading the schema of an action's answer, comparing every
rule with the conversation, searching for the class of every event and copying every slot
(docs/decisions/0006). Here that is looked up; what comes out stays the same.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from copy import deepcopy
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator, ValidationError
from rasa.__main__ import main
from rasa.core.actions.action import RemoteAction
from rasa.core.policies.rule_policy import SHOULD_NOT_BE_SET, RulePolicy
from rasa.shared.core.constants import PREVIOUS_ACTION, USER
from rasa.shared.core.events import Event
from rasa.shared.core.slots import Slot
from rasa.shared.nlu.constants import INTENT

State = Mapping[str, Any]

_all_possible_keys = RulePolicy._get_possible_keys


def validate_action_result(_action: RemoteAction, result: dict[str, Any]) -> bool:
    """Return True, or raise ``jsonschema.ValidationError`` for a malformed answer."""
    answer, events = _schemas()
    answer.validate(result)
    for event in result.get("events", []):
        if event["event"] not in events:
            raise ValidationError(f"{event['event']!r} is not an event")
        events[event["event"]].validate(event)
    return True


@cache
def _schemas() -> tuple[Draft202012Validator, dict[str, Draft202012Validator]]:
    """Return the schema of an answer without its kinds of events, and these by their names."""
    # Copied, as Rasa goes on using its own.
    spec = deepcopy(RemoteAction.action_response_format_spec())
    kinds = spec["properties"]["events"]["items"].pop("oneOf")
    return Draft202012Validator(spec), {
        kind["properties"]["event"]["const"]: Draft202012Validator(kind) for kind in kinds
    }


def possible_keys(policy: RulePolicy, lookup: Mapping[str, str], states: list[State]) -> set[str]:
    """Return which rules of ``lookup`` fit the conversation, comparing those of its intent."""
    if states and states[-1].get(PREVIOUS_ACTION):
        by_intent = _by_intent(tuple(lookup))
        intent = states[-1].get(USER, {}).get(INTENT)
        fitting = {*by_intent[None], *by_intent.get(intent, ())}
        lookup = {key: lookup[key] for key in fitting}
    keys: set[str] = _all_possible_keys(policy, lookup, states)
    return keys


@cache
def _by_intent(keys: Iterable[str]) -> Mapping[str | None, list[str]]:
    """Return the keys of rules by the intent that their last turn asks for, None for any."""
    grouped: dict[str | None, list[str]] = defaultdict(list, {None: []})
    for key in keys:
        intent = RulePolicy._rule_key_to_state(key)[-1].get(USER, {}).get(INTENT)
        grouped[None if intent == SHOULD_NOT_BE_SET else intent or None].append(key)
    return dict(grouped)


def copied(slot: Slot) -> Slot:
    """Return a shallow copy of ``slot``."""
    twin = object.__new__(type(slot))
    twin.__dict__.update(slot.__dict__)
    return twin


def quicken() -> None:
    """Put these in the place of Rasa's own."""
    RemoteAction._validate_action_result = validate_action_result
    RulePolicy._get_possible_keys = possible_keys
    Event.resolve_by_type = staticmethod(cache(Event.resolve_by_type))
    Slot.__copy__ = copied


if __name__ == "__main__":
    quicken()
    main()
