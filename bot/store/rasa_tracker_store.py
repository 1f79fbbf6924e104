"""Rasa's trackers on our own tables, so that erasure and retention are in one place."""

import json
from typing import Any

import sqlalchemy as sa
from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import SerializedTrackerAsText, TrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActiveLoop, Event, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.clock import now
from bot.store.database import connect
from bot.store.tables import chats, trackers

# Replies get slower as a tracker grows, and the rules look one turn back: keep the slots and
# the latest turns only.
_KEPT_TURNS = 3
_LONGEST = 40

# Built once, as every answer needs them.
_READ = sa.select(trackers.c.events).where(trackers.c.chat == sa.bindparam("chat"))
# The names of an update's conditions must not be those of its columns.
_UPDATE = (
    trackers.update()
    .where(trackers.c.chat == sa.bindparam("of"))
    .values(events=sa.bindparam("events"), saved_at=sa.bindparam("saved_at"))
)


class PolkuTrackerStore(TrackerStore, SerializedTrackerAsText):  # type: ignore[misc]
    """Keeps each chat's tracker as one row; named in the gateway's endpoints file."""

    def __init__(
        self,
        domain: Domain | None,
        event_broker: EventBroker | None = None,
        database_url: str = "",
        **kwargs: Any,
    ) -> None:
        """Open the database at ``database_url``, whose tables the gateway has made."""
        super().__init__(domain, event_broker, **kwargs)
        self._engine = connect(database_url)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Write the tracker, cut to its slots and latest events."""
        events = _short(tracker)
        row = {
            "events": json.dumps([event.as_dict() for event in events], ensure_ascii=False),
            "saved_at": now(),
        }
        async with self._engine.begin() as connection:
            updated = await connection.execute(_UPDATE, {"of": tracker.sender_id, **row})
            if not updated.rowcount:
                await connection.execute(_insert(tracker.sender_id, row))

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """Return the chat's tracker, or None when there is none."""
        async with self._engine.connect() as connection:
            events = await connection.scalar(_READ, {"chat": sender_id})
        if events is None:
            return None
        return DialogueStateTracker.from_dict(
            sender_id, json.loads(events), self.domain.slots, self.max_event_history
        )

    async def delete(self, sender_id: str) -> None:
        """Delete the chat's tracker."""
        async with self._engine.begin() as connection:
            await connection.execute(trackers.delete().where(trackers.c.chat == sender_id))

    async def keys(self) -> list[str]:
        """Return the ids of the chats that have a tracker."""
        async with self._engine.connect() as connection:
            return list((await connection.execute(sa.select(trackers.c.chat))).scalars())


def _insert(chat: str, row: dict[str, Any]) -> sa.Insert:
    # A turn that ends after its chat was erased leaves nothing behind.
    columns = {"chat": chat, **row}
    values = [sa.literal(value, trackers.c[name].type) for name, value in columns.items()]
    return trackers.insert().from_select(
        list(columns), sa.select(*values).where(sa.exists().where(chats.c.id == chat))
    )


def _short(tracker: DialogueStateTracker) -> list[Event]:
    events = list(tracker.events)
    for event in events:
        if isinstance(event, UserUttered):
            # The whole ranking is about a kilobyte a message, and nothing reads it later.
            event.parse_data.pop("intent_ranking", None)
            event.parse_data.pop("text_tokens", None)
    if len(events) <= _LONGEST:
        return events
    turns = [i for i, event in enumerate(events) if isinstance(event, UserUttered)]
    slots = [
        SlotSet(name, slot.value)
        for name, slot in tracker.slots.items()
        if slot.value != slot.initial_value
    ]
    loop = [ActiveLoop(tracker.active_loop.name)] if tracker.active_loop else []
    return [ActionExecuted(ACTION_LISTEN_NAME), *slots, *loop, *events[turns[-_KEPT_TURNS] :]]
