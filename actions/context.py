"""What every action shares in a process."""

from functools import cache

from bot.clock import today
from bot.settings import load_settings
from services_catalog import load_catalogue
from services_catalog.answers import Answers
from services_catalog.crisis import load_crisis_texts
from services_catalog.phrases import load_phrases


@cache
def answers() -> Answers:
    """Return the answers of the catalogue, loaded once in a process."""
    settings = load_settings()
    folder = settings.catalogue_folder
    return Answers(
        load_catalogue(folder),
        load_phrases(folder),
        load_crisis_texts(folder),
        today=today,
        max_age_days=settings.catalogue.max_age_days,
    )
