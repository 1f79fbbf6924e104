"""What kind of message came: a text, or something this channel only answers to."""

from telegram import Message

# In this order: an animation comes as a document too, and a venue as a location.
_KINDS = {
    "voice": ("voice", "audio", "video_note"),
    "picture": ("photo", "video", "animation", "live_photo"),
    "sticker": ("sticker",),
    "location": ("venue", "location"),
    "contact": ("contact",),
    "file": ("document",),
    "other": (
        "checklist", "dice", "game", "giveaway", "invoice", "paid_media", "poll", "story",
    ),
}  # fmt: skip


def kind_of(message: Message, *, edited: bool) -> str:
    """Return the kind of a message in a private chat.

    Returns:
        "text"; a key of ``kinds`` in texts.yml; or "" for what nobody said, such as the notice
        of a pinned message or a live location that moves.
    """
    found = next(
        (kind for kind, names in _KINDS.items() if any(getattr(message, n, None) for n in names)),
        "",
    )
    if edited:
        return "" if found == "location" else "edited"
    if message.forward_origin:
        return "forwarded"
    if found:
        return found
    if message.text is not None:
        return "text"
    # A kind of message that the library does not know yet.
    return "other" if message.api_kwargs else ""
