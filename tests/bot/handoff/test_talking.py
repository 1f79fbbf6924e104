"""A guide and a client talk; the bot is silent, and safety goes on."""

import concurrent.futures
import re
import threading
import uuid

import pytest
import requests

from tests.support.office import log, press, queue_up, say, take, titles, waiting

HOSTILE = [
    "<script>alert(1)</script>",
    "<svg onload=alert(1)>",
    '"><img src=x onerror=alert(1)>',
    "javascript:alert(1)",
    "{{ 7 * 7 }}",
    "\u202egnirts\u202c ‮ zalgo z̸̡͓͝ 👩‍👩‍👧",
]


@pytest.fixture
def client(office):
    client = office.client()
    yield client
    client.erase()


@pytest.fixture
def talk(client, maija):
    """Return the address of a talk that has just begun."""
    queue_up(client)
    return take(maija, waiting(maija)[0])


def texts(client) -> list[str]:
    return [m["text"] for m in client.messages()]


def test_the_client_is_told_who_came_and_that_it_is_a_human(talk, client):
    last = client.messages()[-1]
    assert last["from"] == "system"
    assert last["text"].startswith("Maija tuli keskusteluun. Hän on ohjaaja ja ihminen.")


def test_messages_go_both_ways_in_order_and_the_bot_is_silent(talk, client, maija):
    for n in range(3):
        assert client.say(f"kysymys {n}") == []
        say(maija, talk, f"vastaus {n}")
    said = [(m["from"], m["text"]) for m in client.messages()][-6:]
    assert said == [
        pair for n in range(3) for pair in (("client", f"kysymys {n}"), ("guide", f"vastaus {n}"))
    ]
    read = log(maija, talk)
    places = [read.index(text) for _, text in said]
    assert places == sorted(places)


def test_a_need_that_the_bot_knows_is_left_to_the_guide(talk, client):
    assert client.say("mulla on rahat ihan loppu") == []


def test_a_pressed_button_is_the_clients_words_to_the_guide(office, client, maija):
    menu = client.press("menu")
    queue_up(client)
    talk = take(maija, waiting(maija)[0])
    assert press(client, menu, titles(menu)[0]) == []
    assert f"{titles(menu)[0]}" in log(maija, talk)


def test_a_crisis_is_answered_and_the_guide_is_warned(talk, client, maija):
    answer = client.say("haluan kuolla")
    assert [m["crisis"] for m in answer] == ["acute"]
    read = log(maija, talk)
    assert "Asiakas on kertonut hädästä." in read
    assert "haluan kuolla" in read
    assert "09 2525 0111" in read
    assert client.say("oon nyt rauhallisempi") == []


def test_what_was_said_before_is_not_read_by_the_guide(client, maija):
    client.say("tämä on vain botille")
    queue_up(client, share=False)
    assert "tämä on vain botille" not in log(maija, take(maija, waiting(maija)[0]))


def test_personal_data_is_masked_for_the_guide_too(talk, client, maija):
    client.say("hetu 010594Y9032 ja puhelin 040 123 4567")
    read = log(maija, talk)
    assert "010594Y9032" not in read
    assert "040 123 4567" not in read


def test_a_guide_may_give_a_number_but_no_identity_code(talk, client, maija):
    say(maija, talk, "Soita 014 123 4567. Tunnuksesi on 010594Y9032.")
    assert texts(client)[-1] == "Soita 014 123 4567. Tunnuksesi on [henkilötunnus poistettu]."


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_are_only_text_on_both_sides(talk, client, maija, text):
    client.say(text)
    say(maija, talk, text)
    maija.get(talk)
    page = maija.page.text
    for tag in ("<script>alert", "<svg onload", "<img src=x"):
        assert tag not in page
    assert texts(client)[-1] == text.replace("\u202e", "").replace("\u202c", "") or (
        texts(client)[-1] == text
    )
    cookie = requests.get(
        client.url, headers={"Cookie": f"__Host-polku={client.token}"}, timeout=20
    )
    assert "<script>alert" not in cookie.text
    assert "<svg onload" not in cookie.text


def test_a_text_of_4000_characters_arrives_and_a_longer_one_is_refused(talk, client, maija):
    long = "ä" * 4000
    say(maija, talk, long)
    assert texts(client)[-1] == long
    say(maija, talk, long + "b")
    assert maija.page.status_code == 400
    assert "liian pitkä" in maija.text()
    assert long + "b" in maija.page.text
    assert texts(client)[-1] == long


