"""What the web's handlers find in the aiohttp application."""

from dataclasses import dataclass

from aiohttp import web

from bot.conversation import Conversation
from bot.hub import Hub
from bot.limits import RateLimit
from bot.paths import Paths, Planner
from bot.rasa_server import RasaServer
from bot.settings import Settings
from bot.store import ChatStore
from services_catalog.answers import Answers


@dataclass(frozen=True)
class Parts:
    """The parts of a running gateway that the web needs."""

    settings: Settings
    store: ChatStore
    conversation: Conversation
    hub: Hub
    answers: Answers
    rasa: RasaServer
    paths: Paths
    planner: Planner
    chat_limit: RateLimit
    address_limit: RateLimit


PARTS = web.AppKey("parts", Parts)
