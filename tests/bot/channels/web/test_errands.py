"""The errand list on the web: to print, to copy, to save, to plan; nobody else's."""

import io

import icalendar
import pytest
from pypdf import PdfReader

from tests.support.house import PATH, open_house

KINDS = {
    "": "text/html", ".txt": "text/plain", ".pdf": "application/pdf", ".ics": "text/calendar",
}  # fmt: skip
PLAN = {"asia": "1", "paiva": "2026-11-24", "kello": "9.30"}
API_PLAN = {"thing": "1", "day": "2026-11-24", "time": "09:30"}


@pytest.fixture
async def house(tmp_path, monkeypatch):
    monkeypatch.setenv("POLKU_NOW", "2026-11-23T12:00")
    async with open_house(tmp_path) as running:
        yield running


@pytest.mark.parametrize("ending", KINDS)
async def test_every_form_of_the_list_is_its_owners_only_and_never_cached(house, ending):
    chat, headers = await house.chat(PATH)
    _, stranger = await house.chat()
    page = f"/muistilista{ending}"
    own = await house.http.get(page, headers=headers, params=PLAN)
    assert own.status == 200
    assert own.content_type == KINDS[ending]
    assert own.headers["Cache-Control"] == "no-store"
    assert (await house.http.get(page, params=PLAN)).status == 401
    for others in ({"Authorization": "Bearer x"}, stranger):
        assert (await house.http.get(page, headers=others, params=PLAN)).status == 404
    if ending:
        api = f"/api/chats/{chat}/errand-list{ending}"
        answer = await house.http.get(api, headers=headers, params=API_PLAN)
        assert (answer.status, answer.content_type) == (200, KINDS[ending])
        assert (await house.http.get(api, params=API_PLAN)).status == 401
        assert (await house.http.get(api, headers=stranger, params=API_PLAN)).status == 404


async def test_the_list_is_gone_with_the_chat(house):
    chat, headers = await house.chat(PATH)
    assert (await house.http.delete(f"/api/chats/{chat}", headers=headers)).status == 204
    for ending in KINDS:
        answer = await house.http.get(f"/muistilista{ending}", headers=headers, params=PLAN)
        assert answer.status == 404


async def test_the_message_leads_to_every_form(house):
    chat, headers = await house.chat(PATH)
    await house.effect("errand_list", chat, True)
    answer = await house.http.get(f"/api/chats/{chat}/messages", headers=headers)
    [message] = [m for m in (await answer.json())["messages"] if m["document"]]
    assert message["document"] == "errand_list"
    assert [link["href"] for link in message["links"]] == [
        "/muistilista", "/muistilista.pdf", "/muistilista.txt", "/muistilista#kalenteri",
    ]  # fmt: skip
    for link in message["links"]:
        assert link["title"]
        assert (await house.http.get(link["href"], headers=headers)).status == 200


async def test_the_data_of_the_list_is_for_programs(house):
    chat, headers = await house.chat(PATH)
    answer = await house.http.get(f"/api/chats/{chat}/errand-list", headers=headers)
    [sheet] = (await answer.json())["sheets"]
    assert sheet["title"] == "Rahat ovat loppu"
    assert [section["title"] for section in sheet["sections"]] == [
        "Ennen", "Näin voin aloittaa", "Aikana", "Jälkeen",
    ]  # fmt: skip


async def test_own_words_are_text_on_the_page(house):
    words = "<script>alert(1)</script> & \"#{x}\" 'y'"
    _, headers = await house.chat({"things": [PATH["things"][0] | {"words": words}]})
    page = await (await house.http.get("/muistilista", headers=headers)).text()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
    text = await (await house.http.get("/muistilista.txt", headers=headers)).text()
    assert words in text
    pdf = await (await house.http.get("/muistilista.pdf", headers=headers)).read()
    assert "alert(1)" in PdfReader(io.BytesIO(pdf)).pages[0].extract_text()


async def test_the_planned_call_is_a_calendar_file(house):
    _, headers = await house.chat(PATH)
    answer = await house.http.get("/muistilista.ics", headers=headers, params=PLAN)
    assert 'filename="muistutus.ics"' in answer.headers["Content-Disposition"]
    [event] = icalendar.Calendar.from_ical(await answer.read()).events
    assert event.start.isoformat() == "2026-11-24T09:30:00+02:00"
    assert "014 266 0149" in event["DESCRIPTION"]
    hidden = await house.http.get(
        "/muistilista.ics", headers=headers, params=PLAN | {"piilota": "1"}
    )
    assert b"014 266" not in await hidden.read()


@pytest.mark.parametrize(
    ("change", "why"),
    [({"paiva": "2026-11-22"}, "mennyt"), ({"kello": ""}, "Valitse päivä ja kello")],
)
async def test_an_impossible_time_is_told_beside_the_form_and_the_choice_stays(house, change, why):
    _, headers = await house.chat(PATH)
    answer = await house.http.get("/muistilista.ics", headers=headers, params=PLAN | change)
    page = await answer.text()
    assert answer.status == 400
    assert why in page
    assert 'aria-describedby="virhe"' in page
    if "paiva" not in change:
        assert f'value="{PLAN["paiva"]}" selected' in page


async def test_an_impossible_time_is_an_error_in_plain_words_for_programs(house):
    chat, headers = await house.chat(PATH)
    answer = await house.http.get(
        f"/api/chats/{chat}/errand-list.ics", headers=headers, params=API_PLAN | {"time": "99"}
    )
    assert answer.status == 400
    assert (await answer.json())["error"] == {
        "code": "unfit_time", "message": "Valitse päivä ja kello.",
    }  # fmt: skip


@pytest.mark.parametrize("asia", ["2", "0", "-1", "²", "x", "1" * 400])
async def test_a_thing_that_is_not_on_the_path_is_not_found(house, asia):
    _, headers = await house.chat(PATH)
    answer = await house.http.get(
        "/muistilista.ics", headers=headers, params=PLAN | {"asia": asia}
    )
    assert answer.status == 404
