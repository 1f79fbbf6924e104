"""The HTTP contract, as a program outside speaks it."""

import concurrent.futures
import uuid

import pytest
import requests
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.settings import ROOT
from tests.support.client import ChatClient

MESSAGE_FIELDS = {
    "n", "from", "at", "text", "buttons", "services", "topic", "need", "crisis",
}  # fmt: skip


def error_of(response):
    body = response.json()
    assert set(body) == {"error"}
    assert body["error"]["message"].endswith((".", "!"))
    return body["error"]["code"]


def test_a_new_chat_says_first_that_it_is_a_bot(client):
    first = client.greeting[0]
    assert set(first) >= MESSAGE_FIELDS
    assert first["from"] == "bot"
    assert "en ihminen" in first["text"]


def test_a_need_is_answered_with_a_step_and_services_with_their_sources(client):
    answer = client.say("mulla on rahat ihan loppu eikä oo ruokaa")
    assert all(set(message) >= MESSAGE_FIELDS for message in answer)
    assert any("Tee ensin tämä" in message["text"] for message in answer)
    cards = [card for message in answer for card in message["cards"]]
    assert 1 <= len(cards) <= 2
    assert all(card["source"].startswith("Lähde: ") for card in cards)


def test_the_same_id_gets_the_same_answer_once(client):
    body = {"id": str(uuid.uuid4()), "text": "mistä saan apua velkoihin"}
    first = client.post(**body).json()
    before = client.messages()
    assert client.post(**body).json() == first
    assert client.messages() == before


def test_the_same_id_at_the_same_time_is_answered_once(client):
    body = {"id": str(uuid.uuid4()), "text": "oon yksinäinen"}
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        answers = [f.result().json() for f in [pool.submit(client.post, **body) for _ in range(8)]]
    assert all(answer == answers[0] for answer in answers)
    assert sum(m["id"] == body["id"] for m in client.messages()) == 1


def test_messages_after_a_number_are_the_later_ones(client):
    client.say("moi")
    everything = client.messages()
    assert client.messages(after=1) == everything[1:]
    assert [m["n"] for m in everything] == list(range(1, len(everything) + 1))


def test_a_button_is_answered_and_its_title_stays_as_the_clients_words(client):
    buttons = client.press("menu")[-1]["buttons"]
    assert buttons
    assert all("/" not in button["payload"] for button in buttons)
    client.press(buttons[0]["payload"])
    said = [m["text"] for m in client.messages() if m["from"] == "client"]
    assert said[-1] == buttons[0]["title"]


def test_a_payload_of_another_chat_is_refused(client, gateway):
    payload = client.press("menu")[-1]["buttons"][0]["payload"]
    other = ChatClient.open(gateway.url)
    response = other.post(payload=payload)
    assert (response.status_code, error_of(response)) == (409, "old_button")


@pytest.mark.parametrize("payload", ["/money_gone", '/help_menu{"need":"money"}', "x" * 200, ""])
def test_a_payload_that_was_never_a_button_is_refused(client, payload):
    response = client.post(payload=payload)
    assert response.status_code == 409


@pytest.mark.parametrize(
    "typed", ["/restart", "/start_over", '/eviction{"municipality":"Jämsä"}', "//", "/"]
)
def test_typed_commands_are_plain_text(client, typed):
    client.say("mulla on vuokra rästissä")
    answer = client.say(typed)
    assert answer
    assert all(m["text"] for m in answer)
    assert not any("Aloitetaan alusta" in m["text"] for m in answer if typed == "//")
    assert [m["text"] for m in client.messages() if m["from"] == "client"][-1] == typed


