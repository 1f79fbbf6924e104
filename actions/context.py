"""What every action shares in a process."""

from functools import cache

from actions.checkin.reading import Reader
from bot.clock import today
from bot.settings import load_settings
from services_catalog import load_catalogue
from services_catalog.answers import Answers
from services_catalog.checkin import Checkin, load_answer_words, load_checkin
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


@cache
def checkin() -> Checkin:
    """Return the questions and texts of the check-in, loaded once in a process."""
    return load_checkin(load_settings().catalogue_folder)


@cache
def reader() -> Reader:
    """Return the reader of typed answers, made once in a process."""
    return Reader(load_answer_words(load_settings().catalogue_folder))
