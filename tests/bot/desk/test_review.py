"""Reviewing hand-offs: what is found, read, marked, exported, kept and noted in the log."""

import re
import sqlite3
from pathlib import Path

import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot import clock, reviewed
from bot.desk.numbers import FEWEST, shown
from tests.support.client import ChatClient
from tests.support.desk import polku
from tests.support.transcripts import keep_transcript

HOME = "/desk/keskustelut"
HOSTILE = (
    "<script>alert(1)</script><svg onload=alert(2)><img src=x onerror=alert(3)>"
    "[linkki](javascript:alert(4)) {{ 7*7 }} \u202eniäräv\u2066 \u0000\u001b[31m "
    "</textarea></title>'\"&amp; Z̸̢͎a̷l̴g̵o 👩‍👩‍👧 " + "pitkä" * 800
)[:4000]


def test_a_transcript_is_found_by_day_need_reason_guide_and_words(office, maija):
    keep = keep_transcript(
        office,
        [("shared", "Kirjoitit: ”Äitini muisti pätkii”"), ("guide", "Hei!")],
        ended_at=clock.now().replace(year=2026, month=3, day=5),
        need="older_people",
        topic="",
        guide_name="Pertti",
        reason="to_service",
        not_understood=True,
    )
    other = keep_transcript(office, [("client", "Aivan muuta")], guide_name="Sanna")
    for asked, found in (
        ({"first": "2026-03-05", "last": "2026-03-05"}, True),
        ({"first": "5.3.2026", "last": "5.3.2026"}, True),
        ({"first": "2026-03-06", "last": "2026-03-06"}, False),
        ({"need": "older_people"}, True),
        ({"need": "debt"}, False),
        ({"reason": "to_service"}, True),
        ({"guide_name": "Pertti"}, True),
        ({"guide_name": "Sanna"}, False),
        ({"not_understood": "1"}, True),
        ({"words": "äitini MUISTI"}, True),
        ({"words": "muisti kala"}, False),
        ({"follow_up": "new"}, True),
        ({"follow_up": "done"}, False),
        ({"mark": "good"}, False),
        ({"first": "ei päivä"}, True),
    ):
        maija.send(HOME, **asked)
        assert (f"{HOME}/{keep}" in maija.page.text) is found, asked
    maija.send(HOME, first="31.2.2026")
    assert "Kirjoita näin: 23.11.2026" in maija.text()
    maija.send(HOME, words="aivan")
    assert f"{HOME}/{other}" in maija.page.text
    assert "aivan" not in maija.page.url


def test_the_english_address_leads_to_the_same_page(office, maija):
    name = keep_transcript(office, [("guide", "Hei vaan")])
    assert maija.get("/desk/transcripts").url.endswith(HOME)
    assert maija.get(f"/desk/transcripts/{name}").url.endswith(f"{HOME}/{name}")


def test_bot_client_and_guide_are_told_apart(office, maija):
    name = keep_transcript(
        office,
        [("shared", "Aihe"), ("client", "Apua"), ("guide", "Hei"), ("bot", "Botin sana"),
         ("note", "Sanna: soita huomenna")],
    )  # fmt: skip
    maija.get(f"{HOME}/{name}")
    for sender, said in (
        ("Asiakas antoi näyttää", "Aihe"), ("Asiakas", "Apua"), ("Ohjaaja", "Hei"),
        ("Botti", "Botin sana"), ("Muistiinpano työkaverille", "soita huomenna"),
    ):  # fmt: skip
        assert re.search(
            rf"<b>{sender}</b>.*?</p>\s*<div class=\"said\"><p>[^<]*{said}", maija.page.text, re.S
        )
    assert "Poistuu 30 päivän kuluttua" in maija.text()


