"""What an answer does beside being said, and where that is told."""

import pytest

from tests.support.house import PATH, open_house


def custom(**effects):
    return {
        "custom": {"services": [], "topic": "", "need": "", "crisis": "none", "effects": effects}
    }


QUESTION = {"text": "Jatketaanko?", "buttons": [{"title": "Kyllä", "payload": "/affirm"}]}


@pytest.fixture
async def say(tmp_path, monkeypatch):
    """Return a function that says something to which the dialogue answers with these parts."""
    async with open_house(tmp_path) as house:
        chat, _ = await house.chat()

        async def say(*parts):
            async def answered(*_):
                return list(parts)

            monkeypatch.setattr(house.gateway.rasa, "ask", answered)
            return await house.gateway.conversation.receive(chat, str(len(parts)), text="moi")

        yield say


async def test_what_an_effect_says_follows_its_answer(say):
    said = await say({"text": "Tein listan."}, custom(path=PATH, errand_list={"thing": 0}))
    assert [message.document for message in said] == ["", "errand_list"]


async def test_an_answer_to_choose_from_stays_last(say):
    said = await say(QUESTION, custom(path=PATH, errand_list=True))
    assert [message.document for message in said] == ["errand_list", ""]
    assert said[-1].buttons


async def test_an_effect_without_a_word_is_carried_out(say):
    said = await say(custom(path=PATH), QUESTION, custom(errand_list=True, counts=["x"]))
    assert said[0].document == "errand_list"


async def test_an_effect_that_nobody_knows_takes_nothing_away(say):
    said = await say({"text": "Hei."}, custom(unheard_of=True))
    assert [message.text for message in said] == ["Hei."]
