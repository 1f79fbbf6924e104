"""Signing in to the desk: accounts, sessions, forms of other sites, and patience."""

import re
import secrets
from pathlib import Path

import pyotp
import pytest
import requests

from bot import clock
from bot.settings import ROOT
from tests.support.client import ChatClient
from tests.support.desk import PASSWORD, DeskClient, one_time_password, polku
from tests.support.gateway import RunningGateway

WRONG = "Nimi, salasana tai kertakoodi on väärin."
PAGES = (
    "/desk/", "/desk/keskustelut", "/desk/keskustelut/abc", "/desk/opetus", "/desk/soitot",
    "/desk/luvut", "/desk/loki", "/desk/tili", "/desk/salasana", "/desk/kertakoodi",
    "/desk/keskustelut/abc/opetus/1", "/desk/keskustelut/abc/poista",
)  # fmt: skip
FORMS = (
    "/desk/keskustelut", "/desk/keskustelut/abc/merkinta", "/desk/keskustelut/abc/tila",
    "/desk/keskustelut/abc/sailyta", "/desk/keskustelut/abc/poista", "/desk/jatka",
    "/desk/keskustelut/abc/teksti", "/desk/keskustelut/abc/pdf", "/desk/opetus/abc",
    "/desk/soitot/abc/hoidettu", "/desk/salasana", "/desk/kertakoodi", "/desk/kertakoodi/pois",
)  # fmt: skip


def test_nobody_reads_a_page_or_sends_a_form_without_signing_in(office):
    token = ChatClient.open(office.url).token
    for headers in ({}, {"Cookie": f"__Host-polku-desk={token}; __Host-polku={token}"}):
        for path in PAGES:
            answer = requests.get(
                office.url + path, headers=headers, allow_redirects=False, timeout=20
            )
            assert answer.status_code == 303, path
            assert answer.headers["Location"] == f"/desk/kirjaudu?mihin={path}"
        for path in FORMS:
            answer = requests.post(office.url + path, headers=headers, data={}, timeout=20)
            assert answer.status_code == 401, path
            assert "Istuntosi on päättynyt" in answer.text


def test_a_clients_bearer_token_opens_nothing_at_the_desk(office):
    client = ChatClient.open(office.url)
    answer = requests.get(
        f"{office.url}/desk/keskustelut", headers=client.headers, allow_redirects=False, timeout=20
    )
    assert answer.status_code == 303


def test_a_one_time_password_must_be_changed_before_anything_else(office):
    once = one_time_password(polku(office, "guide", "add", "Uusi Ohjaaja"))
    desk = DeskClient(office.url)
    desk.sign_in("uusi  OHJAAJA", once)
    assert desk.get("/desk/keskustelut").url.endswith("/desk/salasana")
    for new, said in (
        ("lyhyt", "liian lyhyt"),
        ("uusi ohjaaja uusi", "liian helppo"),
        ("a" * 201, "liian pitkä"),
        (once, "sama kuin vanha"),
    ):
        desk.send("/desk/salasana", old=once, new=new, again=new)
        assert said in desk.text(), new
    desk.send("/desk/salasana", old="väärä", new=PASSWORD, again=PASSWORD)
    assert "Nykyinen salasana on väärin" in desk.text()
    desk.send("/desk/salasana", old=once, new=PASSWORD, again=PASSWORD + "x")
    assert "eivät ole samat" in desk.text()
    desk.send("/desk/salasana", old=once, new=PASSWORD, again=PASSWORD)
    assert "Salasana on vaihdettu" in desk.text()
    assert desk.get("/desk/keskustelut").ok


def test_a_failed_sign_in_does_not_tell_whether_the_account_exists(office, maija):
    answers = []
    for name in ("Maija", "Ei Olemassa"):
        desk = DeskClient(office.url)
        desk.sign_in(name, "väärä salasana")
        said = desk.page.text.replace(name, "X")
        answers.append((desk.page.status_code, re.sub(r'value="\w{43,}"', "", said)))
        assert WRONG in desk.text()
    assert answers[0] == answers[1]


def test_wrong_tries_make_everybody_wait_whether_the_account_exists_or_not(tmp_path):
    gateway = RunningGateway(
        tmp_path / "var", environment={"POLKU_MODELS": str(tmp_path / "models")}
    ).start()
    try:
        once = one_time_password(polku(gateway, "guide", "add", "Pekka"))
        for name in ("Pekka", "Ei Olemassa"):
            desk = DeskClient(gateway.url)
            for _ in range(5):
                desk.sign_in(name, "väärä")
                assert desk.page.status_code == 403
            desk.sign_in(name, once)
            assert desk.page.status_code == 429
            assert int(desk.page.headers["Retry-After"]) > 0
            assert "Odota 1 minuuttia" in desk.text()
            assert once not in desk.page.text
        # Ten tries have failed from this address; ten more and it waits for every name.
        for _ in range(10):
            desk.sign_in(secrets.token_hex(4), "väärä")
        desk.sign_in("Joku Muu", "väärä")
        assert desk.page.status_code == 429
    finally:
        gateway.stop()
    database = (gateway.var / "polku.sqlite3").read_bytes()
    assert b"127.0.0.1" not in database
    assert b"olemassa" not in database.lower()


