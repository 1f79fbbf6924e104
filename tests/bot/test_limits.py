from hypothesis import given
from hypothesis import strategies as st

from bot.limits import RateLimit


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_events_over_the_limit_wait_until_the_oldest_is_a_minute_old():
    clock = Clock()
    limit = RateLimit(2, clock)
    assert limit.wait("a") == 0
    clock.now = 10
    assert limit.wait("a") == 0
    clock.now = 20
    assert limit.wait("a") == 40
    clock.now = 61
    assert limit.wait("a") == 0


def test_one_key_does_not_use_up_another():
    limit = RateLimit(1, Clock())
    assert limit.wait("a") == 0
    assert limit.wait("b") == 0
    assert limit.wait("a") > 0


@given(st.lists(st.floats(0, 30), max_size=60), st.integers(1, 10))
def test_never_more_than_the_limit_in_any_minute(pauses, per_minute):
    clock = Clock()
    limit = RateLimit(per_minute, clock)
    allowed = []
    for pause in pauses:
        clock.now += pause
        if limit.wait("a") == 0:
            allowed.append(clock.now)
    for start in allowed:
        assert sum(start <= moment < start + 60 for moment in allowed) <= per_minute
