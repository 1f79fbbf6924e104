"""The check-in walked through over HTTP, with Rasa and the gateway as they run for clients."""

import pytest

from tests.support.checkin import BAD, GOOD, TITLES, Walk
from tests.support.client import ChatClient

WELL = "Nämä asiat ovat kunnossa:"
WORRIES = "Näissä on nyt huolia:"
ASKED = [
    "Miten arkesi sujuu?", "Saatko asiasi hoidettua?", "Riittävätkö rahasi?",
    "Onko kotisi kunnossa?", "Millainen terveytesi on?", "Miten mielesi voi?",
    "Onko sinulla ihmisiä, joille voit puhua?", "Onko sinulla turvallinen olo?",
    "Onko sinulla huolia päihteistä tai pelaamisesta?", "Onko sinulla tekemistä, josta pidät?",
]  # fmt: skip


def listed(text, heading):
    """Return the lines of a list of the summary."""
    rows = text.split(heading)[1].split("\n\n")[0] if heading in text else ""
    return [row.removeprefix("• ") for row in rows.strip().split("\n") if row]


@pytest.fixture
def walk(gateway):
    made = Walk.begin(gateway.url)
    yield made
    assert made.scores() == []


def test_the_opening_says_what_is_coming_and_that_it_is_no_assessment(gateway):
    walk = Walk(ChatClient.open(gateway.url))
    opening = walk.say("en tiedä mistä aloittaa")
    assert "Kysymyksiä on kymmenen" in opening
    assert "Voit ohittaa kysymyksen. Voit lopettaa, kun haluat." in opening
    assert "ei ole päätös eikä virallinen arvio" in opening
    assert opening.endswith("Aloitetaanko?")
    assert walk.titles[:2] == ["Aloitetaan", "Kysyn vain yhdestä asiasta"]


def test_all_good_ends_in_a_list_of_what_is_in_order(walk):
    for number, (question, title) in enumerate(zip(ASKED, GOOD, strict=True), start=1):
        assert f"Kysymys {number}, yhteensä 10." in walk.text
        assert walk.text.endswith(question)
        walk.press(title)
    assert walk.text.endswith("Mikä auttaa sinua jaksamaan?")
    summary = walk.press("Luonto")
    assert listed(summary, WELL) == TITLES
    assert WORRIES not in summary
    assert "Sinua auttaa jaksamaan: luonto." in summary
    assert "Oliko tästä apua?" in walk.press("Kyllä")
    assert "Pidä huolta itsestäsi" in walk.press("Oli")


def test_all_bad_offers_a_pause_and_ends_in_a_path(walk):
    worries = [
        "En jaksa lähteä kotoa", "Hakemus on vaikea", "Rahat ovat loppu", "Voin menettää kodin",
        "Kipu tai sairaus", "Nukun huonosti", "Haluan tavata ihmisiä", "Jokin muu pelottaa",
        "Alkoholi", "Haluan töihin",
    ]  # fmt: skip
    pauses = 0
    for title, worry in zip(BAD, worries, strict=True):
        walk.press(title)
        if title == "Huonosti" and "mielessä" in walk.text:
            assert "Kriisipuhelimeen: 09 2525 0111" in walk.text
        walk.press(worry)
        if "Pidetään tauko" in walk.titles:
            pauses += 1
            walk.press("Jatketaan")
    assert pauses == 1
    summary = walk.press("Ohita")
    assert [row.split(":")[0] for row in listed(summary, WORRIES)] == TITLES
    assert "Raha: rahat ovat loppu" in summary
    walk.press("Kyllä")
    assert {title.split(":")[0] for title in walk.titles[:3]} == {"Raha", "Koti", "Turvallisuus"}


def test_all_skipped_is_a_way_to_answer_too(walk):
    for _ in TITLES:
        walk.press("Ohita")
    summary = walk.press("Ohita")
    assert "Ohitit kysymykset" in summary
    assert "Oliko tästä apua?" in walk.press("Kyllä")


def test_a_client_may_stop_at_each_question_and_go_on(walk):
    for place, (question, title) in enumerate(zip(ASKED, GOOD, strict=True)):
        partial = walk.say("lopeta")
        assert partial.startswith("Lopetetaan tähän.")
        assert listed(partial, WELL) == TITLES[:place]
        assert walk.press("Jatka kyselyä").endswith(question)
        walk.press(title)
    assert listed(walk.press("Lepo"), WELL) == TITLES


def test_a_stop_ends_in_help_for_what_was_told(walk):
    walk.answer(["Hyvin", "En saa", "Asioita on liikaa"])
    partial = walk.say("lopetetaan")
    assert listed(partial, WELL) == ["Arki"]
    assert listed(partial, WORRIES) == ["Asioiden hoitaminen: asioita on liikaa"]
    walk.press("Haluan apua näihin")
    summary = walk.press("Luonto") if "jaksamaan" in walk.text else walk.text
    assert "Mikä asia on sinulle nyt tärkein?" in summary


