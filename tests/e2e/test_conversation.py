"""What a client sees and does: writing, answers, buttons, reload, a second tab."""

import re

from playwright.sync_api import expect

from tests.e2e.chat import CRISIS, NEED

# The time of a message by the phone's clock, which the server's replaces.
OF_THE_PHONE = '.msg.client time[datetime$="Z"]'


def test_the_first_visit_shows_the_bot_notice_the_emergency_number_and_the_box(chat):
    page = chat.page
    expect(page.get_by_role("heading", name="Tämä on botti, ei ihminen.")).to_be_in_viewport()
    emergency = page.get_by_role("link", name="Hätä? Soita 112.")
    expect(emergency).to_be_in_viewport()
    assert emergency.get_attribute("href") == "tel:112"
    expect(page.get_by_role("link", name="Poistu nopeasti")).to_be_in_viewport()
    expect(page.get_by_role("button", name="Puhu ihmiselle")).to_be_in_viewport()
    expect(chat.box).to_be_in_viewport(ratio=1)
    expect(chat.send).to_be_in_viewport(ratio=1)
    assert len(chat.said("Botti")) == 1
    assert page.context.cookies() == []


def test_a_need_is_answered_with_bubbles_and_cards_that_can_be_called(chat):
    chat.say(NEED)
    assert chat.said("Sinä") == [NEED]
    assert len(chat.said("Botti")) >= 2
    cards = chat.page.locator(".card")
    assert 1 <= cards.count() <= 2
    for card in cards.all():
        expect(card.get_by_role("heading")).not_to_be_empty()
        expect(card.locator(".src")).to_have_text(
            re.compile(r"^Lähde: \S+, [^.]+\.( Tarkistettu \d+\.\d+\.\d{4}\.)?$")
        )
        for link in card.get_by_role("link").all():
            assert re.match(r"tel:\+?\d+$|https?://", link.get_attribute("href"))
    expect(chat.page.locator("#log .state")).to_have_text("Lähetetty")
    assert chat.fits_sideways()


def test_a_card_of_a_number_service_links_every_number(chat):
    with chat.answered():
        chat.page.get_by_role("button", name="Puhu ihmiselle").first.click()
    calls = chat.page.locator(".card .tel")
    assert calls.count() >= 1
    for call in calls.all():
        digits = re.sub(r"\D", "", call.text_content())
        assert call.get_attribute("href") == f"tel:{digits}"


def test_a_reloaded_card_is_the_same_as_the_card_that_came(chat):
    chat.say(NEED)
    with chat.answered():
        chat.page.get_by_role("button", name="Puhu ihmiselle").first.click()
    looks = """all => all.map(m => {
        const copy = m.cloneNode(true);
        copy.removeAttribute('id');
        copy.querySelectorAll('.hint, .state').forEach(n => n.remove());
        const walk = n => n.nodeType === 3 ? n.data.replace(/\\s+/g, ' ') : [n.tagName,
            n.className, n.getAttribute('href'),
            [...n.childNodes].filter(c => c.nodeType === 1 || c.data.trim()).map(walk)];
        copy.normalize();
        return JSON.stringify(walk(copy));
    })"""
    expect(chat.page.locator(OF_THE_PHONE)).to_have_count(0)
    built = chat.page.locator(".msg").evaluate_all(looks)
    chat.page.reload()
    rendered = chat.page.locator(".msg").evaluate_all(looks)
    assert rendered[1:] == built[1:]


def test_a_phone_whose_clock_is_wrong_shows_when_the_message_was_stored(chat):
    chat.page.clock.set_fixed_time("2020-01-01T01:02:00Z")
    chat.say(NEED)
    time = chat.page.locator(".msg.client time")
    expect(time).not_to_have_attribute("datetime", re.compile("^2020-"))
    (stored,) = (m for m in chat.same_chat().messages() if m["from"] == "client")
    expect(time).to_have_attribute("datetime", stored["at"])


def test_a_reload_and_a_new_tab_show_the_same_conversation(chat):
    chat.say(NEED)
    chat.choose()
    shown = chat.messages()
    buttons = chat.choices.all_inner_texts()
    chat.page.reload()
    assert chat.messages() == shown
    assert chat.choices.all_inner_texts() == buttons
    tab = chat.page.context.new_page()
    tab.goto(chat.url)
    assert tab.locator(".msg").count() == len(shown)


