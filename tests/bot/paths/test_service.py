"""Keeping a path under a code and coming back to it, through the conversation."""

from datetime import timedelta

import pytest

from bot import clock
from bot.paths import TooManyCodes
from bot.paths.codes import read_code
from bot.safety import Level, Verdict
from tests.support.house import PATH, open_house


@pytest.fixture
async def house(tmp_path):
    async with open_house(tmp_path) as running:
        yield running


async def say(house, chat, text, client_id="1"):
    return await house.gateway.conversation.receive(chat, client_id, text=text)


async def test_the_code_is_said_with_its_time_and_who_can_use_it(house, monkeypatch):
    monkeypatch.setenv("POLKU_NOW", "2026-11-23T12:00")
    chat, _ = await house.chat(PATH)
    [said] = await house.effect("keep_path", chat, True)
    assert read_code(said.text.split("\n\n")[1])
    assert "30 päivää" in said.text
    assert "23.12.2026" in said.text
    assert "Se, jolla on sanat, näkee polkusi." in said.text


async def test_no_crisis_text_answers_a_code(tmp_path, monkeypatch):
    def alarmed(text):
        return Verdict(Level.ACUTE if text.startswith("s") else Level.NONE)

    monkeypatch.setattr("bot.app._load_classifier", lambda _models: alarmed)
    async with open_house(tmp_path) as house:
        await house.gateway.screen.ready()
        chat, _ = await house.chat(PATH)
        codes = [await house.code(chat) for _ in range(12)]
    assert not any(code.startswith("s") for code in codes)


async def test_without_a_path_there_is_nothing_to_keep_or_to_list(house):
    chat, _ = await house.chat()
    for name in ("keep_path", "errand_list"):
        [said] = await house.effect(name, chat, True)
        assert "ei vielä ole" in said.text
        assert said.document == ""


async def test_the_words_typed_in_a_new_chat_bring_the_path_back(house):
    first, _ = await house.chat(PATH)
    code = await house.code(first)
    await house.gateway.store.purge(clock.now() + timedelta(days=2))
    new, _ = await house.chat()
    replies = await say(house, new, code.upper().replace("Ä", "A").replace(" ", " - "))
    assert replies[0].document == "errand_list"
    errands = await house.gateway.paths.errands(new)
    assert errands
    assert "mulla ei oo rahaa ruokaan" in errands.sheets[0].sentence


async def test_a_change_of_the_path_is_kept_under_the_same_code(house):
    first, _ = await house.chat(PATH)
    code = await house.code(first)
    changed = PATH | {"things": [PATH["things"][0] | {"words": "ja hammasta särkee"}]}
    await house.effect("path", first, changed)
    kept = await house.gateway.paths.find(code, by="somebody")
    assert kept
    assert kept.path == changed


async def test_a_new_code_takes_the_place_of_the_old(house):
    chat, _ = await house.chat(PATH)
    old, new = await house.code(chat), await house.code(chat)
    assert await house.gateway.paths.find(old, by="a") is None
    assert await house.gateway.paths.find(new, by="a")


async def test_words_that_open_nothing_get_one_and_the_same_answer(house, monkeypatch):
    chat, _ = await house.chat(PATH)
    code = await house.code(chat)
    wrong = await say(house, chat, "aalto kirahvi lumisade omena", "1")
    monkeypatch.setenv("POLKU_NOW", (clock.now() + timedelta(days=31)).isoformat())
    over = await say(house, chat, code, "2")
    assert [m.text for m in wrong] == [m.text for m in over]
    assert "En löydä polkua" in wrong[0].text


async def test_guessing_is_slowed_down_for_one_and_for_all(house):
    find = house.gateway.paths.find
    for _ in range(6):
        await find("aalto kirahvi lumisade omena", by="one")
    with pytest.raises(TooManyCodes):
        await find("aalto kirahvi lumisade omena", by="one")
    for n in range(54):
        await find("aalto kirahvi lumisade omena", by=f"address {n}")
    with pytest.raises(TooManyCodes):
        await find("aalto kirahvi lumisade omena", by="yet another")


async def test_too_many_words_in_the_chat_are_told_so(house):
    chat, _ = await house.chat()
    for n in range(6):
        await say(house, chat, "aalto kirahvi lumisade omena", str(n))
    [said] = await say(house, chat, "aalto kirahvi lumisade omena", "last")
    assert "liian monta kertaa" in said.text


async def test_neither_code_nor_path_is_in_the_database_once_the_chat_is_gone(house, tmp_path):
    chat, _ = await house.chat(PATH)
    code = await house.code(chat)
    await house.gateway.store.purge(clock.now() + timedelta(days=2))
    async with house.gateway.engine.connect() as connection:
        await connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    stored = b"".join(path.read_bytes() for path in tmp_path.glob("polku.sqlite3*"))
    for word in (*code.split(), "ruokaan", "toimeentulotuki"):
        assert word.encode() not in stored
    assert await house.gateway.paths.find(code, by="a")


async def test_chats_and_answered_needs_are_counted_by_the_gateway(house):
    chat, _ = await house.chat()
    await say(house, chat, "mulla on rahat loppu")
    [week] = (await house.gateway.counts.by_week(1)).values()
    assert week == {"chat_started:web": 1, "need:money": 1}