def test_an_empty_message_is_told_of(talk, client, maija):
    before = texts(client)
    say(maija, talk, "  ")
    assert "Kirjoita ensin viesti." in maija.text()
    assert texts(client) == before


def test_the_same_form_sent_twice_is_one_message(talk, client, maija):
    name = str(uuid.uuid4())
    for _ in range(2):
        say(maija, talk, "kerran vain", id=name)
    assert texts(client).count("kerran vain") == 1


def test_a_ready_made_phrase_goes_into_the_box_and_is_not_sent(talk, client, maija):
    before = texts(client)
    say(maija, talk, "Oma alku", phrase="Hetki")
    assert "Oma alku\nSelvitän tätä hetken. Palaan pian.</textarea>" in maija.page.text
    assert texts(client) == before


def test_a_service_is_searched_and_sent_as_a_card(talk, client, maija, office):
    def found() -> bool:
        say(maija, talk, "jää laatikkoon", haku="velkaneuvonta", etsi="1")
        return 'name="service"' in maija.page.text

    office.gateway.wait_for(found, 60)
    services = re.findall(r'name="service" value="([\w-]+)"', maija.page.text)
    assert services
    assert "jää laatikkoon</textarea>" in maija.page.text
    say(maija, talk, "jää laatikkoon", service=services[0])
    assert "jää laatikkoon</textarea>" in maija.page.text
    last = client.messages()[-1]
    assert last["services"] == [services[0]]
    assert last["cards"][0]["source"].startswith("Lähde: ")


def test_a_service_that_may_not_be_shown_cannot_be_sent(talk, client, maija):
    before = texts(client)
    say(maija, talk, "", service="no-such-service")
    assert maija.page.status_code == 400
    assert texts(client) == before


def test_a_note_is_for_colleagues_only(talk, client, maija, kalle):
    maija.send_from(talk, f"{talk}/muistiinpano", note="soitettu jo eilen")
    assert "soitettu jo eilen" in log(maija, talk)
    maija.send_from(talk, f"{talk}/siirra", guide=kalle_id(maija, talk))
    assert "soitettu jo eilen" in log(kalle, talk)
    everything = requests.get(f"{client.url}/keskustelu.txt", headers=client.headers, timeout=20)
    assert "soitettu jo eilen" not in everything.text
    assert not any("soitettu" in text for text in texts(client))


def kalle_id(desk, talk) -> str:
    desk.get(talk)
    return re.search(r'<option value="([\w-]+)">Kalle</option>', desk.page.text)[1]


def test_a_transferred_client_is_told_and_the_first_guide_reads_no_more(
    talk, client, maija, kalle
):
    client.say("tästä alkaa")
    maija.send_from(talk, f"{talk}/siirra", guide=kalle_id(maija, talk))
    assert texts(client)[-1].startswith("Kalle jatkaa keskustelua kanssasi.")
    client.say("vain kallelle")
    assert maija.get(talk).status_code == 404
    assert "vain kallelle" not in maija.text()
    read = log(kalle, talk)
    assert "tästä alkaa" in read
    assert "vain kallelle" in read


def test_a_client_cannot_be_transferred_to_nobody(talk, client, maija, kalle):
    for name in ("", "x", "../../"):
        maija.send_from(talk, f"{talk}/siirra", guide=name)
        assert "ei ole nyt paikalla" in maija.text()
    assert client.say("vielä täällä") == []


def test_a_guide_reads_only_own_clients(talk, client, kalle):
    assert kalle.get(talk).status_code == 404
    for path, fields in (
        ("viesti", {"text": "moi", "id": "1"}), ("muistiinpano", {"note": "x"}), ("palauta", {}),
        ("sulje", {"reason": "helped"}), ("siirra", {"guide": "x"}),
    ):  # fmt: skip
        kalle.send_from("/desk/", f"{talk}/{path}", **fields)
        assert kalle.page.status_code == 404, path
    assert client.say("yhä maijalle") == []
    assert "moi" not in texts(client)


def test_a_chat_that_was_not_handed_off_has_no_page(office, maija):
    other = office.client()
    other.say("salainen")
    assert maija.get(f"/desk/asiakas/{other.chat}").status_code == 404
    assert "salainen" not in maija.text()


@pytest.mark.parametrize("path", ["", "/asiakas/x", "/tapahtumat", "/tapahtumat?asiakas=x"])
def test_nobody_reads_the_desk_without_signing_in(office, path):
    answer = requests.get(f"{office.url}/desk{path or '/'}", allow_redirects=False, timeout=20)
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/desk/kirjaudu")


