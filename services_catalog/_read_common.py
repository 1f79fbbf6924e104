"""Parts that the readers of services and topics share."""

from __future__ import annotations

import re

from services_catalog._fields import Fields

IDENTIFIER = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*", re.ASCII)
"""Ids of services: small letters, digits and single dashes."""

INTENT = re.compile(r"[a-z]+(?:_[a-z]+)*", re.ASCII)
"""Ids of topics and needs: they are names of intents, so small letters and underscores."""


def read_id(fields: Fields, form: re.Pattern[str]) -> str:
    """Take the id of an entry and use it to name the entry in later faults.

    Args:
        fields: The entry.
        form: What an id must look like.

    Returns:
        The id as written, also when it is at fault.
    """
    found = fields.text("id", empty=False)
    fields.entry = found
    if found and not form.fullmatch(found):
        advice = "Use small letters a–z, with " + ("_" if form is INTENT else "-") + " between."
        fields.refuse("id", f"{found!r} is not a good id.", advice)
    return found
