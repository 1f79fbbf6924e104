"""One way for a message from the web into the conversation, for the API and the form."""

from aiohttp import web

from bot.channels.web.errors import ApiError
from bot.channels.web.keys import PARTS
from bot.channels.web.session import address
from bot.conversation import EmptyMessage, OldButton
from bot.store import Message


def check_size(request: web.Request, text: str) -> None:
    """Refuse a text over the limit of characters.

    Raises:
        ApiError: 413.
    """
    limit = request.app[PARTS].settings.limits.message_characters
    if len(text) > limit:
        raise ApiError(413, "too_long", limit=str(limit))


def check_content(text: str, payload: str) -> None:
    """Refuse a form without a text and without a pressed button.

    Raises:
        ApiError: 400.
    """
    if not text.strip() and not payload:
        raise ApiError(400, "empty")


async def check_rate(request: web.Request, chat: str, text: str = "") -> None:
    """Count a message against the limits; a cry for help is let through all the same.

    Raises:
        ApiError: 429 with Retry-After.
    """
    parts = request.app[PARTS]
    wait = parts.address_limit.wait(address(request))
    if chat:
        wait = max(wait, parts.chat_limit.wait(chat))
    if wait and not (text and await parts.conversation.is_acute(text)):
        raise ApiError(429, "too_fast", retry_after=wait)


async def send(
    request: web.Request, chat: str, client_id: str, *, text: str, payload: str
) -> list[Message]:
    """Hand a message to the conversation and return its answer.

    Raises:
        ApiError: 400 for an empty text, 404 for a chat that is gone, 409 for an old button.
    """
    if not payload.isascii():
        raise ApiError(409, "old_button")
    try:
        return await request.app[PARTS].conversation.receive(
            chat, client_id, text=text, payload=payload
        )
    except EmptyMessage:
        raise ApiError(400, "empty") from None
    except OldButton:
        raise ApiError(409, "old_button") from None
    except LookupError:
        raise ApiError(404, "not_found") from None
