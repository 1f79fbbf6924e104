"""The validation of the form, called as Rasa calls it: by name, with a tracker's JSON."""

import json

import pytest
from rasa_sdk.executor import ActionExecutor

from actions.checkin.form import ValidateCheckinForm
from actions.commands import parse
from services_catalog.checkin import load_checkin

HOUR = 3600.0


class Form:
    """Rasa's side of a form: keeps the slots and the loop, and passes each message on."""

    def __init__(self):
        self.executor = ActionExecutor()
        self.executor.register_action(ValidateCheckinForm)
        self.slots, self.active, self.at = {}, False, 0.0
        self.responses, self.buttons = [], {}

    async def send(self, text, intent="nlu_fallback", hours=0.0, after=None, **latest):
        """Send a message; return False when the form leaves it to other rules."""
        entities = []
        if text.startswith("/"):
            intent, given = parse(text)
            entities = [{"entity": name, "value": value} for name, value in given.items()]
        before, self.at = self.at, self.at + 10 + hours * HOUR
        events = [{"event": "bot", "timestamp": before}, {"event": "user", "timestamp": self.at}]
        if after:
            events.append({"event": "action", "name": after})
        if not self.active:
            events.append({"event": "active_loop", "name": "checkin_form"})
        answer = await self.executor.run(
            {
                "next_action": "validate_checkin_form",
                "sender_id": "x",
                "tracker": {
                    "sender_id": "x",
                    "slots": self.slots,
                    "latest_message": {
                        "text": text,
                        "intent": {"name": intent},
                        "entities": entities,
                        **latest,
                    },
                    "events": [*events, {"event": "action", "name": "checkin_form"}],
                    "paused": False,
                    "active_loop": {},
                    "latest_action_name": None,
                    "followup_action": None,
                },
                "domain": {},
            }
        )
        changed = {event["name"]: event["value"] for event in answer["events"]}
        self.responses = answer["responses"]
        if set(changed) == {"requested_slot"}:
            return False
        self.slots = {**self.slots, **changed}
        self.active = changed["requested_slot"] is not None
        for response in self.responses:
            self.buttons |= {b["title"]: b["payload"] for b in response["buttons"]}
        return True

    async def press(self, *titles):
        for title in titles:
            assert await self.send(self.buttons[title])

    @property
    def text(self):
        return "\n\n".join(response["text"] for response in self.responses)

    def effect(self, name):
        found = [
            r["custom"]["effects"][name] for r in self.responses if name in r["custom"]["effects"]
        ]
        return found[0] if found else None


@pytest.fixture
async def form():
    made = Form()
    await made.send("kartoitus", "start_checkin")
    return made


async def begun(form, *areas):
    await form.press("Kysyn vain yhdestä asiasta")
    await form.send(" ja ".join(areas))
    await form.press("Ei muuta, aloitetaan")


async def on_the_path(form):
    await begun(form, "raha")
    await form.press(
        "Eivät riitä", "Rahat ovat loppu", "Luonto", "Kyllä", "Raha: rahat ovat loppu"
    )
    await form.press("Jyväskylä")


async def test_the_next_day_it_offers_to_go_on(form):
    await form.press("Aloitetaan", "Hyvin")
    assert await form.send("öö mikäs tää olikaan", hours=20)
    assert "Kysely jäi kesken" in form.text
    assert await form.send("joo")
    assert form.text.endswith("Saatko asiasi hoidettua?")


async def test_an_answer_the_next_day_is_simply_taken(form):
    await form.press("Aloitetaan", "Hyvin")
    await form.send("joo saan", hours=20)
    assert "Kysymys 3, yhteensä 10." in form.text


async def test_a_greeting_in_the_middle_offers_to_go_on(form):
    await form.press("Aloitetaan")
    await form.send("moi", "greet")
    assert form.text.endswith("Jatketaanko siitä?")


async def test_a_question_after_the_offer_closes_the_offer(form):
    assert not await form.send("vuokra on rästissä", "eviction")
    await form.send("vuokra on rästissä", "eviction", after="action_answer_topic")
    assert not form.active
    assert form.text == ""


async def test_an_old_button_answers_its_own_question_again(form):
    await form.press("Aloitetaan", "Hyvin", "Saan")
    before = form.slots["requested_slot"]
    await form.send('/checkin_answer{"question": "checkin_arki", "answer": "vaihtelee"}')
    assert form.slots["checkin_arki"] == "vaihtelee"
    assert form.slots["requested_slot"] == "checkin_arki_worry"
    await form.send("ohita")
    assert form.slots["requested_slot"] == before


