"""Lines S01–S09: what the service does with what it is told."""

import datetime
import os
import random
import re
import string
import subprocess
import sys

import pytest
import requests
from playwright.sync_api import expect

from bot import clock
from bot.privacy import mask
from bot.settings import ROOT, load_settings
from services_catalog.plain_language import check_message
from tests.e2e.views import PAGES
from tests.support.client import ChatClient

CENTURIES = "+-ABCDEFYXWVU"
CANARY = "kanarialintu pesässä seitsemän"


def test_S01_every_response_has_a_strict_content_policy(site):
    client = ChatClient.open(site.url)
    paths = [*PAGES, "/ei-ole", "/healthz", "/embed.js", "/favicon.ico", "/poistu"]
    paths += [f"/api/chats/{client.chat}/messages", "/static/ei-ole", "/api/openapi.json"]
    for path in paths:
        headers = requests.get(
            site.url + path, headers=client.headers, allow_redirects=False, timeout=20
        ).headers
        policy = headers["Content-Security-Policy"]
        for rule in (
            "default-src 'none'", "script-src 'self'", "object-src 'none'", "base-uri 'none'",
            "form-action 'self'", "frame-ancestors 'self'", "require-trusted-types-for 'script'",
        ):  # fmt: skip
            assert rule in policy, path
        assert "unsafe" not in policy
        assert headers["X-Content-Type-Options"] == "nosniff"


def test_S01_nothing_planted_runs(open_chat):
    chat = open_chat()
    chat.watch.forgive("Content Security Policy", "TrustedHTML", "TrustedScript", "inline")
    chat.say(
        "<script>document.title='rikki'</script><img src=x onerror=\"document.title='rikki'\">"
    )
    chat.page.reload()
    planted = """() => {
        const script = document.createElement('script');
        try { script.textContent = "document.title = 'rikki'"; } catch (e) { }
        document.body.append(script);
        try { document.body.innerHTML += "<img src=x onerror=\\"document.title='rikki'\\">"; }
        catch (e) { return e.name; }
        return 'innerHTML works';
    }"""
    assert chat.page.evaluate(planted) == "TypeError"
    chat.page.wait_for_timeout(200)
    assert "rikki" not in chat.page.title()
    assert [line for line in chat.watch.seen if line.startswith("outside")] == []


@pytest.mark.parametrize("origin", ["https://example.org", "null", "http://127.0.0.1:1"])
def test_S02_a_request_of_another_site_is_refused(site, origin):
    client = ChatClient.open(site.url)
    cookie = {"Cookie": f"__Host-polku={client.token}", "Origin": origin}
    address = f"{site.url}/api/chats/{client.chat}"
    for method, url, body in (
        ("POST", f"{address}/messages", {"json": {"id": "1", "text": "moi"}}),
        ("DELETE", address, {}),
        ("GET", f"{address}/events", {}),
        ("POST", f"{site.url}/api/chats", {"json": {}}),
        ("POST", f"{site.url}/viesti", {"data": {"text": "moi"}}),
        ("POST", f"{site.url}/poista", {"data": {}}),
        ("POST", f"{site.url}/asetukset", {"data": {"size": "huge"}}),
    ):
        answer = requests.request(method, url, headers=cookie, timeout=20, stream=True, **body)
        assert answer.status_code == 403, (method, url)
    assert [m["from"] for m in client.messages()] == ["bot"]


def test_S02_a_browsers_form_without_our_proof_is_refused_and_a_get_changes_nothing(site):
    client = ChatClient.open(site.url)
    cookie = {"Cookie": f"__Host-polku={client.token}"}
    browser = cookie | {"Sec-Fetch-Site": "cross-site"}
    assert requests.post(f"{site.url}/viesti", {"text": "moi"}, headers=browser).status_code == 403
    assert requests.post(f"{site.url}/viesti", {"text": "moi"}, headers=cookie).status_code == 403
    for path in [*PAGES, "/embed.js", f"/api/chats/{client.chat}/messages"]:
        assert requests.get(site.url + path, headers=cookie, timeout=20).status_code == 200
    assert [m["from"] for m in client.messages()] == ["bot"]


