from bot.clock import now, today


def test_polku_now_freezes_the_clock_in_helsinki(monkeypatch):
    monkeypatch.setenv("POLKU_NOW", "2026-11-23T23:30:00+00:00")
    assert now().isoformat() == "2026-11-24T01:30:00+02:00"
    assert today().isoformat() == "2026-11-24"


def test_a_frozen_time_without_an_offset_is_helsinki_time(monkeypatch):
    monkeypatch.setenv("POLKU_NOW", "2026-07-01T12:00:00")
    assert now().isoformat() == "2026-07-01T12:00:00+03:00"


def test_the_clock_is_aware_when_it_is_not_frozen(monkeypatch):
    monkeypatch.delenv("POLKU_NOW", raising=False)
    assert now().utcoffset() is not None
