"""A page for slow networks: small, few requests, and no sloppy HTML."""

import gzip

import requests

BUDGET = 14 * 1024


def test_page_style_and_script_fit_in_fourteen_kilobytes(open_chat):
    chat = open_chat()
    names = chat.page.evaluate(
        "performance.getEntriesByType('resource').map(e => e.name).filter(n => /static/.test(n))"
    )
    assert len(names) <= 3
    bodies = [requests.get(url, timeout=20).content for url in (chat.url, *names)]
    sizes = [len(gzip.compress(body, 9)) for body in bodies]
    assert sum(sizes) <= BUDGET, sizes
    sent = sum(
        int(requests.get(url, stream=True, timeout=20).headers["Content-Length"])
        for url in (chat.url, *names)
    )
    assert sent <= BUDGET


def test_the_box_is_usable_at_once_and_one_message_takes_two_keys(open_chat):
    chat = open_chat()
    for key in ("Tab", "Enter"):
        chat.page.keyboard.press(key)
    chat.page.keyboard.type("moi")
    with chat.answered():
        chat.page.keyboard.press("Enter")
    assert chat.said("Sinä") == ["moi"]


def test_a_browser_asking_for_an_icon_gets_no_error(site):
    answer = requests.get(f"{site.url}/favicon.ico", timeout=20)
    assert answer.status_code == 204