def test_what_another_client_of_the_chat_says_comes_by_the_event_stream(chat):
    chat.say("moi")
    count = len(chat.messages())
    other = chat.same_chat()
    replies = other.say("mistä saan apua velkoihin")
    expect(chat.page.locator(".msg")).to_have_count(count + 1 + len(replies))
    assert [text for _, text in chat.messages()].count("mistä saan apua velkoihin") == 1
    assert [m["n"] for m in other.messages()] == [
        int(n) for n in chat.page.locator(".msg").evaluate_all("all => all.map(m => m.dataset.n)")
    ]
    expect(chat.page.get_by_role("status")).to_have_text("")


def test_a_second_tab_follows_the_first(chat):
    chat.say("moi")
    tab = chat.page.context.new_page()
    tab.goto(chat.url)
    chat.say(NEED)
    expect(tab.locator(".msg")).to_have_count(len(chat.messages()))
    expect(tab.locator("#valinnat button")).to_have_count(chat.choices.count())


def test_a_slow_answer_is_told_of_and_the_notice_goes_with_the_answer(chat):
    chat.say("moi")
    chat.page.route(
        "**/messages", lambda route: (chat.page.wait_for_timeout(1500), route.continue_())
    )
    status = chat.page.get_by_role("status")
    chat.box.fill(NEED)
    with chat.answered():
        chat.send.click()
        expect(status).to_have_text("Botti kirjoittaa.")
    expect(status).to_have_text("")


def test_a_crisis_is_answered_with_numbers_that_are_the_biggest_thing_on_the_screen(chat):
    chat.say(CRISIS)
    answer = chat.page.locator(".msg.crisis.acute")
    expect(answer).to_have_count(1)
    links = answer.locator(".say .tel")
    assert links.first.get_attribute("href") == "tel:112"
    assert links.count() >= 2
    sizes = links.evaluate_all("all => all.map(a => parseFloat(getComputedStyle(a).fontSize))")
    assert min(sizes) >= 26
    assert all(link.bounding_box()["height"] >= 44 for link in links.all())
    expect(answer.locator(".who")).to_be_in_viewport()


def test_a_personal_identity_code_is_shown_masked_with_a_notice(chat):
    chat.say("hei, tunnukseni on 010594Y9032")
    assert "010594Y9032" not in chat.page.content()
    (said,) = chat.said("Sinä")
    assert said.startswith("hei, tunnukseni on ")
    (notice,) = chat.said("Polku")
    assert "henkilötunnus" in notice
    chat.page.reload()
    assert "010594Y9032" not in chat.page.content()
    assert chat.said("Sinä") == [said]


def test_typed_html_is_shown_as_text(chat):
    typed = "<img src=x onerror=\"document.title='rikki'\"><b>moi</b> <script>alert(1)</script>"
    chat.say(typed)
    assert chat.said("Sinä") == [typed]
    chat.page.reload()
    assert chat.said("Sinä") == [typed]
    assert chat.page.locator("#log img, #log .say b, #log script").count() == 0
    assert "rikki" not in chat.page.title()


def test_deleting_takes_the_conversation_from_the_page_and_the_browser(chat):
    chat.say(NEED)
    client = chat.same_chat()
    chat.page.get_by_role("link", name="Poista keskustelu").click()
    expect(chat.page.get_by_role("heading", level=1)).to_have_text("Haluatko poistaa keskustelun?")
    chat.page.get_by_role("button", name="Poista keskustelu").click()
    expect(chat.box).to_be_visible()
    assert chat.said("Sinä") == []
    assert chat.page.context.cookies() == []
    assert client.post(text="moi").status_code == 404


def test_a_message_to_a_chat_that_was_deleted_elsewhere_opens_a_new_one(chat):
    chat.watch.forgive("401", "404")
    chat.say(NEED)
    chat.page.reload()
    chat.same_chat().erase()
    chat.box.fill("mistä saan apua velkoihin")
    chat.send.click()
    expect(chat.page.locator("#log .client")).to_have_count(1)
    chat.page.wait_for_url("**/#uusin")
    assert chat.said("Sinä") == ["mistä saan apua velkoihin"]
    assert chat.messages()[-1][0] == "Botti"
