"""The states of the page that the accessibility tests and the screenshots look at."""

from collections.abc import Callable

from playwright.sync_api import Route

from tests.e2e.chat import COMPOUND, CRISIS, NEED, Chat


def _cards(chat: Chat) -> None:
    chat.say(NEED)


def _human(chat: Chat) -> None:
    with chat.answered():
        chat.page.get_by_role("button", name="Puhu ihmiselle").first.click()


def _crisis(chat: Chat) -> None:
    chat.say(CRISIS)


def _error(chat: Chat) -> None:
    chat.say("moi")
    # Within 0.8 s a second press is taken for a double tap.
    chat.page.wait_for_timeout(900)
    chat.send.click()
    chat.page.locator("#virhe:not(:empty)").wait_for()


def _masked(chat: Chat) -> None:
    chat.say("hei, tunnukseni on 010594Y9032")


def _failed(chat: Chat) -> None:
    chat.watch.forgive("ERR_FAILED")
    chat.say("moi")
    chat.page.route("**/messages", lambda route: route.abort())
    chat.box.fill(COMPOUND)
    chat.send.click()
    chat.page.locator(".failed").wait_for()
    chat.page.unroute("**/messages")


def _long(chat: Chat) -> None:
    chat.say("moi")
    client = chat.same_chat()
    while len(client.messages()) < 30:
        client.say("moi")
    chat.page.reload()


def _guide(chat: Chat) -> None:
    """Show what a guide says; the message is put into the answer on its way to the page."""

    def with_guide(route: Route) -> None:
        answer = route.fetch()
        body = answer.json()
        body["messages"].append(
            body["messages"][-1]
            | {"n": body["messages"][-1]["n"] + 1, "from": "guide", "sender": "Ohjaaja Maija"}
            | {"text": "Hei! Olen Maija. Olen ihminen. Miten voin auttaa?", "cards": []}
            | {"buttons": [], "services": [], "crisis": "none"}
        )
        route.fulfill(response=answer, json=body)

    chat.page.route("**/messages", with_guide)
    chat.say(NEED)
    chat.page.locator(".msg.guide").wait_for()
    chat.page.unroute("**/messages")


def _visit(path: str) -> Callable[[Chat], None]:
    def visit(chat: Chat) -> None:
        chat.watch.forgive("404")
        chat.open(path)

    return visit


VIEWS: dict[str, Callable[[Chat], None]] = {
    "empty": lambda _: None,
    "cards": _cards,
    "human": _human,
    "crisis": _crisis,
    "error": _error,
    "masked": _masked,
    "failed": _failed,
    "long": _long,
    "guide": _guide,
    "help": _visit("/apua"),
    "about": _visit("/tietoa"),
    "privacy": _visit("/tietosuoja"),
    "statement": _visit("/saavutettavuus"),
    "display": _visit("/asetukset"),
    "delete": _visit("/poista"),
    "error-page": _visit("/ei-ole"),
}

PAGES = ["/", "/apua", "/tietoa", "/tietosuoja", "/saavutettavuus", "/asetukset", "/poista"]
