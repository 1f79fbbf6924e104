"""Coming back on the web: a form without script, and the API."""

import re

import pytest

from tests.support.house import PATH, open_house


@pytest.fixture
async def house(tmp_path):
    async with open_house(tmp_path) as running:
        yield running


async def send_form(house, code, cookies=None):
    page = await (await house.http.get("/jatka", cookies=cookies)).text()
    csrf = re.search(r'name="csrf" value="(\w+)"', page)[1]
    return await house.http.post(
        "/jatka", data={"csrf": csrf, "koodi": code}, cookies=cookies, allow_redirects=False
    )


async def test_the_form_opens_a_chat_that_has_the_path(house):
    chat, _ = await house.chat(PATH)
    code = await house.code(chat)
    answer = await send_form(house, code)
    assert (answer.status, answer.headers["Location"]) == (303, "/#uusin")
    cookie = answer.cookies["__Host-polku"]
    assert cookie["httponly"]
    cookies = {"__Host-polku": cookie.value}
    page = await (await house.http.get("/", cookies=cookies)).text()
    assert "Löysin polkusi." in page
    assert code not in page
    assert 'href="/muistilista"' in page
    listed = await (await house.http.get("/muistilista", cookies=cookies)).text()
    assert "mulla ei oo rahaa ruokaan" in listed


async def test_a_browser_that_has_a_chat_goes_on_in_it(house):
    chat, _ = await house.chat(PATH)
    code = await house.code(chat)
    _, token, _ = await house.gateway.conversation.start("web")
    answer = await send_form(house, code, {"__Host-polku": token})
    assert answer.status == 303
    assert not answer.cookies
    page = await house.http.get("/muistilista", cookies={"__Host-polku": token})
    assert page.status == 200


async def test_wrong_words_are_told_gently_and_stay_in_the_box(house):
    answer = await send_form(house, 'aalto kirahvi "x" omena')
    page = await answer.text()
    assert answer.status == 404
    assert "En löydä polkua näillä sanoilla." in page
    assert "aalto kirahvi &#34;x&#34; omena" in page
    assert not answer.cookies


async def test_a_form_of_another_site_is_refused(house):
    answer = await house.http.post("/jatka", data={"csrf": "x", "koodi": "x"})
    assert answer.status == 403


async def test_trying_many_codes_is_stopped_with_the_time_to_wait(house):
    for _ in range(6):
        assert (await send_form(house, "aalto kirahvi lumisade omena")).status == 404
    answer = await send_form(house, "aalto kirahvi lumisade omena")
    assert answer.status == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 60


async def test_a_program_opens_a_chat_with_the_code(house):
    chat, _ = await house.chat(PATH)
    code = await house.code(chat)
    answer = await house.http.post("/api/chats", json={"code": code})
    body = await answer.json()
    assert answer.status == 201
    assert body["messages"][-1]["document"] == "errand_list" or any(
        message["document"] for message in body["messages"]
    )
    headers = {"Authorization": f"Bearer {body['token']}"}
    listed = await house.http.get(f"/api/chats/{body['chat']}/errand-list", headers=headers)
    assert listed.status == 200


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b'{"code": "aalto kirahvi lumisade omena"}', 404, "no_code"),
        (b'{"code": "x"}', 404, "no_code"),
        (b'{"code": 5}', 400, "bad_body"),
        (b'{"code": "\\ud800"}', 400, "bad_body"),
        (b"[]", 400, "bad_body"),
        (b"{", 400, "bad_body"),
    ],
)
async def test_a_bad_code_opens_no_chat(house, body, status, code):
    answer = await house.http.post("/api/chats", data=body)
    assert answer.status == status
    assert (await answer.json())["error"]["code"] == code


async def test_a_chat_opens_without_a_body_as_before(house):
    for body in (b"", b"{}"):
        assert (await house.http.post("/api/chats", data=body)).status == 201


async def test_erasing_in_the_browser_erases_the_kept_path_too(house):
    chat, _ = await house.chat(PATH)
    code = await house.code(chat)
    answer = await send_form(house, code)
    cookies = {"__Host-polku": answer.cookies["__Host-polku"].value}
    page = await (await house.http.get("/poista", cookies=cookies)).text()
    assert "Neljän sanan koodi ei enää toimi." in page
    csrf = re.findall(r'name="csrf" value="(\w+)"', page)[-1]
    gone = await house.http.post(
        "/poista", data={"csrf": csrf}, cookies=cookies, allow_redirects=False
    )
    assert gone.status == 303
    assert (await send_form(house, code)).status == 404