def test_signing_in_gives_a_new_session_and_leaves_a_planted_one_worthless(office, maija):
    attacker = DeskClient(office.url)
    attacker.get("/desk/kirjaudu")
    planted = attacker.cookie
    victim = DeskClient(office.url, cookie=planted)
    victim.sign_in("Maija", PASSWORD)
    assert victim.cookie != planted
    assert victim.get("/desk/tili").ok
    assert "Kirjaudu työpöydälle" in DeskClient(office.url, planted).get("/desk/tili").text
    old = victim.cookie
    victim.sign_in("Maija", PASSWORD)
    assert victim.cookie != old
    assert "Kirjaudu työpöydälle" in DeskClient(office.url, old).get("/desk/tili").text


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(office):
    answer = requests.get(f"{office.url}/desk/kirjaudu", timeout=20)
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-polku-desk=")
    for part in ("HttpOnly", "Secure", "SameSite=Strict", "Path=/"):
        assert part in cookie
    assert "Expires" not in cookie
    assert answer.headers["Cache-Control"] == "no-store"


def test_signing_out_ends_the_session_for_good(office, maija):
    desk = DeskClient(office.url)
    desk.sign_in("Maija", PASSWORD)
    signed_in = desk.cookie
    desk.get("/desk/tili")
    desk.post("/desk/ulos")
    assert "Kirjaudu työpöydälle" in desk.text()
    assert "Kirjaudu työpöydälle" in DeskClient(office.url, signed_in).get("/desk/tili").text


def test_a_form_without_the_sessions_own_token_is_refused(office, maija, lea):
    lea.get("/desk/tili")
    foreign = lea.csrf()
    visitor = DeskClient(office.url)
    visitor.get("/desk/kirjaudu")
    for csrf in ("", "0" * 64, foreign, visitor.csrf(), "ä"):
        assert maija.post("/desk/jatka", csrf=csrf).status_code == 403
        assert "Lomake on vanhentunut" in maija.text()