def test_hostile_texts_are_inert_in_the_list_the_transcript_and_the_exports(office, lea):
    name = keep_transcript(office, [("shared", HOSTILE), ("client", HOSTILE), ("guide", HOSTILE)],
                           rating="no", rating_words=HOSTILE)  # fmt: skip
    pages = [f"{HOME}/{name}", f"{HOME}/{name}/opetus/2", HOME, "/desk/loki"]
    for page in pages:
        lea.get(page)
        assert lea.page.ok
        for live in (
            "<script>alert",
            "<svg onload",
            "<img src=x",
            "</title>'",
            'href="javascript',
        ):
            assert live not in lea.page.text, page
        assert "7*7" not in lea.page.text or "{{ 7*7 }}" in lea.page.text
    lea.get(f"{HOME}/{name}")
    text = lea.post(f"{HOME}/{name}/teksti")
    assert text.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert text.headers["X-Content-Type-Options"] == "nosniff"
    assert text.headers["Content-Disposition"].startswith("attachment")
    assert not re.search("[\u202a-\u202e\u2066-\u2069\x00\x1b]", text.content.decode())
    lea.get(f"{HOME}/{name}")
    pdf = lea.post(f"{HOME}/{name}/pdf")
    assert pdf.content.startswith(b"%PDF")
    assert b"/JavaScript" not in pdf.content
    assert b"/URI" not in pdf.content


def test_a_message_cannot_pass_for_anothers_in_the_text_export(office, maija):
    name = keep_transcript(
        office, [("client", "Hei\n\nOhjaaja, 23.11.2026 kello 8.15\nTule kotiini")]
    )
    maija.get(f"{HOME}/{name}")
    heads = [
        line
        for line in maija.post(f"{HOME}/{name}/teksti").content.decode().splitlines()
        if line.startswith("Ohjaaja,")
    ]
    assert heads == []


def test_marks_and_the_state_of_the_follow_up_stay(office, maija):
    name = keep_transcript(office, [("client", "Apua")])
    page = f"{HOME}/{name}"
    maija.get(page)
    maija.post(f"{page}/merkinta", mark="good", words="Soita 040 1234567 <b>")
    assert "Merkintä on tallessa" in maija.text()
    assert "Hyvä esimerkki" in maija.text()
    assert "Soita [puhelinnumero poistettu] <b>" in maija.text()
    maija.post(f"{page}/merkinta", mark="own", words=" ")
    assert "Kirjoita merkintä." in maija.text()
    maija.post(f"{page}/merkinta", mark="keksitty")
    assert maija.page.status_code == 400
    maija.get(page)
    maija.post(f"{page}/tila", state="done")
    maija.send(HOME, follow_up="done", mark="good")
    assert f"{HOME}/{name}" in maija.page.text


def test_a_guide_corrects_the_need_that_the_bot_took_for_another(office, maija, lea):
    name = keep_transcript(office, [("client", "Vuokra on maksamatta")], need="debt")
    page = f"{HOME}/{name}"
    for unknown in ("", "keksitty"):
        maija.get(page)
        maija.post(f"{page}/tarve", need=unknown)
        assert "Valitse tarve listasta." in maija.text()
    maija.get(page)
    maija.post(f"{page}/tarve", need="housing")
    assert "Tarve on tallessa." in maija.text()
    for need, found in (("housing", True), ("debt", False)):
        maija.send(HOME, need=need)
        assert (page in maija.page.text) is found
    assert "korjasi keskustelun tarpeen" in lea.get("/desk/loki").text


def test_only_a_lead_keeps_deletes_and_reads_the_log(office, maija, lea):
    name = keep_transcript(office, [("client", "Apua")])
    page = f"{HOME}/{name}"
    maija.get(page)
    for address in ("sailyta", "poista"):
        assert (
            maija.post(f"{page}/{address}", csrf=_csrf(maija, page), because="x").status_code
            == 403
        )
    for address in ("/desk/loki", f"{page}/poista"):
        assert maija.get(address).status_code == 403
        assert "vain vastaava ohjaaja" in maija.text()
    assert "Poista keskustelu heti" not in maija.get(page).text

    lea.get(page)
    lea.post(f"{page}/sailyta", because="")
    assert "Kirjoita, miksi" in lea.text()
    lea.post(f"{page}/sailyta", because="Valitus on kesken")
    assert "Valitus on kesken" in lea.text()
    assert "Poistuu 365 päivän kuluttua" in lea.text()
    lea.post(f"{page}/sailyta", release="1")
    assert "Poistuu 30 päivän kuluttua" in lea.text()
    lea.get(f"{page}/poista")
    lea.post(f"{page}/poista")
    assert "Keskustelu on poistettu" in lea.text()
    assert lea.get(page).status_code == 404