def test_S03_a_session_is_long_random_and_out_of_reach(open_chat, site):
    chat = open_chat()
    chat.say("moi")
    (cookie,) = chat.page.context.cookies()
    assert cookie["name"].startswith("__Host-")
    assert (cookie["secure"], cookie["httpOnly"], cookie["sameSite"]) == (True, True, "Strict")
    assert len(cookie["value"]) * 6 >= 128
    token = cookie["value"]
    assert chat.page.evaluate("document.cookie") == ""
    assert token not in chat.page.content()
    assert token not in chat.page.url
    assert token not in site.logs()
    mine, others = chat.same_chat(), ChatClient.open(site.url)
    assert mine.chat not in site.logs()
    theirs = requests.get(
        f"{site.url}/api/chats/{others.chat}/messages", headers=mine.headers, timeout=20
    )
    assert theirs.status_code == 404
    assert "Hei" not in theirs.text


def test_S04_over_the_limit_a_calm_text_and_the_numbers_stay(chat_at, lonely_gateway):
    chat = chat_at(lonely_gateway.url)
    chat.watch.forgive("429")
    chat.say("moi")
    client = chat.same_chat()
    for _ in range(40):
        if (answer := client.post(text="moi")).status_code == 429:
            break
    assert int(answer.headers["Retry-After"]) > 0
    chat.box.fill("mistä saan apua velkoihin")
    chat.send.click()
    expect(chat.error).to_have_text(re.compile("Odota hetki"))
    expect(chat.page.get_by_role("link", name="Hätä? Soita 112.")).to_be_in_viewport()
    assert chat.said("Sinä")[-1] == "mistä saan apua velkoihin"
    assert client.post(text="haluan kuolla").json()["messages"][0]["crisis"] == "acute"
    limits = load_settings().limits
    assert client.post(text="a" * (limits.message_characters + 1)).status_code == 413
    assert client.post(text="a" * (limits.body_bytes + 1)).status_code == 413


def test_S06_identity_codes_are_masked_whatever_they_look_like(site):
    client = ChatClient.open(site.url)
    code = "010594{}9032"
    for mark in CENTURIES:
        for written in (
            code.format(mark), code.format(mark).lower(), code.format(f" {mark} "),
            f"tunnus on {code.format(mark)}, kiitos",
        ):  # fmt: skip
            assert mask(written).found == ("henkilötunnus",), written
    for dash in "‐‑‒–—―−":
        assert mask(code.format(dash)).found == ("henkilötunnus",)
    client.say(f"tunnukseni on {code.format('Y')}")
    stored = " ".join(m["text"] for m in client.messages())
    assert "[henkilötunnus poistettu]" in stored
    for file in site.var.rglob("*"):
        if file.is_file():
            assert b"010594Y9032" not in file.read_bytes(), file.name


def test_S06_ordinary_text_is_left_alone():
    chance = random.Random(306)
    letters = string.ascii_lowercase + "äö" + string.digits * 2 + " .,-+:/"
    texts = ["".join(chance.choices(letters, k=chance.randint(1, 40))) for _ in range(10_000)]
    texts += [f"{chance.randint(1, 31)}.{chance.randint(1, 12)}.{y}" for y in range(1900, 2100)]
    wrong = [text for text in texts if "henkilötunnus" in mask(text).found]
    assert len(wrong) <= len(texts) / 1000


def test_S07_nothing_that_was_said_stays_in_the_browser_or_the_log(open_chat, site):
    chat = open_chat()
    chat.say(CANARY)
    storage = """async () => JSON.stringify([{...localStorage}, {...sessionStorage},
        await caches.keys(), (await indexedDB.databases()).length])"""
    assert chat.page.evaluate(storage) == "[{},{},[],0]"
    assert CANARY not in site.logs()
    client = chat.same_chat()
    address = f"{chat.url}/api/chats/{client.chat}"
    for url in (chat.url, f"{address}/messages", f"{address}/events"):
        with requests.get(url, headers=client.headers, stream=True, timeout=20) as answer:
            assert answer.headers["Cache-Control"] == "no-store"
    # A draft is kept only while the tab shows another page, and goes with the chat.
    chat.box.fill("kesken")
    chat.open("/poista")
    assert "kesken" in chat.page.evaluate("JSON.stringify({...sessionStorage})")
    chat.page.get_by_role("button", name="Poista keskustelu").click()
    expect(chat.box).to_have_value("")
    assert chat.page.evaluate(storage) == "[{},{},[],0]"


def test_S08_deleting_removes_the_chat_and_its_token(site):
    client = ChatClient.open(site.url)
    client.say(CANARY + " " + client.chat)
    assert client.erase() == 204
    assert client.post(text="moi").status_code == 404
    other = ChatClient.open(site.url)
    assert other.chat != client.chat