def test_a_typed_command_sets_no_slot(client):
    client.say('/tell_municipality{"municipality": "Jämsä"}')
    answer = client.say("etsin vuokra-asuntoa")
    assert not any("Jämsänmä" in c["name"] for m in answer for c in m["cards"])


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 400, "bad_body"),
        (b"not json", 400, "bad_body"),
        (b"[]", 400, "bad_body"),
        (b'{"text": "moi"}', 400, "bad_body"),
        (b'{"id": "1"}', 400, "bad_body"),
        (b'{"id": "1", "text": 5}', 400, "bad_body"),
        (b'{"id": "", "text": "moi"}', 400, "bad_body"),
        (b'{"id": "1", "text": "moi", "payload": "menu"}', 400, "bad_body"),
        (b'{"id": "1", "text": "\\ud800"}', 400, "bad_body"),
        (b'{"id": "1", "text": ""}', 400, "empty"),
        (b'{"id": "1", "text": " \\n\\u200b "}', 400, "empty"),
        (b'{"id": "1", "text": "' + b"a" * 4001 + b'"}', 413, "too_long"),
        (b'{"id": "1", "text": "' + b"a" * 200_000 + b'"}', 413, "too_long"),
    ],
)
def test_a_bad_body_gets_a_clear_error(client, body, status, code):
    response = requests.post(
        f"{client.url}/api/chats/{client.chat}/messages",
        data=body,
        headers=client.headers,
        timeout=20,
    )
    assert (response.status_code, error_of(response)) == (status, code)


def test_a_message_of_4000_characters_is_answered(client):
    assert client.say(("rahat loppu ja vuokra maksamatta " * 200)[:4000])


@pytest.mark.parametrize(
    "text",
    [
        "😭😭😭",
        "moi\x00\x07\x1b[31m",
        "<script>alert(1)</script>",
        '<b>häätö</b> tulossa & "lainaus"',
        "I need help with money please",
        "Мне нужна помощь",
        "مساعدة",
        "?",
        "...",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "SELECT * FROM messages; --",
        "{{7*7}} ${7*7}",
        "‮äätäh‬",
    ],
)
def test_odd_input_is_answered_in_words(client, text):
    answer = client.say(text)
    assert answer
    assert all(m["text"] and m["crisis"] == "none" for m in answer)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.text(min_size=1, max_size=300))
def test_any_text_is_answered_or_refused_as_empty(lonely_client, text):
    try:
        text.encode()
    except UnicodeEncodeError:
        return
    response = lonely_client.post(text=text)
    assert response.status_code in (200, 400, 429), response.text


@pytest.fixture(scope="module")
def lonely_client(lonely_gateway):
    return ChatClient.open(lonely_gateway.url)


def test_identity_codes_never_reach_the_store_or_the_log(client, gateway):
    client.say("hetuni on 010594Y9032 ja numero 040 123 4567")
    mine = [m for m in client.messages() if m["from"] == "client"][-1]
    assert (
        mine["text"] == "hetuni on [henkilötunnus poistettu] ja numero [puhelinnumero poistettu]"
    )
    notice = [m for m in client.messages() if m["from"] == "system"][-1]
    assert "henkilötunnus" in notice["text"]
    for path in gateway.var.rglob("*"):
        if path.is_file():
            assert b"010594Y9032" not in path.read_bytes(), path


def test_what_a_client_says_is_in_no_log(client, gateway):
    client.say("kanarialintu lauloi häätöpäätöksestä")
    client.say("kanarialintu haluaa kuolla")
    assert "kanarialintu" not in gateway.logs()


@pytest.mark.parametrize(
    ("headers", "status"),
    [({}, 401), ({"Authorization": "Bearer wrong"}, 404), ({"Authorization": "Basic x"}, 401)],
)
def test_a_chat_needs_its_own_token(client, headers, status):
    for method, path in (
        ("GET", "/messages"), ("POST", "/messages"), ("GET", "/events"), ("DELETE", ""),
    ):  # fmt: skip
        response = requests.request(
            method,
            f"{client.url}/api/chats/{client.chat}{path}",
            json={"id": "1", "text": "moi"},
            headers=headers,
            timeout=20,
        )
        assert response.status_code == status