@pytest.mark.parametrize("entities", ['{"question": "requested_slot", "answer": "x"}', "{}"])
async def test_an_unknown_button_changes_nothing(form, entities):
    await form.press("Aloitetaan")
    asked = form.slots["requested_slot"]
    await form.send(f"/checkin_answer{entities}")
    assert form.slots["requested_slot"] == asked


async def test_a_text_that_is_no_answer_is_kept_and_the_question_asked_again(form):
    await form.press("Aloitetaan")
    await form.send("Sitä sun tätä vaan")
    assert "Kirjoitin sanasi muistiin" in form.text
    assert form.slots["requested_slot"] == "checkin_arki"
    await form.press("Vaihtelee")
    await form.send("ohita")
    await form.send("lopeta")
    assert "Kirjoitit: ”Sitä sun tätä vaan”" in form.text


async def test_a_need_of_another_area_is_left_to_its_rule(form):
    await form.press("Aloitetaan")
    assert not await form.send("vuokra on rästissä", "eviction")
    assert form.slots["requested_slot"] == "checkin_arki"


async def test_a_message_that_set_off_an_alarm_makes_it_wait(form):
    await form.press("Aloitetaan")
    await form.send("en jaksa enää", metadata={"crisis": "acute"})
    assert "Kysely odottaa" in form.text
    await form.send("jatketaan")
    assert form.slots["checkin_arki"] == "huonosti"
    assert form.text.endswith("Mikä arjessa on nyt vaikeinta?")


@pytest.mark.parametrize(
    ("said", "kept"), [("kissa ja metsä", "omin sanoin"), ("ei mikään auta enää", "ohitettu")]
)
async def test_an_alarm_at_the_strengths_loses_no_strength_and_makes_none_up(form, said, kept):
    await begun(form, "raha")
    await form.press("Riittävät")
    await form.send(said, metadata={"crisis": "acute"})
    assert "Kysely odottaa" in form.text
    assert form.slots["checkin_strength"] == kept


async def test_a_bad_mind_gives_the_numbers_once(form):
    await begun(form, "mieli")
    await form.send("huonosti", metadata={"crisis": "distress"})
    assert "09 2525 0111" not in form.text
    await form.send("takaisin")
    await form.send("huonosti")
    assert "09 2525 0111" in form.text


async def test_asking_for_it_again_while_it_waits_is_never_left_to_its_own_rule(form):
    await form.press("Aloitetaan")
    await form.send("en jaksa enää", metadata={"crisis": "acute"})
    assert await form.send("kaikki menee huonosti", "start_checkin")
    assert "Jatketaan" in [b["title"] for b in form.responses[-1]["buttons"]]


async def test_stopping_counts_where_and_offers_to_go_on(form):
    await form.press("Aloitetaan", "Hyvin", "Saan")
    await form.send("lopeta")
    assert form.effect("counts") == ["checkin_stopped:raha"]
    assert not form.active


async def test_starting_over_forgets(form):
    await form.press("Aloitetaan", "Hyvin", "Saan")
    await form.send("alusta")
    assert form.slots["checkin_arki"] is None
    assert form.text.endswith("Aloitetaanko?")


async def test_a_human_gets_what_might_be_shown_and_the_form_waits(form):
    await form.press("Aloitetaan", "Hyvin", "En saa", "Asioita on liikaa")
    await form.send("ihminen")
    handoff = form.effect("handoff")
    assert "• Arki" in handoff["summary"]
    assert "asioita on liikaa" in handoff["summary"]
    assert form.slots["requested_slot"] == "checkin_go_on"
    await form.press("Jatketaan") if "Jatketaan" in form.buttons else await form.send("jatketaan")
    assert form.text.endswith("Riittävätkö rahasi?")


async def test_three_things_at_most_in_the_clients_order(form):
    await begun(form, "arki", "raha", "koti", "työ")
    await form.press("Huonosti", "Ohita", "Eivät riitä", "Rahat ovat loppu")
    await form.press("Siinä on huolia", "Voin menettää kodin", "Liian vähän", "Haluan töihin")
    await form.press("Luonto", "Kyllä")
    first = [b["title"] for b in form.responses[-1]["buttons"]]
    assert [title.split(":")[0] for title in first[:2]] == ["Raha", "Koti"]
    for area in ("työ", "koti", "raha"):
        await form.send(area)
    assert "Missä kunnassa asut?" in form.text
    await form.send("ohita")
    for _ in range(3):
        await form.press("Sopii")
    things = form.effect("path")["things"]
    assert [thing["area"] for thing in things] == ["tyo", "koti", "raha"]
    assert all(thing["accepted"] == thing["services"][-1] for thing in things)