def test_back_leads_to_the_question_before_from_each(walk):
    assert "Tämä on ensimmäinen kysymys." in walk.say("takaisin")
    for before, title in zip(ASKED, GOOD, strict=True):
        walk.press(title)
        assert walk.say("takaisin").endswith(before)
        walk.press(title)
    walk.press("Lepo")
    assert walk.say("takas").endswith("Mikä auttaa sinua jaksamaan?")


def test_back_from_a_follow_up_asks_the_area_again(walk):
    walk.press("Huonosti")
    assert walk.say("takaisin").endswith("Miten arkesi sujuu?")


@pytest.mark.parametrize(
    ("area", "answer", "worry", "number"),
    [
        ("koti", "Minulla ei ole kotia", "En tiedä, missä nukun ensi yön", "014 266 0149"),
        ("terveys", "Huono", "Oire tuli äkisti", "112"),
        ("mieli", "Huonosti", "En jaksa enää elää", "09 2525 0111"),
        ("turvallisuus", "Ei ole", "Olen nyt vaarassa", "080 005 005"),
        ("turvallisuus", "Ei aina", "Joku satuttaa minua", "080 005 005"),
        ("turvallisuus", "Ei ole", "Pelkään satuttavani toista", "014 266 0149"),
        ("turvallisuus", "Ei aina", "Olen huolissani lapsesta", "014 266 0149"),
    ],
)
def test_a_follow_up_of_danger_gives_the_fixed_text_at_once_and_waits(
    gateway, area, answer, worry, number
):
    walk = Walk.about(gateway.url, area)
    walk.press(answer)
    text = walk.press(worry)
    assert [message["crisis"] for message in walk.last] == ["acute"]
    assert number in text
    assert "112" in text
    assert "Mikä auttaa" not in text
    assert walk.press("Jatketaan").endswith("Mikä auttaa sinua jaksamaan?")


def test_free_text_alone_is_enough(walk):
    said = [
        "ihan paskasti", "en pääse ylös sängystä", "no joo menettelee", "hakemukset",
        "ei oo rahaa", "joo", "7/10", "selkä", "huonosti", "en saa nukuttua", "ei ketään",
        "haluisin kavereita", "joo", "ei", "emt", "koira ja musiikki",
    ]  # fmt: skip
    summary = walk.tell(*said)
    assert listed(summary, WELL) == ["Koti", "Turvallisuus", "Päihteet ja pelaaminen"]
    assert "Sinua auttaa jaksamaan: koira ja musiikki." in summary
    worries = listed(summary, WORRIES)
    assert worries[0].startswith("Arki: et jaksa lähteä kotoa")
    assert "Raha: rahat ovat loppu" in worries
    assert any("Kirjoitit: ”en saa nukuttua”" in row for row in worries)
    assert not any(row.startswith("Työ") for row in worries)
    assert "tärkein" in walk.say("joo oikein")
    assert "kunnassa asut?" in walk.say("raha") or "toinen asia" in walk.text
    walk.say("mieli")
    walk.say("ei muuta")
    step = walk.say("asun saarijärvellä")
    assert "Raha: rahat ovat loppu" in step
    assert "Tee ensin tämä:" in step
    assert walk.last[-1]["services"]


def test_a_question_in_the_middle_is_answered_and_the_check_in_goes_on(walk):
    walk.answer(["Hyvin", "Saan"])
    walk.say("mistä saan ruokaa?")
    assert "food_aid" in {message["topic"] for message in walk.last}
    assert walk.text.endswith("Riittävätkö rahasi?")
    assert "Kysymys 3, yhteensä 10." in walk.last[-1]["text"]
    assert "Kysymys 4, yhteensä 10." in walk.say("riittää")


def test_a_word_about_the_question_is_an_answer_and_no_question(walk):
    walk.answer(["Hyvin", "Saan"])
    assert "Kysymys 4, yhteensä 10." in walk.say("ei oo rahaa")
    assert all(message["topic"] != "money_gone" for message in walk.last)


def test_a_crisis_in_the_middle_comes_first_and_the_check_in_waits(walk):
    walk.answer(["Hyvin", "Saan"])
    text = walk.say("haluan tappaa itseni")
    assert walk.last[0]["crisis"] == "acute"
    assert "Riittävätkö" not in text
    walk.read_new("Kysely odottaa")
    # Other talk is answered without being asked to go on.
    assert "tietokoneohjelma" in walk.say("kuka sinä olet")
    assert "Kysymys" not in walk.text
    assert walk.press("Jatketaan").endswith("Riittävätkö rahasi?")


def test_a_crisis_without_a_check_in_brings_no_offer(gateway):
    walk = Walk(ChatClient.open(gateway.url))
    walk.say("haluan tappaa itseni")
    walk.say("moi")
    assert not any("Kysely" in message["text"] for message in walk.client.messages())


def test_two_chats_at_once_do_not_mix(gateway):
    one, two = Walk.begin(gateway.url), Walk.begin(gateway.url)
    for good, bad in zip(GOOD[:5], BAD[:5], strict=True):
        one.press(good)
        two.press(bad)
        two.press("Ohita")
        if "Pidetään tauko" in two.titles:
            two.press("Jatketaan")
    assert listed(one.say("lopeta"), WELL) == TITLES[:5]
    assert [row.split(":")[0] for row in listed(two.say("lopeta"), WORRIES)] == TITLES[:5]


