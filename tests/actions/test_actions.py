"""The actions, called as Rasa calls them: by name, with a tracker's JSON."""

import pytest
from rasa_sdk.executor import ActionExecutor

from actions.base import PolkuAction
from actions.commands import BUTTON_INTENTS


@pytest.fixture(scope="module")
def executor():
    made = ActionExecutor()
    made.register_package("actions")
    return made


@pytest.fixture
def run(executor):
    async def run(name, intent="", slots=None, **latest):
        answer = await executor.run(
            {
                "next_action": name,
                "sender_id": "x",
                "tracker": {
                    "sender_id": "x",
                    "slots": slots or {},
                    "latest_message": {"intent": {"name": intent}, "entities": [], **latest},
                    "events": [],
                    "paused": False,
                    "active_loop": {},
                    "latest_action_name": None,
                    "followup_action": None,
                },
                "domain": {},
            }
        )
        slots = {event["name"]: event["value"] for event in answer["events"]}
        return answer["responses"], slots

    return run


def titles(responses):
    return [button["title"] for response in responses for button in response["buttons"]]


def payloads(responses):
    return [button["payload"] for response in responses for button in response["buttons"]]


# What the gateway answers, because it knows whether a guide is there.
ABOUT_GUIDES = {"talk_to_human": "handoff", "guide_hours": "guide_hours"}


@pytest.mark.parametrize(("topic", "effect"), ABOUT_GUIDES.items())
async def test_what_is_about_guides_is_left_to_the_gateway(run, topic, effect):
    (response,), _ = await run("action_answer_topic", topic)
    assert list(response["custom"]["effects"]) == [effect]


async def test_every_topic_is_answered_in_words(run, catalogue):
    for topic in catalogue.topics:
        if topic.id in ABOUT_GUIDES:
            continue
        responses, slots = await run("action_answer_topic", topic.id)
        assert any(response["text"] for response in responses), topic.id
        assert len(responses[-1]["buttons"]) <= 5, topic.id
        assert responses[-1]["custom"]["topic"] == topic.id
        if topic.services and not topic.crisis:
            assert 1 <= len(responses[-1]["custom"]["services"]) <= 2, topic.id
            assert slots["topic"] == topic.id


async def test_every_choice_leads_to_a_known_intent(run, catalogue):
    known = {topic.id for topic in catalogue.topics} | BUTTON_INTENTS
    for topic in catalogue.topics:
        responses, _ = await run("action_answer_topic", topic.id)
        assert {p.lstrip("/").split("{")[0] for p in payloads(responses)} <= known


async def test_of_two_needs_the_more_urgent_is_answered_first(run):
    responses, slots = await run(
        "action_answer_topic", "meeting_places", second_intent={"name": "eviction"}
    )
    assert responses[-1]["custom"]["topic"] == "eviction"
    assert "/meeting_places" in payloads(responses)
    assert slots["offered_topic"] == "meeting_places"


async def test_a_yes_takes_the_offered_topic(run):
    responses, _ = await run("action_affirm", "affirm", {"offered_topic": "food_aid"})
    assert responses[-1]["custom"]["topic"] == "food_aid"


async def test_a_yes_to_nothing_is_answered_too(run):
    responses, _ = await run("action_affirm", "affirm")
    assert responses[0]["text"]


async def test_a_municipality_brings_its_own_services(run):
    everywhere, _ = await run("action_answer_topic", "find_home")
    here, _ = await run(
        "action_tell_municipality",
        "tell_municipality",
        {"topic": "find_home"},
        entities=[{"entity": "municipality", "value": "Saarijärvi"}],
    )
    assert "saarijarvi-asuntotoimi" in here[-1]["custom"]["services"]
    assert "saarijarvi-asuntotoimi" not in everywhere[-1]["custom"]["services"]


async def test_a_municipality_before_any_need_is_remembered_in_words(run):
    responses, _ = await run(
        "action_tell_municipality",
        "tell_municipality",
        entities=[{"entity": "municipality", "value": "Laukaa"}],
    )
    assert "Laukaa" in responses[0]["text"]


async def test_another_service_is_shown_until_there_is_none(run, catalogue):
    topic = "money_gone"
    first, slots = await run("action_answer_topic", topic)
    shown = slots["shown_services"]
    for _ in range(10):
        responses, changed = await run(
            "action_show_other", "show_other", {"topic": topic, "shown_services": shown}
        )
        new = responses[0]["custom"]["services"]
        assert not set(new) & set(shown)
        shown = changed["shown_services"]
        if not new:
            break
    assert "En löydä" in responses[0]["text"]
    assert first[-1]["custom"]["services"]