def test_a_form_sent_from_another_site_is_refused(office, maija):
    maija.get("/desk/tili")
    csrf = maija.csrf()
    for headers in (
        {"Origin": "https://example.org"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
    ):
        other = DeskClient(office.url, maija.cookie, headers)
        assert other.post("/desk/ulos", csrf=csrf).status_code == 403
    assert maija.get("/desk/tili").ok


def test_nothing_is_changed_by_opening_an_address(maija):
    for path in (*FORMS, "/desk/ulos"):
        if path not in PAGES and path != "/desk/keskustelut":
            assert maija.get(path).status_code in (404, 405), path


def test_a_return_address_outside_the_desk_is_not_followed(office, maija):
    for target in (
        "https://example.org/", "//example.org", "/\\example.org", "/desk/../poista", "/poista",
        "/desk/\r\nX: y", "javascript:alert(1)",
    ):  # fmt: skip
        desk = DeskClient(office.url)
        desk.get("/desk/kirjaudu")
        answer = requests.post(
            f"{office.url}/desk/kirjaudu",
            data={
                "csrf": desk.csrf(), "name": "Maija", "password": PASSWORD, "mihin": target
            },
            headers={"Cookie": desk.cookie}, allow_redirects=False, timeout=20,
        )  # fmt: skip
        assert answer.headers["Location"] == "/desk/", target
    desk = DeskClient(office.url)
    desk.sign_in("Maija", PASSWORD, target="/desk/luvut?aika=84")
    assert desk.page.url.endswith("/desk/luvut?aika=84")


def test_one_time_codes_are_set_up_by_a_key_and_each_works_once(office):
    desk = DeskClient.of(office, "Koodi")
    desk.get("/desk/kertakoodi")
    key = re.search(r"avain: ((?:[A-Z2-7]{4} ?){8})", desk.text())[1].replace(" ", "")
    sealed = re.search(r'name="sealed" value="([^"]+)"', desk.page.text)[1]
    assert key not in sealed
    desk.post("/desk/kertakoodi", sealed=sealed, code="000000")
    assert "Koodi on väärin" in desk.text()
    totp = pyotp.TOTP(key)
    desk.post("/desk/kertakoodi", sealed=sealed, code=totp.at(clock.now()))
    assert "Kertakoodi on käytössä" in desk.text()

    other = DeskClient(office.url)
    other.sign_in("Koodi", PASSWORD)
    assert WRONG in other.text()
    code = totp.at(clock.now())
    other.sign_in("Koodi", PASSWORD, code=f"{code[:3]} {code[3:]}", target="/desk/tili")
    assert "Kertakoodi on käytössä" in other.text()
    again = DeskClient(office.url)
    again.sign_in("Koodi", PASSWORD, code=code)
    assert WRONG in again.text()

    other.get("/desk/tili")
    other.post("/desk/kertakoodi/pois", password="väärä")
    assert "Nykyinen salasana on väärin" in other.text()
    other.post("/desk/kertakoodi/pois", password=PASSWORD)
    again.sign_in("Koodi", PASSWORD, target="/desk/tili")
    assert again.get("/desk/tili").ok
    assert key.encode() not in (office.var / "polku.sqlite3").read_bytes()


def test_a_new_password_ends_the_guides_other_sessions(office):
    here = DeskClient.of(office, "Vaihtaja")
    there = DeskClient(office.url)
    there.sign_in("Vaihtaja", PASSWORD)
    new = PASSWORD + "-uusi"
    here.send("/desk/salasana", old=PASSWORD, new=new, again=new)
    assert here.get("/desk/tili").ok
    assert "Kirjaudu työpöydälle" in there.get("/desk/tili").text


def test_a_disabled_guide_is_out_at_once_and_stays_out(office):
    desk = DeskClient.of(office, "Lähtijä")
    polku(office, "guide", "disable", "lähtijä")
    assert "Kirjaudu työpöydälle" in desk.get("/desk/tili").text
    desk.sign_in("Lähtijä", PASSWORD)
    assert WRONG in desk.text()
    assert re.search(r"Lähtijä\tguide\tdisabled", polku(office, "guide", "list"))


def test_the_operator_can_give_a_new_one_time_password(office):
    desk = DeskClient.of(office, "Unohtaja")
    once = one_time_password(polku(office, "guide", "password", "Unohtaja"))
    assert "Kirjaudu työpöydälle" in desk.get("/desk/tili").text
    desk.sign_in("Unohtaja", once)
    assert "Vaihda salasana" in desk.text()


class Day:
    """A gateway on one day, and a guide's browser that comes back at times of it."""

    def __init__(self, folder: Path, idle_minutes: int) -> None:
        config = folder / "polku.toml"
        text = (ROOT / "polku.toml").read_text("utf-8")
        config.write_text(
            text.replace("idle_minutes = 30", f"idle_minutes = {idle_minutes}"), "utf-8"
        )
        self.gateway = RunningGateway(
            folder / "var",
            config,
            {"POLKU_MODELS": str(folder / "models"), "POLKU_NOW": "2026-11-23T09:00:00"},
        ).start()
        self.desk = DeskClient.of(self.gateway, "Maija")

    def at(self, time: str) -> str:
        self.gateway.stop()
        self.gateway.environment["POLKU_NOW"] = f"2026-11-23T{time}"
        self.gateway.start()
        return self.desk.get("/desk/tili").text


@pytest.fixture
def open_day(tmp_path):
    """Return a function that opens a day; it is over after the test."""
    days = []

    def open_day(idle_minutes: int) -> Day:
        days.append(Day(tmp_path, idle_minutes))
        return days[-1]

    yield open_day
    for day in days:
        day.gateway.stop()


def test_a_session_ends_when_nothing_is_done(open_day):
    day = open_day(idle_minutes=30)
    assert "kello <b" in day.at("09:29:00")
    assert "9.59" in day.desk.text()
    assert "Kirjaudu työpöydälle" not in day.at("09:58:59")
    assert "Kirjaudu työpöydälle" in day.at("10:29:00")


def test_a_session_that_is_used_all_the_time_ends_after_its_hours(open_day):
    day = open_day(idle_minutes=299)
    for time in ("13:58:00", "18:56:00"):
        assert "Kirjaudu työpöydälle" not in day.at(time)
    assert "Kirjaudut ulos kello 19.00" in day.desk.text()
    assert "Kirjaudu työpöydälle" in day.at("19:00:00")


def test_what_a_guide_wrote_is_not_lost_when_the_session_is_over(office):
    desk = DeskClient.of(office, "Hidas")
    desk.get("/desk/tili")
    csrf = desk.csrf()
    polku(office, "guide", "password", "Hidas")
    desk.post("/desk/keskustelut/abc/merkinta", csrf=csrf, words="Tämä <b>ei</b> saa kadota")
    assert desk.page.status_code == 401
    assert "Tämä <b>ei</b> saa kadota" in desk.text()
    assert "<b>ei</b>" not in desk.page.text
