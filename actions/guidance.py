"""What is done when a message is not understood, and the way through the catalogue."""

from dataclasses import replace

from actions.base import PolkuAction
from actions.context import answers
from actions.languages import is_another_language
from actions.turn import Reply, Turn
from services_catalog.answers import Bubble, Choice

_LIKELIEST = 3


class Unsure(PolkuAction):
    """Asks which topic was meant; on the second miss in a row offers the catalogue by need."""

    def name(self) -> str:
        """Return the name in the domain."""
        return "action_unsure"

    def reply(self, turn: Turn) -> Reply:
        """Offer the three likeliest topics, then the needs."""
        misses = int(turn.slots.get("misses") or 0) + 1
        remembered = {"misses": misses, "offered_topic": None}
        catalogue = answers().catalogue
        likeliest = [
            name
            for name in turn.ranking
            if catalogue.need(catalogue.topic(name).need).service_need
        ][:_LIKELIEST]
        is_foreign = is_another_language(turn.text)
        other = [Bubble(answers().phrases("other_language"))] if is_foreign else []
        if misses > 1 or not likeliest:
            return Reply([*other, *_menu_and_checkin()], remembered)
        return Reply(
            [*other, *answers().unsure(likeliest)], {**remembered, "offered_topic": likeliest[0]}
        )


def _menu_and_checkin() -> list[Bubble]:
    """Offer the catalogue by need, and the check-in to whoever cannot say what it is."""
    menu = answers().menu(opening="not_understood")[0]
    asks = Choice(answers().catalogue.topic("start_checkin").title, "start_checkin")
    return [replace(menu, choices=(*menu.choices, asks))]


class Menu(PolkuAction):
    """Leads through the catalogue: needs, then the topics of a need."""

    def name(self) -> str:
        """Return the name in the domain."""
        return "action_menu"

    def reply(self, turn: Turn) -> Reply:
        """Show the needs, or the topics of the chosen one."""
        page = int(turn.entities.get("page", 0))
        need = turn.entities.get("need")
        return Reply(answers().need(need, page) if need else answers().menu(page))


class StartOver(PolkuAction):
    """Forgets what was told and begins again."""

    def name(self) -> str:
        """Return the name in the domain."""
        return "action_start_over"

    def reply(self, turn: Turn) -> Reply:
        """Empty every slot."""
        return Reply(answers().say("restarted"), dict.fromkeys(turn.slots))