async def test_a_first_miss_offers_three_topics_and_a_human(run):
    ranking = [
        {"name": n, "confidence": 0.1}
        for n in ("nlu_fallback", "debt_help", "greet", "unpaid_bill", "enforcement", "food_aid")
    ]
    responses, slots = await run("action_unsure", "nlu_fallback", intent_ranking=ranking)
    assert payloads(responses)[:3] == ["/debt_help", "/unpaid_bill", "/enforcement"]
    assert "/talk_to_human" in payloads(responses)
    assert slots["misses"] == 1


async def test_a_miss_in_english_is_told_in_english_before_the_same_choices(run):
    ranking = [{"name": "food_aid", "confidence": 0.1}]
    for text, spoken in (("i need help with food", True), ("tartten apuu ruokaan", False)):
        responses, _ = await run(
            "action_unsure", "nlu_fallback", intent_ranking=ranking, text=text
        )
        assert ("easy Finnish" in responses[0]["text"]) is spoken
        assert payloads(responses)[0] == "/food_aid"


async def test_a_second_miss_in_a_row_offers_the_catalogue_by_need(run):
    ranking = [{"name": "debt_help", "confidence": 0.1}]
    responses, slots = await run(
        "action_unsure", "nlu_fallback", {"misses": 1}, intent_ranking=ranking
    )
    assert '/help_menu{"need": "money"}' in payloads(responses)
    assert "/start_checkin" in payloads(responses)
    assert slots["misses"] == 2


async def test_the_menu_leads_to_every_need_and_topic(run, catalogue):
    async def pages(**entities):
        seen, page = {}, 0
        while True:
            given = [{"entity": k, "value": v} for k, v in {**entities, "page": str(page)}.items()]
            responses, _ = await run("action_menu", "help_menu", entities=given)
            buttons = responses[0]["buttons"]
            assert 1 <= len(buttons) <= 5
            fresh = {b["payload"]: b["title"] for b in buttons if '"page"' not in b["payload"]}
            if fresh.keys() <= seen.keys():
                return seen
            seen |= fresh
            page += 1

    needs = await pages()
    assert set(needs.values()) == {need.title for need in catalogue.needs if need.service_need}
    for need in catalogue.needs:
        if need.service_need:
            topics = await pages(need=need.id)
            assert set(topics) == {f"/{topic.id}" for topic in catalogue.topics_of(need.id)}


async def test_starting_over_empties_every_slot(run):
    _, slots = await run("action_start_over", "start_over", {"topic": "eviction", "misses": 1})
    assert slots == {"topic": None, "misses": None}


async def test_an_action_that_fails_says_so_and_logs_no_text(run, monkeypatch, caplog):
    for action in [*PolkuAction.__subclasses__()]:

        def fail(self, turn):
            raise RuntimeError("kanarialintu")

        monkeypatch.setattr(action, "reply", fail)
        responses, slots = await run(action().name(), "money_gone")
        assert "Anteeksi" in responses[0]["text"]
        assert slots == {}
    assert "kanarialintu" not in caplog.text


async def test_a_human_is_asked_for_with_the_topic_at_hand(run):
    responses, _ = await run("action_talk_to_human", "talk_to_human", {"topic": "eviction"})
    assert responses[0]["custom"]["effects"]["handoff"] == {
        "summary": None,
        "path": None,
        "topic": "eviction",
    }
    assert responses[0]["custom"]["services"]


async def test_a_human_is_asked_for_with_the_last_check_in_and_the_chosen_steps(run):
    finished = {
        "checkin": {"kind": "self", "areas": ["raha"], "shown": {"1": ["kela-asiakaspalvelu"]}},
        "checkin_raha": "huonosti",
        "checkin_raha_worry": "raha_loppu",
        "path_first": "raha",
        "path_step_1": "kela-asiakaspalvelu",
    }
    responses, _ = await run("action_talk_to_human", "talk_to_human", finished)
    effect = responses[0]["custom"]["effects"]["handoff"]
    assert "Raha: rahat ovat loppu" in effect["summary"]
    assert "1. Raha: rahat ovat loppu. Soita Kelaan" in effect["path"]


async def test_after_a_crisis_only_an_unfinished_check_in_is_offered(run):
    responses, _ = await run("action_offer_checkin", "pause_for_crisis")
    assert responses == []
    begun = {"checkin": {"kind": "self", "areas": ["raha"]}, "checkin_begin": "all"}
    responses, _ = await run("action_offer_checkin", "pause_for_crisis", begun)
    assert "/continue_checkin" in payloads(responses)


async def test_a_worry_about_somebody_offers_to_ask_more(run):
    responses, _ = await run("action_offer_close_one", "worry_close_one")
    assert "/start_close_one" in payloads(responses)
