"""What ``rasa run`` looks up instead of working it out anew comes out as Rasa has it."""

import copy
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import ValidationError
from rasa.core.actions.action import RemoteAction
from rasa.core.policies.rule_policy import RulePolicy
from rasa.shared.core.slots import TextSlot

from bot import rasa_run

_INTENTS = st.sampled_from(["money_gone", "eviction", "bye"])
_USER = st.builds(lambda intent: {"intent": intent} if intent else {}, st.none() | _INTENTS)
_BEFORE = st.sampled_from([{}, {"action_name": "action_listen"}, {"action_name": "action_answer"}])


@st.composite
def states(draw, least=1):
    """Return the turns of a conversation or of a rule, the first perhaps with nothing before."""
    turns = []
    for _ in range(draw(st.integers(least, 3))):
        parts = {"user": draw(_USER), "prev_action": draw(_BEFORE)}
        turns.append({name: part for name, part in parts.items() if part})
    return turns


@given(st.lists(states()), states(least=0))
def test_the_same_rules_fit_a_conversation(rules, conversation):
    lookup = {json.dumps(rule): "action_answer" for rule in rules}
    policy = object.__new__(RulePolicy)
    assert rasa_run.possible_keys(policy, lookup, conversation) == RulePolicy._get_possible_keys(
        policy, lookup, conversation
    )


@pytest.mark.parametrize(
    "result",
    [
        {},
        {"events": [], "responses": [{"text": "Hei."}]},
        {"events": [{"event": "slot", "name": "need", "value": None}], "responses": []},
        {"events": [{"event": "slot", "value": 1}]},
        {"events": [{"event": "slot", "name": 1, "value": 1}]},
        {"events": [{"event": "no such event"}]},
        {"events": [{"name": "need"}]},
        {"events": "none"},
        {"events": [{"event": "action", "name": "action_listen", "policy": 3}]},
        {"responses": [{"buttons": "none"}]},
        [],
    ],
)
def test_an_answer_of_an_action_is_refused_when_rasa_refuses_it(result):
    refused = []
    for validate in (RemoteAction._validate_action_result, rasa_run.validate_action_result):
        try:
            assert validate(object.__new__(RemoteAction), result)
            refused.append(False)
        except ValidationError:
            refused.append(True)
    assert refused[0] == refused[1]


def test_a_copied_slot_has_a_value_of_its_own():
    slot = TextSlot("need", [{}], initial_value="debt")
    twin = rasa_run.copied(slot)
    twin.value = "food"
    assert (slot.value, twin.value) == ("debt", "food")
    assert type(twin) is TextSlot
    assert twin.as_feature() == copy.copy(twin).as_feature()
