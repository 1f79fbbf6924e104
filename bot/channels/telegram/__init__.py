"""The Telegram channel: the same conversation, over the Bot API.

``updates`` brings what people send into the conversation, ``outbox`` brings what is said to them.
"""

from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.outbox import Attach, Attachment
from bot.channels.telegram.updates import Resume

__all__ = ["Attach", "Attachment", "Resume", "TelegramChannel"]