def test_the_token_of_one_chat_does_not_open_another(client, gateway):
    other = ChatClient.open(gateway.url)
    assert (
        ChatClient(gateway.url, client.chat, other.token, []).post(text="moi").status_code == 404
    )


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1"])
def test_a_page_of_another_site_is_refused(client, origin):
    for method, path in (("POST", f"/{client.chat}/messages"), ("GET", f"/{client.chat}/events"),
                         ("POST", "")):  # fmt: skip
        response = requests.request(
            method,
            f"{client.url}/api/chats{path}",
            json={"id": "1", "text": "moi"},
            headers=client.headers | {"Origin": origin},
            timeout=20,
        )
        assert response.status_code == 403


def test_erasing_removes_everything_and_ends_the_stream(client, gateway):
    with client.events() as stream:
        stream.wait_for_messages(1)
        client.say("sinitiainen pesässä, rahat loppu")
        assert client.erase() == 204
    assert client.post(text="moi").status_code == 404
    assert requests.get(
        f"{client.url}/api/chats/{client.chat}/messages", headers=client.headers, timeout=20
    ).status_code == 404  # fmt: skip
    for path in gateway.var.glob("polku.sqlite3"):
        assert b"sinitiainen" not in path.read_bytes()


def test_the_event_stream_brings_what_comes_and_resumes(client):
    with client.events() as stream:
        stream.wait_for_messages(1)
        client.say("oon työtön")
        count = len(client.messages())
        seen = stream.wait_for_messages(count)
        assert seen == client.messages()
        assert ("typing", "", {"from": "bot"}) in stream.seen
    with client.events(last=2) as stream:
        assert stream.wait_for_messages(count - 2) == client.messages()[2:]


def test_a_hundred_messages_at_once_are_slowed_down_in_plain_words(lonely_gateway):
    client = ChatClient.open(lonely_gateway.url)
    with concurrent.futures.ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda i: client.post(text=f"moi {i}"), range(100)))
    codes = [answer.status_code for answer in answers]
    assert codes.count(200) == 15
    assert codes.count(429) == 85
    refused = next(answer for answer in answers if answer.status_code == 429)
    assert 0 < int(refused.headers["Retry-After"]) <= 60
    assert error_of(refused) == "too_fast"
    stored = [m for m in client.messages() if m["from"] == "client"]
    assert len(stored) == 15


def test_a_cry_for_help_is_answered_over_the_limit(lonely_gateway):
    client = ChatClient.open(lonely_gateway.url)
    for i in range(16):
        last = client.post(text=f"moi {i}")
    assert last.status_code == 429
    assert client.say("haluan kuolla")[0]["crisis"] == "acute"


def test_health_tells_of_rasa_and_the_store(gateway, lonely_gateway):
    assert gateway.health() == {"status": "ok", "rasa": "up", "store": "up"}
    assert lonely_gateway.health() == {"status": "ok", "rasa": "down", "store": "up"}


def test_unknown_addresses_are_told_in_the_readers_form(gateway):
    api = requests.get(f"{gateway.url}/api/nothing", timeout=20)
    assert (api.status_code, error_of(api)) == (404, "not_found")
    page = requests.get(f"{gateway.url}/nothing", timeout=20)
    assert page.status_code == 404
    assert "Soita 112" in page.text


def test_openapi_describes_every_route_of_the_api(gateway):
    described = requests.get(f"{gateway.url}/api/openapi.json", timeout=20).json()
    assert described == yaml.safe_load((ROOT / "bot/web/openapi.yml").read_text("utf-8"))
    from bot.channels.web import api, errands, stream

    tables = (api.routes, stream.routes, errands.routes)
    served = {(r.method.lower(), r.path) for t in tables for r in t if "muistilista" not in r.path}
    served.add(("get", "/keskustelu.txt"))
    assert served == {
        (method, path)
        for path, item in described["paths"].items()
        for method in item
        if method != "parameters"
    }


def test_every_response_carries_the_security_headers(gateway):
    for path in ("/", "/healthz", "/apua", "/poista", "/nothing", "/static/chat.js"):
        headers = requests.get(gateway.url + path, timeout=20).headers
        assert "script-src 'self'" in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "Python" not in headers.get("Server", "")
    assert requests.get(gateway.url, timeout=20).headers["Cache-Control"] == "no-store"