def test_a_form_of_another_site_does_nothing(talk, client, maija):
    before = texts(client)
    maija.get(talk)
    maija.post(f"{talk}/viesti", csrf="0" * 64, text="väärä", id="x")
    assert maija.page.status_code == 403
    token = maija.csrf()
    maija.headers["Origin"] = "https://evil.example"
    maija.post(f"{talk}/sulje", csrf=token, reason="helped")
    assert maija.page.status_code == 403
    del maija.headers["Origin"]
    assert texts(client) == before
    assert client.say("yhä täällä") == []


def test_of_two_guides_one_gets_the_client(office, maija, kalle):
    for _ in range(5):
        client = office.client()
        queue_up(client)
        (handoff,) = waiting(maija)
        kalle.get("/desk/")
        barrier = threading.Barrier(2)

        def grab(desk, handoff=handoff, barrier=barrier):
            barrier.wait()
            return desk.post(f"/desk/asiakas/{handoff}/ota")

        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            list(pool.map(grab, (maija, kalle)))
        got = [desk for desk in (maija, kalle) if "Viesti asiakkaalle" in desk.text()]
        assert len(got) == 1
        (lost,) = [desk for desk in (maija, kalle) if desk not in got]
        assert "Toinen ohjaaja ehti ottaa tämän asiakkaan" in lost.text()
        assert sum("tuli keskusteluun" in text for text in texts(client)) == 1
        client.erase()


def test_a_closed_talk_gives_the_client_back_to_the_bot_and_asks_how_it_was(talk, client, maija):
    maija.send_from(talk, f"{talk}/sulje", reason="helped")
    assert "Keskustelu on lopetettu." in maija.text()
    *_, told, asked = client.messages()
    assert "Ohjaaja lopetti keskustelun." in told["text"]
    assert titles([asked]) == ["Oli", "Vähän", "Ei ollut"]
    assert client.say("mistä saan apua velkoihin")


def test_only_what_the_client_wrote_can_be_sent_to_teach_the_bot(talk, client, maija):
    client.say("velat painaa päälle")
    client.press("human")
    maija.send_from(talk, f"{talk}/sulje", reason="helped")
    page = maija.get(talk.replace("asiakas", "keskustelut")).text
    _, *lines = page.split('<li class="line ')
    said = [line for line in lines if line.startswith("client")]
    teachable = [line for line in said if "Botti ymmärsi tämän väärin" in line]
    assert len(teachable) == 1
    assert "velat painaa" in teachable[0]
    assert said[-1] not in teachable
    n = lines.index(said[-1]) + 1
    assert maija.get(f"{talk.replace('asiakas', 'keskustelut')}/opetus/{n}").status_code == 404


def test_a_talk_is_not_closed_without_a_reason(talk, client, maija):
    for reason in ("", "because"):
        maija.send_from(talk, f"{talk}/sulje", reason=reason)
        assert "Valitse ensin syy." in maija.text()
    assert client.say("yhä täällä") == []


def test_a_talk_handed_back_goes_on_with_the_bot(talk, client, maija):
    maija.send_from(talk, f"{talk}/palauta")
    assert any("Olen botti, en ihminen." in text for text in texts(client))
    assert client.say("mistä saan apua velkoihin")


def test_the_client_can_leave(talk, client, maija):
    answer = client.press("leave")
    assert "Lopetit keskustelun ohjaajan kanssa." in answer[0]["text"]
    assert titles(answer) == ["Oli", "Vähän", "Ei ollut"]
    maija.get(talk)
    assert maija.page.status_code == 404
    assert "Asiakas lopetti keskustelun" in maija.text()


def test_what_a_guide_wrote_to_a_client_who_left_is_shown_and_not_lost(talk, client, maija):
    maija.get(talk)
    client.press("leave")
    maija.post(f"{talk}/viesti", text="pitkä vastaus", id="1")
    assert maija.page.status_code == 404
    assert "pitkä vastaus" in maija.text()


def test_an_old_button_does_not_end_a_talk(client, maija):
    answer = queue_up(client)
    waits = client.say("oon tässä")
    take(maija, waiting(maija)[0])
    press(client, answer, "En odota enää")
    press(client, waits, "Jätän soittopyynnön")
    assert client.say("vielä täällä") == []