def _csrf(desk, page: str) -> str:
    desk.get(page)
    return desk.csrf()


def test_every_opening_export_and_deletion_is_in_the_log_without_what_was_said(office, maija, lea):
    name = keep_transcript(office, [("client", "Salainen lause aurinkokellosta")])
    page = f"{HOME}/{name}"
    maija.get(page)
    maija.post(f"{page}/teksti")
    maija.get(page)
    maija.post(f"{page}/pdf")
    maija.send(HOME, words="aurinkokellosta")
    lea.get(f"{page}/poista")
    lea.post(f"{page}/poista")
    lea.get(f"/desk/loki?kohde={name}")
    events = re.findall(r"<li><span>[^<]*</span> <b>(\w+)</b> <span>([^<]*)</span>", lea.page.text)
    assert events == [
        ("Lea", "poisti keskustelun"),
        ("Maija", "vei keskustelun PDF:nä"),
        ("Maija", "avasi keskustelun"),
        ("Maija", "vei keskustelun tekstinä"),
        ("Maija", "avasi keskustelun"),
    ]
    rows = sqlite3.connect(office.var / "polku.sqlite3").execute("SELECT * FROM audit_log")
    assert "aurinkokello" not in str(rows.fetchall())
    assert "aurinkokello" not in office.logs()


def test_a_chat_that_was_not_handed_off_is_nowhere_at_the_desk(office, maija, lea):
    client = ChatClient.open(office.url)
    client.say("Tämä on vain botille: haapavesihanhi")
    for desk in (maija, lea):
        for path in (f"{HOME}/{client.chat}", f"{HOME}/{client.chat}/opetus/1", f"{HOME}/1",
                     f"{HOME}/..%2f..", f"{HOME}/%00", f"{HOME}/' OR 1=1"):  # fmt: skip
            assert desk.get(path).status_code == 404, path
        desk.send(HOME, words="haapavesihanhi")
        assert "haapavesihanhi" not in desk.page.text.replace('value="haapavesihanhi"', "")
        for page in (HOME, "/desk/", "/desk/opetus", "/desk/soitot"):
            assert "haapavesihanhi" not in desk.get(page).text


def test_the_clients_deletion_takes_the_transcript_at_once(office, maija):
    client = ChatClient.open(office.url)
    name = keep_transcript(
        office, [("client", "pois kanelipuuro")], chat=client.chat, token=client.token
    )
    assert maija.get(f"{HOME}/{name}").ok
    other = ChatClient.open(office.url)
    assert client.erase() == 204
    assert maija.get(f"{HOME}/{name}").status_code == 404
    assert other.erase() == 204


def test_the_client_can_delete_a_transcript_that_has_outlived_the_chat(office, maija):
    client = ChatClient.open(office.url)
    name = keep_transcript(office, [("client", "Vanha asia")], token="vanha-avain")
    client.token = "toinen-avain"
    assert client.erase() == 404
    assert maija.get(f"{HOME}/{name}").ok
    client.token = "vanha-avain"
    assert client.erase() == 204
    assert maija.get(f"{HOME}/{name}").status_code == 404


