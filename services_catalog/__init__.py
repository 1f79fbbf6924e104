"""The service catalogue: who helps with what in Central Finland, and how one begins.

Knows nothing of Rasa and nothing of channels. Start with ``load_catalogue``; ``offer`` chooses
services for a topic, ``card`` and ``text`` show one, ``Search`` finds without Rasa, ``check``
tells an editor what is wrong.
"""

from services_catalog.cards import Card, card, text
from services_catalog.checks import Finding, check, check_folder
from services_catalog.errors import CatalogueError, Fault, UnknownIdError
from services_catalog.loader import DEFAULT_FOLDER, load_catalogue
from services_catalog.models import (
    BlockedNumber,
    Catalogue,
    Coverage,
    Municipality,
    Need,
    Phone,
    Service,
    Source,
    Topic,
)
from services_catalog.places import PlaceSpan, find_all, find_municipality
from services_catalog.search import Hit, Search
from services_catalog.verify import set_verified
from services_catalog.visibility import age_in_days, offer, showable_phones, visible
from services_catalog.words import warm_up
from services_catalog.worklist import Row, worklist

__all__ = [
    "DEFAULT_FOLDER",
    "BlockedNumber",
    "Card",
    "Catalogue",
    "CatalogueError",
    "Coverage",
    "Fault",
    "Finding",
    "Hit",
    "Municipality",
    "Need",
    "Phone",
    "PlaceSpan",
    "Row",
    "Search",
    "Service",
    "Source",
    "Topic",
    "UnknownIdError",
    "age_in_days",
    "card",
    "check",
    "check_folder",
    "find_all",
    "find_municipality",
    "load_catalogue",
    "offer",
    "set_verified",
    "showable_phones",
    "text",
    "visible",
    "warm_up",
    "worklist",
]
