"""A message as Telegram shows it: parts within its limits, with links and bold names.

Formatting goes beside the text as entities, so that no text can break it or add to it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    MessageEntity,
)

from bot.channels.telegram.texts import Texts
from bot.store import Button, Message
from services_catalog.cards import Card
from services_catalog.cards import text as card_text

# The Bot API's 4,096 less room for "Valitsit: …" once a button is pressed.
LONGEST = 3900
# A preview would let Telegram fetch the page, and push the text off a small screen.
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)

# Numbers that cannot be dialled with a country code (112, 0800, 080 …) stay as they are.
_NATIONAL = re.compile(r"(?<![\d.,+-])0(?!0|80|[67]00|200|100)(?=\d(?:[ \u00a0-]?\d){4,11}(?!\d))")


@dataclass(frozen=True)
class Part:
    """One message of Telegram's; the keyboard is on the last part."""

    text: str
    entities: tuple[MessageEntity, ...] = ()
    keyboard: InlineKeyboardMarkup | None = None


def parts(message: Message, cards: Sequence[Card], texts: Texts) -> list[Part]:
    """Return a message with the cards of its services, split where Telegram's limits ask."""
    blocks = [(block, "") for block in message.text.split("\n\n")]
    if message.sender == "guide":
        blocks.insert(0, (texts("guide"), texts("guide")))
    blocks += [(card_text(card), card["name"]) for card in cards]
    whole = _joined([(dialled(text), dialled(bold)) for text, bold in blocks if text.strip()])
    if whole and message.buttons:
        whole[-1] = replace(whole[-1], keyboard=keyboard(message.buttons))
    return whole


def keyboard(buttons: Sequence[Button]) -> InlineKeyboardMarkup:
    """Return the buttons, one a row: a title must be readable on a narrow phone."""
    return InlineKeyboardMarkup(
        [[InlineKeyboardButton(b.title, callback_data=b.payload)] for b in buttons]
    )


def dialled(text: str) -> str:
    """Return ``text`` with its Finnish numbers in the international form.

    Telegram makes only those tappable, and takes no ``tel:`` links (tdlib, LinkManager).
    """
    return _NATIONAL.sub("+358 ", text)


def length(text: str) -> int:
    """Return the length as Telegram counts it, in UTF-16 code units."""
    return len(text.encode("utf-16-le")) // 2


def _joined(blocks: Sequence[tuple[str, str]]) -> list[Part]:
    """Join blocks with empty lines between, beginning anew where the limit would be passed.

    Each block comes with what is bold at its beginning. Links and numbers Telegram finds itself.
    """
    found: list[Part] = []
    for block, bold in blocks:
        for piece in _pieces(block):
            last = Part("")
            if found and length(found[-1].text) + 2 + length(piece) <= LONGEST:
                last = found.pop()
            start = f"{last.text}\n\n" if last.text else ""
            entities = last.entities
            if bold and piece.startswith(bold):
                entity = MessageEntity(MessageEntity.BOLD, length(start), length(bold))
                entities = (*entities, entity)
            found.append(Part(start + piece, entities))
    return found


def _pieces(block: str) -> list[str]:
    """Split one block that is too long at a line, a sentence, a word, or where it must be."""
    pieces = []
    while length(block) > LONGEST:
        # A character takes two units at the most.
        head = block[:LONGEST]
        while length(head) > LONGEST:
            head = head[: -((length(head) - LONGEST + 1) // 2)]
        ends = (head.rfind(mark) + 1 for mark in ("\n", ". ", " "))
        cut = next((end for end in ends if end > LONGEST // 4), len(head))
        pieces.append(block[:cut].strip())
        block = block[cut:].strip()
    return [piece for piece in [*pieces, block] if piece]