async def test_with_the_first_service_the_step_is_that_of_the_worry(form, catalogue):
    await on_the_path(form)
    await form.press("Sopii")
    assert form.effect("path")["things"][0]["step"] == catalogue.topic("money_gone").first_step


async def test_with_another_service_the_step_is_how_that_one_begins(form, catalogue):
    await on_the_path(form)
    await form.press("Näytä toinen", "Sopii")
    thing = form.effect("path")["things"][0]
    assert thing["step"] == catalogue.service(thing["accepted"]).begin
    assert f"1. Raha: rahat ovat loppu. {thing['step']}" in form.text


async def test_the_errand_list_comes_with_the_path_and_before_the_next_question(form):
    await on_the_path(form)
    await form.press("Näytä toinen", "Tee muistilista")
    effects = form.responses[0]["custom"]["effects"]
    assert list(effects) == ["path", "errand_list"]
    assert effects["errand_list"] == {"thing": 0}
    thing = effects["path"]["things"][0]
    assert thing["accepted"] == thing["services"][-1]
    assert len(thing["services"]) == 2
    assert form.responses[-1]["text"].endswith("Oliko tästä apua?")


async def test_every_service_is_shown_once_and_then_there_is_none(form):
    await on_the_path(form)
    shown = []
    while form.responses[-1]["custom"]["services"]:
        shown += form.responses[-1]["custom"]["services"]
        titles = [b["title"] for b in form.responses[-1]["buttons"]]
        if "Näytä toinen" not in titles:
            break
        await form.press("Näytä toinen")
    assert len(shown) == len(set(shown)) > 1
    await form.send("toinen")
    assert "En löydä tähän muuta paikkaa" in form.text


async def test_the_end_is_counted_and_the_path_kept_when_wanted(form):
    await on_the_path(form)
    await form.press("Sopii")
    assert "path_chosen:money_gone" in form.effect("counts")
    await form.press("Oli")
    assert form.effect("counts") == ["helped:yes"]
    await form.press("Tallenna")
    assert form.effect("keep_path") is True
    assert not form.active


async def test_after_coming_back_another_service_is_shown_when_one_was_not_reached(form):
    await on_the_path(form)
    await form.press("Sopii")
    path = form.effect("path")
    back = Form()
    await back.send("/resume_path" + json.dumps({"path": json.dumps(path)}))
    assert "Raha: rahat ovat loppu" in back.text
    assert back.text.endswith("Pääsitkö palveluun?")
    await back.press("En päässyt")
    assert back.effect("counts") == ["reached:no"]
    assert back.responses[-1]["custom"]["services"][0] != path["things"][0]["accepted"]
    await back.press("Sopii")
    thing = back.effect("path")["things"][0]
    assert thing["accepted"] == thing["services"][-1] != path["things"][0]["accepted"]


@pytest.mark.parametrize(
    ("said", "count"), [("pääsin", "yes"), ("en oo vielä soittanu", "not_tried")]
)
async def test_whether_it_was_reached_is_read_from_words(form, said, count):
    await on_the_path(form)
    await form.press("Sopii")
    path = form.effect("path")
    back = Form()
    await back.send("/resume_path" + json.dumps({"path": json.dumps(path)}))
    await back.send(said)
    assert back.effect("counts") == [f"reached:{count}"]


async def test_a_path_of_an_older_catalogue_does_no_harm():
    back = Form()
    old = {"things": [{"area": "x", "topic": "gone", "accepted": "nowhere"}], "summary": "s"}
    await back.send("/resume_path" + json.dumps({"path": json.dumps(old)}))
    assert back.responses[-1]["text"]


async def test_a_failure_says_so_keeps_the_question_and_logs_no_text(form, monkeypatch, caplog):
    await form.press("Aloitetaan")

    def fail(moment):
        raise RuntimeError("kanarialintu")

    monkeypatch.setattr("actions.checkin.form.heard", fail)
    await form.send("hyvin")
    assert "Anteeksi" in form.text
    assert form.slots["requested_slot"] == "checkin_arki"
    assert "kanarialintu" not in caplog.text


def test_every_slot_of_the_form_is_in_the_domain():
    import yaml

    from bot.settings import ROOT

    slots = yaml.safe_load((ROOT / "domain.yml").read_text("utf-8"))["slots"]
    for area in load_checkin().all_areas():
        assert {area.slot, area.worry_slot} <= slots.keys()
