"""The guide's side of a hand-off: presence, taking, talking, notes, giving back, closing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.handoff.queue import Queue
from bot.handoff.sayings import Sayings
from bot.hub import DESK, Hub
from bot.privacy import mask
from bot.store import ChatStore, Message
from bot.store.guides import Guide
from bot.store.handoffs import AWAY, HERE, Handoff, Note, Present

# Why a guide ends a talk; the texts are in desk.yml.
REASONS = ("helped", "to_service", "agreed", "no_answer", "improper", "other")
BACK_TO_BOT = "back_to_bot"


class NotYours(LookupError):
    """The client talks with somebody else, has left, or has deleted the chat."""


@dataclass(frozen=True)
class Row:
    """A client in the desk's lists.

    Attributes:
        handoff: The hand-off.
        minutes: Since it was asked for, whole minutes.
        unread: How many of the client's messages the guide has not got.
        alarm: none, distress or acute: the worst of the client's messages.
    """

    handoff: Handoff
    minutes: int
    unread: int
    alarm: str


class GuideSide:
    """Everything that a guide does with clients."""

    def __init__(self, *, queue: Queue, chats: ChatStore, sayings: Sayings, hub: Hub) -> None:
        """Use these parts."""
        self._queue = queue
        self._store = queue.store
        self._chats = chats
        self._say = sayings
        self._hub = hub

    # Presence

    async def presence(self, guide: Guide) -> str:
        """Return here, break or away."""
        known = await self._known(guide.id)
        return known.state if known and not self._queue.is_lost(known) else AWAY

    async def set_presence(self, guide: Guide, state: str) -> None:
        """Store that a guide is here, on a break or away."""
        # Pages with a script say in a moment that they keep a connection open.
        await self._store.set_presence(
            Present(guide.id, guide.name, state, False, self._queue.now())
        )
        self._hub.tell(DESK)

    async def signed_out(self, guide: Guide) -> None:
        """Note that a guide has left: clients who still talk are told in a minute."""
        await self._store.set_presence(
            Present(guide.id, guide.name, AWAY, True, self._queue.now())
        )
        self._hub.tell(DESK)

    async def touch(self, guide: Guide, *, live: bool) -> None:
        """Note a sign of life of a guide.

        Args:
            guide: The guide.
            live: Whether it comes from an open connection; then its loss is noticed in a minute.
        """
        now = self._queue.now()
        away = timedelta(minutes=self._queue.settings.away_minutes)
        await self._store.seen(guide.id, now, live=live, gone_before=now - away)
        for handoff in await self._store.all():
            if handoff.guide == guide.id and handoff.lost_at:
                said = [self._say.news("guide_back")]
                if await self._store.found(handoff.id, guide.id, said):
                    self._tell(handoff)

    # Lists

    async def rows(self) -> list[Row]:
        """Return every client who waits or talks, the longest waiting first."""
        now = self._queue.now()
        rows = []
        for handoff in await self._store.all():
            unread, alarm = await self._store.unread(handoff)
            rows.append(Row(handoff, _minutes(handoff.asked_at, now), unread, alarm))
        return rows

    async def colleagues(self, guide: Guide) -> list[Present]:
        """Return the other guides at the desk."""
        return [each for each in await self._queue.present() if each.guide != guide.id]

    # One client

    async def take(self, guide: Guide, handoff: str) -> Handoff | None:
        """Take a client; None when another guide was quicker or the client has gone."""
        before = await self._store.get(handoff)
        if before is None:
            return None
        if before.guide == guide.id:
            return before
        now = self._queue.now()
        said = [self._say.news("guide_came", name=guide.name)]
        if not await self._store.take(handoff, guide.id, guide.name, now, said):
            return None
        if not before.is_active:
            waited = (now - before.asked_at).total_seconds()
            self._queue.happened("handoff_taken", waited)
        # A guide who takes a client is there, whatever the button said.
        if await self.presence(guide) == AWAY:
            await self.set_presence(guide, HERE)
        self._tell(before)
        return await self._store.get(handoff)

    async def mine(self, guide: Guide, handoff: str) -> Handoff:
        """Return the guide's own client.

        Raises:
            NotYours: It is not.
        """
        found = await self._store.get(handoff)
        if found is None or not found.is_active or found.guide != guide.id:
            raise NotYours
        return found

    async def messages(self, handoff: Handoff) -> list[Message]:
        """Return what the guide may read: the chat since the client asked for a guide.

        Reading is noted, and the client sees it.
        """
        found = await self._chats.after(handoff.chat, handoff.first_n - 1)
        newest = max((m.n for m in found if m.sender == "client"), default=0)
        if newest > handoff.guide_has and await self._store.got(handoff.id, guide=newest):
            self._hub.tell(handoff.chat)
        return found

    async def say(
        self, guide: Guide, handoff: str, client_id: str, text: str, services: Sequence[str] = ()
    ) -> None:
        """Send a message, once for one ``client_id``.

        Identity codes, account and card numbers are masked; a guide may give a phone number.

        Raises:
            NotYours: The client is not this guide's.
        """
        found = await self.mine(guide, handoff)
        masked = mask(text, contacts=False)
        message = Message(
            "guide",
            masked.text,
            self._queue.now(),
            services=tuple(services),
            client_id=f"guide:{client_id}"[:64],
        )
        if await self._store.say(handoff, guide.id, message) is None:
            raise NotYours
        self._tell(found)

    async def typing(self, guide: Guide, handoff: str) -> None:
        """Show the client that the guide is writing."""
        found = await self.mine(guide, handoff)
        self._hub.tell(found.chat, typing="guide")

    async def notes(self, handoff: str) -> list[Note]:
        """Return the notes for colleagues."""
        return await self._store.notes(handoff)

    async def note(self, guide: Guide, handoff: str, text: str) -> None:
        """Write a note for colleagues, which the client never sees.

        Raises:
            NotYours: The client is not this guide's.
        """
        await self.mine(guide, handoff)
        await self._store.note(
            handoff, Note(guide.name, self._queue.now(), mask(text, contacts=False).text)
        )

    async def hand_back(self, guide: Guide, handoff: str) -> None:
        """Let the bot go on with the client.

        Raises:
            NotYours: The client is not this guide's.
        """
        await self._end(guide, handoff, BACK_TO_BOT, "ended.back_to_bot")

    async def close(self, guide: Guide, handoff: str, reason: str) -> None:
        """End the talk; ``reason`` is one of ``REASONS``.

        Raises:
            NotYours: The client is not this guide's.
            ValueError: There is no such reason.
        """
        if reason not in REASONS:
            raise ValueError(reason)
        await self._end(guide, handoff, reason, "ended.guide")

    async def transfer(self, guide: Guide, handoff: str, to: str) -> Present:
        """Give the client to another guide who is at the desk; return that guide.

        Raises:
            NotYours: The client is not this guide's.
            ValueError: The other guide is not at the desk.
        """
        found = await self.mine(guide, handoff)
        other = next((each for each in await self.colleagues(guide) if each.guide == to), None)
        if other is None:
            raise ValueError(to)
        said = [self._say.news("guide_changed", name=other.name)]
        if not await self._store.transfer(handoff, guide.id, to, other.name, said):
            raise NotYours
        self._tell(found)
        return other

    async def _end(self, guide: Guide, handoff: str, reason: str, key: str) -> None:
        found = await self.mine(guide, handoff)
        now = self._queue.now()
        said = [self._say.bot(key), self._say.rate(handoff)]
        if not await self._store.end(found, reason=reason, at=now, said=said, guide=guide.id):
            raise NotYours
        talked = (now - (found.taken_at or now)).total_seconds()
        self._queue.happened("handoff_ended", talked)
        self._tell(found)

    async def _known(self, guide: str) -> Present | None:
        return next((p for p in await self._store.presences() if p.guide == guide), None)

    def _tell(self, handoff: Handoff) -> None:
        self._hub.tell(handoff.chat)
        self._hub.tell(DESK)


def _minutes(since: datetime, now: datetime) -> int:
    return max(0, int((now - since).total_seconds() // 60))