def test_a_rating_and_words_reach_the_transcript(talk, client, maija, office):
    client.say("kiitos avusta")
    asked = client.press("leave")
    answer = press(client, asked, "Vähän")
    answer = press(client, answer, "Kirjoitan palautteen")
    client.say("olisin halunnut soittaa")
    name = talk.rsplit("/", 1)[1]
    maija.get(f"/desk/keskustelut/{name}")
    read = maija.text()
    assert "kiitos avusta" in read
    assert "olisin halunnut soittaa" in read
    assert "oli vähän apua" in read


def test_after_the_rating_the_next_words_are_for_the_bot(talk, client, maija):
    press(client, client.press("leave"), "Oli")
    answer = client.say("mistä saan apua velkoihin")
    assert not any("palautteesta" in m["text"] for m in answer)


def test_the_transcript_holds_the_talk_and_nothing_else(client, maija):
    client.say("vain botin kanssa")
    queue_up(client, share=False)
    talk = take(maija, waiting(maija)[0])
    client.say("ohjaajan kanssa")
    say(maija, talk, "selvä juttu")
    client.press("leave")
    client.say("taas botin kanssa")
    maija.get(f"/desk/keskustelut/{talk.rsplit('/', 1)[1]}")
    read = maija.text()
    assert "ohjaajan kanssa" in read
    assert "selvä juttu" in read
    assert "vain botin kanssa" not in read
    assert "taas botin kanssa" not in read


def test_deleting_the_chat_deletes_the_transcript(talk, client, maija):
    client.say("pois kaikki")
    client.press("leave")
    address = f"/desk/keskustelut/{talk.rsplit('/', 1)[1]}"
    assert maija.get(address).status_code == 200
    client.erase()
    assert maija.get(address).status_code == 404


def test_deleting_the_chat_in_the_middle_of_a_talk_tells_the_guide(talk, client, maija):
    client.erase()
    assert maija.get(talk).status_code == 404
    assert "Asiakas lopetti keskustelun tai poisti sen." in maija.text()


def test_both_see_that_the_other_writes_and_has_got_the_messages(talk, client, maija, office):
    with client.events() as stream:
        client.say("näetkö tämän")
        maija.get(talk)
        csrf = maija.csrf()
        maija.headers["X-CSRF"] = csrf
        maija.post(f"{talk}/kirjoittaa")
        del maija.headers["X-CSRF"]
        office.gateway.wait_for(
            lambda: ("typing", {"from": "guide"}) in [(k, d) for k, _, d in stream.seen], 20
        )
        office.gateway.wait_for(
            lambda: any(k == "handoff" and d["got"] for k, _, d in stream.seen), 20
        )
    say(maija, talk, "näen")
    assert "Lähetetty" in log(maija, talk)
    client.messages()
    assert "Toimitettu" in log(maija, talk)


def test_the_guide_sees_that_the_client_writes(talk, client, maija, office):
    name = talk.rsplit("/", 1)[1]
    seen: list[str] = []

    def listen():
        with requests.get(
            f"{office.url}/desk/tapahtumat?asiakas={name}",
            headers={"Cookie": maija.cookie},
            stream=True,
            timeout=20,
        ) as response:
            for line in response.iter_lines(chunk_size=1):
                seen.append(line.decode())
                if "true" in seen[-1]:
                    return

    thread = threading.Thread(target=listen, daemon=True)
    thread.start()
    office.gateway.wait_for(lambda: any("news" in line for line in seen), 20)
    typed = requests.post(
        f"{client.url}/api/chats/{client.chat}/typing", headers=client.headers, timeout=20
    )
    assert typed.status_code == 204
    office.gateway.wait_for(lambda: any('"typing": true' in line for line in seen), 20)


def test_a_client_has_a_copy_of_the_own_conversation_and_of_no_other(talk, client, maija, office):
    client.say("oma viesti")
    say(maija, talk, "ohjaajan viesti")
    copy = requests.get(f"{client.url}/keskustelu.txt", headers=client.headers, timeout=20)
    assert copy.headers["Content-Type"].startswith("text/plain")
    assert copy.headers["Cache-Control"] == "no-store"
    assert "Sinä, " in copy.text
    assert "oma viesti" in copy.text
    assert "ohjaajan viesti" in copy.text
    other = office.client()
    copy = requests.get(f"{client.url}/keskustelu.txt", headers=other.headers, timeout=20)
    assert "oma viesti" not in copy.text
    assert requests.get(f"{client.url}/keskustelu.txt", timeout=20).status_code == 401