def test_a_misunderstood_line_goes_masked_and_alone_to_a_list_that_a_lead_decides_on(
    office, maija, lea
):
    said = "Olen Matti 010594Y9032, ulosotto vei palkan, soita 040 1234567"
    name = keep_transcript(office, [("client", said), ("guide", "Hei Matti")])
    page = f"{HOME}/{name}"
    assert maija.get(f"{page}/opetus/2").status_code == 404
    maija.get(f"{page}/opetus/1")
    assert "010594Y9032" not in maija.page.text
    maija.post(f"{page}/opetus/1", text="  ")
    assert "Kirjoita lause" in maija.text()
    maija.get(f"{page}/opetus/1")
    maija.post(
        f"{page}/opetus/1", text="ulosotto vei [palkan] 010594Y9032", topic="debt_enforcement"
    )
    assert "botin opetuksen listalla" in maija.text()
    rows = sqlite3.connect(office.var / "polku.sqlite3").execute("SELECT * FROM review_lines")
    columns = [column[0] for column in rows.description]
    assert columns == ["id", "text", "suggested", "added_on"]
    assert name not in str(rows.fetchall())

    maija.get("/desk/opetus")
    assert "ulosotto vei [palkan]" in maija.text()
    assert "Hylkää" not in maija.text()
    lea.get("/desk/opetus")
    line = re.search(r'action="(/desk/opetus/[^"]+)"', lea.page.text)[1]
    assert maija.post(line, csrf=_csrf(maija, HOME), decision="accept").status_code == 403
    file = Path(office.environment["POLKU_REVIEWED"])
    assert not file.exists()
    lea.get("/desk/opetus")
    lea.post(line, decision="accept", topic="keksitty", text="ulosotto vei [palkan]")
    assert "Valitse aihe" in lea.text()
    lea.post(line, decision="accept", topic="debt_help", text="- ulosotto vei [palkan](x)\n/stop")
    assert "Lause on opetuslauseissa" in lea.text()
    assert reviewed.read(file) == {"debt_help": ["ulosotto vei palkan x /stop"]}
    assert "ulosotto vei" not in lea.get("/desk/opetus").text


def test_a_lead_decides_in_the_terminal_too(office, maija):
    name = keep_transcript(office, [("client", f"lause {n}") for n in (1, 2, 3)])
    for n in (1, 2, 3):
        maija.get(f"{HOME}/{name}/opetus/{n}")
        maija.post(f"{HOME}/{name}/opetus/{n}", text=f"terminaalin lause {n}", topic="")
    printed = polku(office, "nlu", "review", typed="a\na keksitty\na debt_help\nr\ns\n")
    assert printed.count("there is no topic") == 2
    assert "1 new examples" in printed
    left = polku(office, "nlu", "review", typed="r\n")
    assert left.count("terminaalin lause") == 1


@given(
    st.lists(st.tuples(st.sampled_from(["debt_help", "food"]), st.text(max_size=60)), max_size=8)
)
def test_the_training_file_is_always_valid_and_holds_each_example_once(tmp_path_factory, lines):
    path = tmp_path_factory.mktemp("nlu") / "reviewed.yml"
    kept: dict[str, list[str]] = {}
    for topic, text in lines:
        try:
            example = reviewed.as_example(text)
        except reviewed.NotAnExample:
            continue
        known = [each.casefold() for each in kept.setdefault(topic, [])]
        assert reviewed.accept(path, topic, text) is (example.casefold() not in known)
        if example.casefold() not in known:
            kept[topic].append(example)
    assert reviewed.read(path) == kept
    if path.exists():
        content = yaml.safe_load(path.read_text("utf-8"))
        assert content["version"] == "3.1"
        for entry in content["nlu"]:
            assert all(row.startswith("- ") for row in entry["examples"].splitlines())


@given(st.lists(st.integers(0, 40), max_size=12))
def test_small_counts_are_hidden_and_cannot_be_worked_out_from_the_sum(counts):
    cells = shown(counts)
    for count, cell in zip(counts, cells, strict=True):
        assert cell.value in (None, count)
        assert cell.value is None or cell.value == 0 or cell.value >= FEWEST
    hidden = [count for count, cell in zip(counts, cells, strict=True) if cell.value is None]
    if hidden and len(hidden) < sum(count > 0 for count in counts):
        assert len(hidden) >= 2
        assert sum(hidden) >= FEWEST


def test_what_clients_do_is_counted_by_the_hour_without_a_link(office, maija):
    for _ in range(6):
        ChatClient.open(office.url).say("zxqv")
    maija.get("/desk/luvut")
    assert "alle 5" in maija.text() or "6" in maija.text()
    database = sqlite3.connect(office.var / "polku.sqlite3")
    columns = [row[1] for row in database.execute("PRAGMA table_info(activity)")]
    assert columns == ["day", "hour", "open", "name", "count"]
    counted = dict(database.execute("SELECT name, sum(count) FROM activity GROUP BY name"))
    assert counted["chat"] >= 6
    assert counted["unanswered"] >= 6
    for days in ("84", "364", "x", "-1"):
        assert maija.get(f"/desk/luvut?aika={days}").ok
