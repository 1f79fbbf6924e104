"""A message as Telegram shows it, within its limits."""

from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actions.context import answers
from bot.channels.telegram.render import LONGEST, dialled, length, parts
from bot.channels.telegram.texts import Texts
from bot.clock import HELSINKI
from bot.settings import load_settings
from bot.store import Button, Message
from services_catalog.cards import card

AT = datetime(2026, 11, 23, 8, 15, tzinfo=HELSINKI)
TEXTS = Texts(answers(), load_settings())
SERVICES = answers().catalogue.services

anything = st.text(st.characters(blacklist_categories=["Cs"]), max_size=60)
markup = st.sampled_from(
    [
        "<b>",
        "</b>",
        "&amp;",
        "*",
        "_",
        "[a](tg://user?id=1)",
        "`",
        "\n\n",
        "\n",
        ". ",
        " ",
        "😀",
        "ä",
    ]
)
texts = st.lists(anything | markup, min_size=1, max_size=30).map("".join)
long_texts = st.tuples(texts, st.integers(1, 40)).map(lambda pair: pair[0] * pair[1] * 4)


def cards_of(ids):
    return [card(service, AT.date()) for service in SERVICES if service.id in ids]


@settings(max_examples=300, deadline=None)
@given(
    texts | long_texts,
    st.sampled_from(["bot", "guide", "system"]),
    st.lists(st.sampled_from([s.id for s in SERVICES]), max_size=6, unique=True),
)
def test_every_part_is_within_the_limit_and_nothing_is_left_out(text, sender, ids):
    shown = cards_of(ids)
    message = Message(sender, text, AT, buttons=(Button("Kyllä", "p", "/yes"),))
    whole = parts(message, shown, TEXTS)
    assert all(0 < length(part.text) <= LONGEST for part in whole)
    joined = "".join("".join(part.text for part in whole).split())
    assert "".join(dialled(text).split()) in joined
    for each in shown:
        assert "".join(dialled(each["name"]).split()) in joined
    assert [part.keyboard is not None for part in whole] == [False] * (len(whole) - 1) + [True] * (
        len(whole) > 0
    )


@settings(max_examples=200, deadline=None)
@given(texts, st.sampled_from([s.id for s in SERVICES]))
def test_only_names_of_services_are_bold_whatever_the_text_is(text, service):
    shown = cards_of([service])
    for part in parts(Message("bot", text, AT), shown, TEXTS):
        units = part.text.encode("utf-16-le")
        for entity in part.entities:
            start, end = 2 * entity.offset, 2 * (entity.offset + entity.length)
            assert units[start:end].decode("utf-16-le") == dialled(shown[0]["name"])
            assert entity.type == "bold"


def test_a_name_is_bold_on_its_card_and_not_where_the_text_says_it():
    kriisi = next(s for s in SERVICES if s.id == "mieli-kriisipuhelin")
    message = Message("bot", f"{kriisi.name} auttaa 😀.", AT)
    (part,) = parts(message, cards_of([kriisi.id]), TEXTS)
    (entity,) = part.entities
    assert entity.offset == length(f"{message.text}\n\n")


def test_it_is_split_between_paragraphs():
    paragraph = "Tämä on kappale, jossa on kaksi lausetta. Tässä on toinen.\n\n"
    whole = parts(Message("bot", paragraph * 100, AT), [], TEXTS)
    assert len(whole) == 2
    assert all(part.text.endswith("Tässä on toinen.") for part in whole)


def test_a_guide_is_told_from_the_bot():
    (part,) = parts(Message("guide", "Hei, olen täällä.", AT), [], TEXTS)
    assert part.text == "Ohjaaja kirjoittaa:\n\nHei, olen täällä."


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Soita 014 266 0149.", "Soita +358 14 266 0149."),
        ("Soita 09 2525 0111 tai 112.", "Soita +358 9 2525 0111 tai 112."),
        ("Numero on 050-3310 0112", "Numero on +358 50-3310 0112"),
        ("029\u00a0441 2000", "+358 29\u00a0441 2000"),
        # These cannot be called with a country code, or are no telephone numbers.
        ("Nollalinja 080 005 005", "Nollalinja 080 005 005"),
        ("0800 98009", "0800 98009"),
        ("116 117", "116 117"),
        ("00100 Helsinki", "00100 Helsinki"),
        ("+358 14 266 0149", "+358 14 266 0149"),
        ("01.02.2026 kello 08", "01.02.2026 kello 08"),
        ("2026-11-23", "2026-11-23"),
    ],
)
def test_numbers_are_written_as_telegram_makes_them_tappable(text, shown):
    assert dialled(text) == shown
