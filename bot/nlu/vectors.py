"""Sentence vectors of multilingual-e5-small."""

import base64
import hashlib
import os
import threading
from collections import OrderedDict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

Vector = npt.NDArray[np.float32]

# Meaning is clearest in the last layer of the encoder, wording in the middle; both say more than
# either (decision 0034). Layers count from 1.
LAYERS = (8, 12)
DIMENSIONS = len(LAYERS) * 384
# A kept vector is right for as long as these stay as they are.
_MADE_BY = [
    Path(__file__).with_name(f"{name}.py")
    for name in ("encoder", "loud", "onnx_graph", "e5_file", "pieces")
]
# Longer texts add time and no topic: the model reads 512 tokens, a chat message needs fewer.
_READ_CHARACTERS = 600
_REMEMBERED = 2000


class SentenceVectors:
    """Turns texts into vectors, a part of length one for each layer; remembers the latest ones."""

    def __init__(self) -> None:
        """Load the model: about a second."""
        from bot.nlu.encoder import Encoder

        self._encode = Encoder()
        self._lock = threading.Lock()
        self._latest: OrderedDict[str, Vector] = OrderedDict()

    def __call__(self, text: str) -> Vector:
        """Return the vector of ``text``; safe to call from several threads."""
        vector = self._latest.get(text)
        if vector is None:
            # Not within the lock: several messages may be read at once.
            vector = self._encode(_read(text))
            with self._lock:
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
        maker = _maker()
        if cache_file and cache_file.exists():
            stored = np.load(cache_file)
            if "maker" in stored and stored["maker"] == maker:
                known = dict(zip(stored["keys"].tolist(), stored["vectors"], strict=True))
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            vectors = pool.map(self._encode, map(_read, missing.values()))
            known.update(zip(missing, vectors, strict=True))
        if cache_file and missing:
            cache_file.parent.mkdir(parents=True, exist_ok=True)
            kept = np.stack(list(known.values()))
            np.savez(cache_file, keys=list(known), vectors=kept, maker=maker)
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


def _maker() -> str:
    parts = [repr(LAYERS).encode(), *(path.read_bytes() for path in _MADE_BY)]
    return hashlib.sha256(b"".join(parts)).hexdigest()


def _read(text: str) -> str:
    return text[:_READ_CHARACTERS]