def test_own_words_are_kept_as_written_and_may_be_corrected(walk):
    walk.answer(["Huonosti", "Jokin muu"])
    words = "Pyykkikone hajosi ja naapuri HUUTAA öisin"
    walk.say(words)
    partial = walk.say("lopeta")
    assert listed(partial, WORRIES) == [f"Arki: ”{words}”"]


def test_the_summary_is_corrected_by_asking_the_area_again(gateway):
    walk = Walk.about(gateway.url, "raha", "koti")
    walk.answer(["Riittävät", "On", "Luonto"])
    assert listed(walk.text, WELL) == ["Raha", "Koti"]
    walk.press("Korjaan jotain")
    assert walk.press("Raha").endswith("Riittävätkö rahasi?")
    summary = walk.answer(["Eivät riitä", "Lasku on maksamatta"])
    assert listed(summary, WELL) == ["Koti"]
    assert listed(summary, WORRIES) == ["Raha: lasku on maksamatta"]


def test_taken_again_it_tells_in_words_what_has_changed(gateway):
    walk = Walk.about(gateway.url, "raha", "koti")
    walk.answer(["Eivät riitä", "Ohita", "On", "Luonto", "Kyllä", "En halua apua nyt", "Vähän"])
    walk.press("Kysy uudelleen")
    walk.press("Kysyn vain yhdestä asiasta")
    walk.say("raha ja koti")
    walk.press("Ei muuta, aloitetaan")
    summary = walk.answer(["Riittävät", "On", "Luonto"])
    assert listed(summary, "Viime kertaan verrattuna:") == [
        "Raha: nyt on helpompaa",
        "Koti: samanlaista kuin viimeksi",
    ]
    assert walk.scores() == []


def test_the_path_shows_other_services_and_ends_with_the_chosen_steps(gateway, catalogue):
    walk = Walk.about(gateway.url, "raha")
    walk.answer(["Eivät riitä", "Rahat ovat loppu", "Ohita", "Kyllä"])
    walk.press("Raha: rahat ovat loppu")
    assert walk.text.endswith("Missä kunnassa asut?")
    first = walk.press("Ohita")
    assert "Tee ensin tämä: Soita Kelaan" in first
    service = walk.last[-1]["services"]
    assert len(service) == 1
    walk.press("Näytä toinen")
    [other] = walk.last[-1]["services"]
    assert other not in service
    ending = walk.press("Sopii")
    assert f"1. Raha: rahat ovat loppu. {catalogue.service(other).begin}" in ending
    assert ending.endswith("Oliko tästä apua?")
    assert "Tallennanko polun?" in walk.press("Vähän")
    assert "Pidä huolta" in walk.press("Ei tarvitse")


def test_a_municipality_told_before_is_not_asked_again(gateway):
    walk = Walk(ChatClient.open(gateway.url))
    walk.say("asun laukaassa")
    walk.say("kartoitus")
    walk.press("Kysyn vain yhdestä asiasta")
    walk.say("raha")
    walk.press("Ei muuta, aloitetaan")
    walk.answer(["Eivät riitä", "Rahat ovat loppu", "Ohita", "Kyllä"])
    assert "Tee ensin tämä" in walk.press("Raha: rahat ovat loppu")


def test_a_worry_about_somebody_offers_the_short_variant(gateway):
    walk = Walk(ChatClient.open(gateway.url))
    walk.say("olen huolissani veljestäni")
    walk.press("Kysy minulta läheisestä")
    walk.press("Aloitetaan")
    assert walk.text.endswith("Miten läheisesi arki sujuu?")
    walk.answer(["Huonosti", "Hän ei pärjää kotona", "Saa", "On", "Huonosti", "Olen uupunut"])
    assert walk.text.endswith("Mikä auttaa sinua jaksamaan?")
    summary = walk.say("lenkkeily")
    assert listed(summary, WORRIES) == [
        "Läheisen arki: hän ei pärjää kotona",
        "Oma jaksaminen: olet uupunut",
    ]
    assert walk.scores() == []


def test_a_lonely_young_man_without_work_ends_with_a_step_for_tomorrow(gateway):
    walk = Walk(ChatClient.open(gateway.url))
    walk.say("en tiiä mitä tekisin elämälläni, jotain pitäis muuttua")
    walk.press("Aloitetaan")
    walk.tell(
        "siinä se menee", "en jaksa lähteä kotoa", "joo", "just ja just", "ohita", "joo", "hyvä",
        "huonosti", "en nuku", "ei oo ketään", "ei oo kavereita enää", "joo", "ei",
        "ei oo, sain potkut", "en tiedä mitä haluan",
    )  # fmt: skip
    walk.say("kalastus")
    walk.say("kyllä")
    walk.say("mieli")
    walk.say("ei")
    step = walk.say("kinnulassa")
    assert "Tee ensin tämä: Soita terveysasemalle, kun se on auki." in step
    assert walk.last[-1]["services"]
    assert "Yksi askel riittää nyt." in walk.press("Sopii")
