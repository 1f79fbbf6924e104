"""Building what onnxruntime runs."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
import onnxruntime
from onnx import helper, numpy_helper

# Of ONNX: the newest with all that is used here; com.microsoft has the product in 8 bits.
_OPERATORS = {"": 17, "com.microsoft": 1}
_FORMAT = 8
# Weights of 7 bits: with 8, sums overflow on processors without VNNI, and results differ.
_MOST = 63

Shape = list[int | str]


class Graph:
    """An ONNX graph in the making; methods return the name of what they add."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._nodes: list[onnx.NodeProto] = []
        self._constants: list[onnx.TensorProto] = []

    def constant(self, name: str, value: npt.NDArray[Any]) -> str:
        """Add an array."""
        self._constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def node(self, operator: str, *inputs: str, **options: Any) -> str:
        """Add an operation with one result."""
        name = f"n{len(self._nodes)}"
        self._nodes.append(helper.make_node(operator, inputs, [name], name=name, **options))
        return name

    def product(
        self,
        x: str,
        name: str,
        whole: npt.NDArray[np.int8],
        scales: npt.NDArray[np.float32],
        bias: npt.NDArray[np.float32] | None = None,
    ) -> str:
        """Multiply with a matrix from ``in_whole_numbers``, read ``x`` as 8 bits, add ``bias``."""
        inputs = [x, self.constant(f"{name}.w", whole), self.constant(f"{name}.s", scales)]
        if bias is not None:
            inputs += ["", self.constant(f"{name}.b", bias)]
        return self.node("DynamicQuantizeMatMul", *inputs, domain="com.microsoft")

    def largest(self, x: str, count: int) -> tuple[str, str]:
        """Find the ``count`` largest values of each row, largest first, and their places."""
        names = (f"{x}.values", f"{x}.places")
        inputs = [x, self.constant(f"{x}.count", np.array([count], np.int64))]
        self._nodes.append(helper.make_node("TopK", inputs, names))
        return names

    def model(
        self,
        given: Mapping[str, Shape],
        results: Mapping[str, Shape],
        places: Mapping[str, Shape] | None = None,
    ) -> bytes:
        """Return the graph from ``given`` to ``results``, names and shapes of floats.

        Args:
            given: What a run is given.
            results: What it returns.
            places: What it returns after these: whole numbers.
        """
        returned = [*_infos(results), *_infos(places or {}, onnx.TensorProto.INT64)]
        graph = helper.make_graph(self._nodes, "polku", _infos(given), returned, self._constants)
        sets = [helper.make_opsetid(name, version) for name, version in _OPERATORS.items()]
        model = helper.make_model(graph, opset_imports=sets, ir_version=_FORMAT)
        serialised: bytes = model.SerializeToString()
        return serialised


def in_whole_numbers(
    rows: npt.NDArray[np.float32],
) -> tuple[npt.NDArray[np.int8], npt.NDArray[np.float32]]:
    """Return ``rows`` as columns of whole numbers, and the scale of each column."""
    scales = np.maximum(np.abs(rows).max(axis=1), np.float32(1e-9)) / _MOST
    return np.round(rows.T / scales).astype(np.int8), scales


def session(model: bytes) -> Any:
    """Return an onnxruntime session that runs ``model``; safe to call from several threads."""
    options = onnxruntime.SessionOptions()
    # One message at a time is short: more threads would only wait for each other.
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def _infos(
    named: Mapping[str, Shape], kind: int = onnx.TensorProto.FLOAT
) -> list[onnx.ValueInfoProto]:
    return [helper.make_tensor_value_info(name, kind, shape) for name, shape in named.items()]
