"""Two needs in one message: fits what finds the second one, and measures it on held-out ones."""

import argparse
import random
import tarfile
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression

from bench import nlu_rows
from bot.nlu.text_model import TextModel
from bot.nlu.two_needs import Candidate, Ranking, candidates
from bot.settings import load_settings
from bot.training import newest_model
from services_catalog import load_catalogue

_SEED = 7
_PAIRS = 2000
_SINGLES = 2500
_LEARNT_SHARE = 0.75
_RANKED = 10
_MOST_WORDS = 24
_FALSE_SHARES = (0.05, 0.06, 0.07, 0.08, 0.09, 0.1)
# How people join two troubles. The pairs teach which scores tell of two, never the topics.
_JOINS = (
    ", ", ". ", " ja ", " ja sit ", " plus ", ", lisäksi ", " eikä ", "\n", " ", "... ", " mut ",
    " ku ", " sit viel ", ", ja ", "! ", " ja myös ", ". Ja sitten ", " sekä ",
)  # fmt: skip


class _Needs:
    def __init__(self) -> None:
        catalogue = load_catalogue()
        self.of = {topic.id: topic.need for topic in catalogue.topics}
        self._service = {need.id: need.service_need for need in catalogue.needs}

    def is_service(self, topic: str) -> bool:
        return self._service[self.of[topic]]


def measure(arguments: Sequence[str]) -> int:
    """Fit on training messages, print the weights and what they find in held-out messages."""
    parser = argparse.ArgumentParser(prog="python -m bench two_needs", description=__doc__)
    parser.parse_args(arguments)
    needs = _Needs()
    texts, topics = nlu_rows.examples(1)
    vectors = nlu_rows.vectors_of(texts)
    order = random.Random(_SEED).sample(range(len(texts)), len(texts))
    cut = round(_LEARNT_SHARE * len(order))
    learnt, apart = order[:cut], order[cut:]
    model = TextModel.fit([texts[i] for i in learnt], [topics[i] for i in learnt], vectors[learnt])
    rows, answers = [], []
    joined = list(_pairs(apart, texts, topics, needs))
    # The vector of two messages in one is near the mean of theirs, and costs nothing.
    mixed = np.stack([_between(vectors[a], vectors[b]) for _, a, b in joined])
    for first, found, (_, a, b) in zip(
        *_candidates(model, [text for text, *_ in joined], mixed, needs), joined, strict=True
    ):
        told = {needs.of[topics[a]], needs.of[topics[b]]}
        if first in told:
            rows += [candidate.features for candidate in found]
            answers += [needs.of[candidate.topic] in told for candidate in found]
    single = apart[:_SINGLES]
    for _, found, i in zip(
        *_candidates(model, [texts[i] for i in single], vectors[single], needs),
        single,
        strict=True,
    ):
        rows += [candidate.features for candidate in found]
        answers += [needs.of[candidate.topic] == needs.of[topics[i]] for candidate in found]
    fitted = LogisticRegression(C=10, max_iter=3000).fit(rows, answers)
    print("weights", fitted.coef_[0].round(2).tolist(), "bias", fitted.intercept_[0].round(2))
    _measure(_served(), fitted, needs)
    return 0


def _pairs(
    apart: Sequence[int], texts: list[str], topics: list[str], needs: _Needs
) -> Iterator[tuple[str, int, int]]:
    chance = random.Random(_SEED)
    short = [
        i for i in apart
        if needs.is_service(topics[i]) and 2 <= len(texts[i].split()) <= _MOST_WORDS // 2
    ]  # fmt: skip
    made = 0
    while made < _PAIRS:
        a, b = chance.sample(short, 2)
        if needs.of[topics[a]] != needs.of[topics[b]]:
            made += 1
            join = chance.choice(_JOINS)
            begin, end = texts[a].rstrip(".!?,"), texts[b]
            if join[0] in ", ":
                end = end[:1].lower() + end[1:]
            yield f"{begin}{join}{end}", a, b


def _between(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    mean = one + other
    return mean / np.linalg.norm(mean)


def _candidates(
    model: TextModel, texts: Sequence[str], vectors: np.ndarray, needs: _Needs
) -> tuple[list[str], list[list[Candidate]]]:
    def rank(parts: Sequence[str]) -> list[Ranking]:
        return [_ranking(model, row) for row in model.probabilities(parts)]

    rankings = [_ranking(model, row) for row in model.probabilities(texts, vectors)]
    found = [
        candidates(text, whole, rank, needs.of.__getitem__, needs.is_service)
        for text, whole in zip(texts, rankings, strict=True)
    ]
    return [needs.of[whole[0][0]] for whole in rankings], found


def _ranking(model: TextModel, row: np.ndarray) -> Ranking:
    return [(model.labels[i], float(row[i])) for i in np.argsort(-row)[:_RANKED]]


def _served() -> TextModel:
    """Return the topic model of the newest trained Rasa model."""
    trained = newest_model(load_settings().models_folder)
    if trained is None:
        raise SystemExit("bench: there is no trained model: run `make train` first")
    with tempfile.TemporaryDirectory() as folder, tarfile.open(trained) as archive:
        for member in archive.getmembers():
            if "TopicClassifier" in member.name and member.isfile():
                member.name = member.name.rpartition("/")[2]
                archive.extract(member, folder)
        return TextModel.load(Path(folder))


def _measure(model: TextModel, fitted: LogisticRegression, needs: _Needs) -> None:
    lines = nlu_rows.heldout()
    texts = [line[0] for line in lines]
    vectors = nlu_rows.vectors_of(texts, nlu_rows.HELDOUT_VECTORS)
    both: list[tuple[float, bool]] = []
    single: list[tuple[float, bool]] = []
    for first, found, (_, topic, second, _) in zip(
        *_candidates(model, texts, vectors, needs), lines, strict=True
    ):
        scores = [0.0]
        names = [""]
        if found:
            scores = fitted.predict_proba([c.features for c in found])[:, 1].tolist()
            names = [needs.of[c.topic] for c in found]
        score, name = max(zip(scores, names, strict=True))
        told = {needs.of[t] for t in (topic, second) if t}
        if len(told) == 2:
            both.append((score, {first, name} == told))
        elif not second:
            single.append((score, name not in told))
    print("| threshold | both found | a second need for one | of it not the message's need |")
    print("|--:|--:|--:|--:|")
    for share in _FALSE_SHARES:
        limit = float(np.quantile([score for score, _ in single], 1 - share))
        right = sum(s >= limit and fine for s, fine in both) / len(both)
        wrong = sum(s >= limit and bad for s, bad in single) / len(single)
        print(f"| {limit:.2f} | {right:.3f} | {share:.3f} | {wrong:.3f} |")
    print(f"{len(both)} messages with two needs, {len(single)} with one")
