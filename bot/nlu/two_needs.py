"""Finding a second trouble in a message that tells of two."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.nlu.text import clauses, words

Ranking = Sequence[tuple[str, float]]

# Logistic regression on pairs of training messages joined as people join them, beside single
# ones; fitted by ``python -m bench two_needs``, in the order of ``Candidate.features``.
_WEIGHTS = (0.74, 0.54, 0.23, -0.25, -0.46)
_BIAS = 1.79
# From held-out messages with one need: 8 in 100 get a second one; 6 in 100 get a wrong one.
_SURE = 0.44

_CLAUSE_WORDS = 2
_MOST_CLAUSES = 5
_CANDIDATES = 4
# What stands for the clauses of a message that has only one.
_NO_CLAUSE = -3.5


@dataclass(frozen=True)
class Candidate:
    """A need that may be told beside the first one.

    Attributes:
        topic: Its likeliest topic.
        features: Logarithms: how likely the need is in the whole message, how likely in its best
            clause, how likely the first need in another clause; whether there are clauses; how
            likely any third need is in the whole message.
    """

    topic: str
    features: tuple[float, ...]


def second_topic(
    text: str,
    whole: Ranking,
    rank: Callable[[Sequence[str]], Sequence[Ranking]],
    need_of: Callable[[str], str],
    is_service: Callable[[str], bool],
) -> tuple[str, float] | None:
    """Return another service topic, of another need than the first, told in ``text``.

    Args:
        text: The message.
        whole: The topics of the whole message with probabilities, best first.
        rank: Returns the same for each of several texts.
        need_of: Returns the need of a topic.
        is_service: Tells whether a topic is about a need for help.

    Returns:
        The topic and how likely it is a trouble of its own, or None.
    """
    found = [
        (candidate.topic, _likelihood(candidate.features))
        for candidate in candidates(text, whole, rank, need_of, is_service)
    ]
    best = max(found, key=lambda entry: entry[1], default=None)
    return best if best and best[1] >= _SURE else None


def candidates(
    text: str,
    whole: Ranking,
    rank: Callable[[Sequence[str]], Sequence[Ranking]],
    need_of: Callable[[str], str],
    is_service: Callable[[str], bool],
) -> list[Candidate]:
    """Return the likeliest other needs; the arguments are those of ``second_topic``."""
    parts = [part for part in clauses(text) if len(words(part)) >= _CLAUSE_WORDS][:_MOST_CLAUSES]
    rankings = rank(parts) if len(parts) > 1 else []
    in_clauses = [_by_need(ranking, need_of) for ranking in rankings]
    in_whole = _by_need(whole, need_of)
    first = need_of(whole[0][0])
    likeliest: dict[str, tuple[float, str]] = {}
    for ranking in (whole, *rankings):
        for topic, probability in ranking:
            if is_service(topic) and (need := need_of(topic)) != first:
                likeliest[need] = max(likeliest.get(need, (0.0, "")), (probability, topic))
    found = [
        Candidate(topic, _features(need, first, in_whole, in_clauses))
        for need, (_, topic) in likeliest.items()
    ]
    found.sort(key=lambda candidate: sum(candidate.features[:2]), reverse=True)
    return found[:_CANDIDATES]


def _features(
    need: str, first: str, whole: dict[str, float], in_clauses: Sequence[dict[str, float]]
) -> tuple[float, ...]:
    told, beside = _NO_CLAUSE, _NO_CLAUSE
    if in_clauses:
        best = max(range(len(in_clauses)), key=lambda i: in_clauses[i].get(need, 0.0))
        told = _log(in_clauses[best].get(need, 0.0))
        beside = _log(max(c.get(first, 0.0) for i, c in enumerate(in_clauses) if i != best))
    likely = whole.get(need, 0.0)
    return (
        _log(likely, 1e-4),
        told,
        beside,
        float(bool(in_clauses)),
        _log(max(0.0, 1 - whole[first] - likely)),
    )


def _by_need(ranking: Ranking, need_of: Callable[[str], str]) -> dict[str, float]:
    shares: dict[str, float] = {}
    for topic, probability in ranking:
        need = need_of(topic)
        shares[need] = shares.get(need, 0.0) + probability
    return shares


def _log(probability: float, least: float = 1e-3) -> float:
    return math.log(probability + least)


def _likelihood(features: Sequence[float]) -> float:
    score = _BIAS + sum(w * x for w, x in zip(_WEIGHTS, features, strict=True))
    return 1 / (1 + math.exp(-score))
