"""Updates over a webhook."""

import json

import requests

ADDRESS = 'webhook_url = "https://polku.example/telegram"'
SECRET = "X-Telegram-Bot-Api-Secret-Token"


def started(telegram, start_gateway):
    gateway = start_gateway(more=ADDRESS)
    telegram.webhook_target = f"{gateway.url}/telegram"
    telegram.wait_for(lambda: telegram.webhook)
    return gateway


def test_updates_come_over_the_webhook_with_its_secret(telegram, start_gateway):
    started(telegram, start_gateway)
    user = telegram.user()
    user.say("/start")
    user.wait_for(lambda u: len(u.texts) == 2)
    assert telegram.webhook["url"] == "https://polku.example/telegram"
    assert len(telegram.webhook["secret_token"]) == 64
    assert "message" in telegram.webhook["allowed_updates"]
    assert not telegram.counts()["getUpdates"]


def test_S05_a_missing_or_wrong_secret_is_refused_before_the_body_is_read(telegram, start_gateway):
    gateway = started(telegram, start_gateway)
    for headers in ({}, {SECRET: "wrong"}, {SECRET: ""}, {SECRET: "ä".encode().decode("latin-1")}):
        for body in (b"{", b'{"update_id": 1}'):
            answer = requests.post(
                f"{gateway.url}/telegram", data=body, headers=headers, timeout=60
            )
            assert answer.status_code == 403
            assert not answer.content
    assert "without JSON" not in gateway.logs()


def test_S05_a_repeated_update_is_handled_once_also_after_a_restart(telegram, start_gateway):
    gateway = started(telegram, start_gateway)
    user = telegram.user()
    message = {
        "message_id": 1,
        "from": {"id": user.id, "is_bot": False, "first_name": "Aino"},
        "chat": user.room.as_json(),
        "date": 1,
        "text": "/tietoja",
    }
    update = {"update_id": 42, "message": message}

    def post():
        headers = {SECRET: telegram.webhook["secret_token"]}
        url = f"{gateway.url}/telegram"
        assert requests.post(url, json=update, headers=headers, timeout=60).status_code == 200

    post()
    post()
    user.wait_for_text("Minusta vastaa")
    gateway.stop()
    gateway.start()
    post()
    user.say("/apua")
    user.wait_for_text("/kuulumiset")
    assert sum("Minusta vastaa" in text for text in user.texts) == 1


def test_what_is_not_an_update_is_let_be(telegram, start_gateway):
    gateway = started(telegram, start_gateway)
    headers = {SECRET: telegram.webhook["secret_token"]}
    for body in (b"", b"{", b"[]", b"3", b"null", b'{"update_id": "x"}', b'"' + b"x" * 200_000):
        answer = requests.post(f"{gateway.url}/telegram", data=body, headers=headers, timeout=60)
        assert answer.status_code == 200
    user = telegram.user()
    user.say("/apua")
    user.wait_for_text("/kuulumiset")


def test_a_large_update_is_taken(telegram, start_gateway):
    gateway = started(telegram, start_gateway)
    user = telegram.user()
    message = {
        "message_id": 1,
        "from": {"id": user.id, "is_bot": False, "first_name": "Aino"},
        "chat": user.room.as_json(),
        "date": 1,
        "text": "/apua",
    }
    message["reply_to_message"] = message | {"text": "ä" * 60_000}
    update = json.dumps({"update_id": 43, "message": message})
    assert len(update) > 65_536
    headers = {SECRET: telegram.webhook["secret_token"]}
    url = f"{gateway.url}/telegram"
    assert requests.post(url, data=update, headers=headers, timeout=60).status_code == 200
    user.wait_for_text("/kuulumiset")


def test_a_change_from_webhook_to_polling_goes_on_where_it_was(telegram, start_gateway):
    gateway = started(telegram, start_gateway)
    user = telegram.user()
    user.say("/start")
    user.wait_for(lambda u: len(u.texts) == 2)
    gateway.stop()
    user.say("/apua")
    start_gateway()
    user.wait_for_text("/kuulumiset")
    assert not telegram.webhook
