"""Finding a second trouble in a message that tells of two."""

from collections.abc import Callable, Sequence

from bot.nlu.text import clauses, words

# From held-out messages with two troubles, beside the share of ordinary messages in which a
# second topic would be offered for nothing (bench/nlu.py, table "two needs").
_CLAUSE_SURE = 0.5
_CLAUSE_WORDS = 2
_MOST_CLAUSES = 5

Ranking = Sequence[tuple[str, float]]


def second_topic(
    text: str,
    first: str,
    rank: Callable[[Sequence[str]], Sequence[Ranking]],
    need_of: Callable[[str], str],
    is_service: Callable[[str], bool],
) -> tuple[str, float] | None:
    """Return another service topic, of another need, told in a clause of ``text``.

    Args:
        text: The message.
        first: The topic of the whole message.
        rank: Returns for each text its topics with probabilities, best first.
        need_of: Returns the need of a topic.
        is_service: Tells whether a topic is about a need for help.

    Returns:
        The topic and its probability, or None.
    """
    parts = [part for part in clauses(text) if len(words(part)) >= _CLAUSE_WORDS]
    if len(parts) < 2:
        return None
    found = [
        ranking[0]
        for ranking in rank(parts[:_MOST_CLAUSES])
        if ranking[0][1] >= _CLAUSE_SURE
        and is_service(ranking[0][0])
        and need_of(ranking[0][0]) != need_of(first)
    ]
    return max(found, key=lambda entry: entry[1], default=None)
