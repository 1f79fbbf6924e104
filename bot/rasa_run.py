"""``rasa run`` as the gateway starts it, without a check that costs more than all the rest.

Rasa 3.6 reads the schema of an action's answer anew for every answer, and checks the schema
itself, too: more than half of the processor time of a turn (docs/decisions/0006). Here the same
schema is prepared once; what it refuses stays the same.
"""

from functools import cache
from typing import Any

from jsonschema import Draft202012Validator
from rasa.__main__ import main
from rasa.core.actions.action import RemoteAction


@cache
def _schema() -> Draft202012Validator:
    return Draft202012Validator(RemoteAction.action_response_format_spec())


def _validate_action_result(_action: RemoteAction, result: dict[str, Any]) -> bool:
    """Return True, or raise ``jsonschema.ValidationError`` for a malformed answer."""
    _schema().validate(result)
    return True


if __name__ == "__main__":
    RemoteAction._validate_action_result = _validate_action_result
    main()