def test_S08_old_chats_go_by_themselves(lonely_gateway):
    client = ChatClient.open(lonely_gateway.url)
    client.say("moi")
    hours = load_settings().retention.chat_hours
    now = datetime.datetime.now().astimezone()

    def purge(at: datetime.datetime) -> None:
        subprocess.run(
            [sys.executable, "-m", "bot", "purge"], cwd=ROOT, check=True, timeout=120,
            capture_output=True,
            env=os.environ | {"POLKU_VAR": str(lonely_gateway.var), "POLKU_NOW": at.isoformat()},
        )  # fmt: skip

    purge(now + datetime.timedelta(hours=hours - 1))
    assert len(client.messages()) >= 3
    purge(now + datetime.timedelta(hours=hours + 1))
    assert client.post(text="moi").status_code == 404


def test_S09_the_statement_says_all_that_the_act_asks_for(open_chat):
    chat = open_chat("/saavutettavuus")
    headings = chat.page.get_by_role("heading", level=2).all_inner_texts()
    assert headings[:5] == [
        "Kuinka saavutettava palvelu on?",
        "Mikä ei ole saavutettavaa?",
        "Miten olemme tutkineet palvelun?",
        "Anna palautetta",
        "Jos et saa vastausta",
    ]
    text = chat.page.locator("main").inner_text()
    for part in (
        "306/2019", "osittain", "arvion itse", "14 päivän aikana", "Traficom",
        "ihmiset eivät ole vielä kokeilleet",
    ):  # fmt: skip
        assert part in text, part
    day, month, year = map(int, re.search(r"viimeksi (\d+)\.(\d+)\.(\d{4})", text).groups())
    age = clock.today() - datetime.date(year, month, day)
    assert age.days <= 365, "the statement is due for its yearly review"


def test_S09_the_privacy_page_says_what_why_how_long_who_and_how_to_delete(open_chat):
    chat = open_chat("/tietosuoja")
    headings = chat.page.get_by_role("heading", level=2).all_inner_texts()
    for heading in (
        "Mitä tallennamme?", "Miksi tallennamme viestit?", "Kuinka kauan säilytämme viestit?",
        "Kuka lukee viestisi?", "Näin poistat keskustelun",
    ):  # fmt: skip
        assert heading in headings
    text = chat.page.locator("main").inner_text()
    assert f"{load_settings().retention.chat_hours} tuntia" in text
    expect(chat.page.get_by_role("link", name="Poista keskustelu")).to_be_visible()


def test_S09_both_pages_are_linked_from_every_view(open_chat):
    chat = open_chat()
    chat.watch.forgive("404")
    for path in [*PAGES, "/ei-ole"]:
        chat.open(path)
        folded = chat.page.locator("footer summary")
        if folded.count():
            expect(folded).to_contain_text("Tietosuoja, saavutettavuus")
            folded.click()
        for name in ("Saavutettavuus", "Tietosuoja"):
            expect(chat.page.locator("footer").get_by_role("link", name=name)).to_be_visible()


def test_S09_what_is_missing_from_the_settings_is_said_openly(chat_at, tmp_path):
    from tests.e2e.fixtures import bare_gateway

    config = tmp_path / "polku.toml"
    text = (ROOT / "polku.toml").read_text("utf-8")
    config.write_text(
        text.replace('feedback_email = ""', 'feedback_email = "palaute@example.fi"').replace(
            'privacy_ground = ""', 'privacy_ground = "Annat siihen luvan."'
        ),
        "utf-8",
    )
    running = bare_gateway(tmp_path, config)
    try:
        chat = chat_at(running.url, "/saavutettavuus")
        link = chat.page.get_by_role("link", name="palaute@example.fi")
        assert link.get_attribute("href") == "mailto:palaute@example.fi"
        assert chat.page.locator(".note").count() == 0
        chat.open("/tietosuoja")
        expect(chat.page.get_by_text("Annat siihen luvan.")).to_be_visible()
        # The address for questions about privacy was left out.
        assert chat.page.locator(".note").count() == 1
    finally:
        running.stop()


@pytest.mark.parametrize("path", PAGES[1:])
def test_S09_the_pages_are_checked_against_the_rules_of_plain_finnish(open_chat, path):
    chat = open_chat(path)
    texts = chat.page.locator(
        "main :is(p:not(.call, :has(.go)), li:not(:has(a)), h2):not(details *)"
    ).all_inner_texts()
    official = ("saavutettavuusselost", "tietosuojavaltuute")
    found = [
        (text, finding.rule, finding.message)
        for text in texts
        for finding in check_message([text])
        if finding.level == "error"
        and not (finding.rule == 3 and any(name in text.lower() for name in official))
    ]
    assert found == []
