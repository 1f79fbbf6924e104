"""Offers of the check-in outside its form."""

from actions.base import PolkuAction
from actions.checkin.plan import unfinished
from actions.checkin.question import bubble
from actions.checkin.talk import Talk, button, human
from actions.context import checkin
from actions.turn import Reply, Turn


class OfferCheckin(PolkuAction):
    """After a crisis: offers to go on with a check-in that is not finished, or says nothing."""

    def name(self) -> str:
        """Return the name in the domain."""
        return "action_offer_checkin"

    def reply(self, turn: Turn) -> Reply:
        """Offer to go on."""
        if not unfinished(Talk(turn.slots)):
            return Reply([])
        offer = bubble(
            checkin().say("go_on_after_crisis"), button("continue", "continue_checkin"), human()
        )
        return Reply([offer])


class OfferCloseOne(PolkuAction):
    """After an answer to a worry about somebody: offers the short variant."""

    def name(self) -> str:
        """Return the name in the domain."""
        return "action_offer_close_one"

    def reply(self, turn: Turn) -> Reply:
        """Offer to ask more, unless a check-in is open already."""
        if unfinished(Talk(turn.slots)):
            return Reply([])
        offer = bubble(
            checkin().say("offer_close_one"), button("close_one", "start_close_one"), human()
        )
        return Reply([offer])
