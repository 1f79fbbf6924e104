"""Finds the loud numbers of the encoder: ``python -m bench loud`` prints bot/nlu/loud.py anew.

The lines of data/crisis are read, and the largest value of every channel noted at each product
that the table may hold.
"""

import argparse
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import onnx
import onnxruntime

from bot.nlu.e5_file import load
from bot.nlu.encoder import Encoder, graph_of
from bot.nlu.loud import LOUD
from bot.settings import ROOT

_LINES = ROOT / "data" / "crisis" / "lines.tsv"
_PRODUCTS = (".fi", ".fo")
# Above this many times the 99th percentile a channel is loud; less than the least does no harm.
_LOUD, _LEAST = 1.5, 1.2


def measure(arguments: Sequence[str] = ()) -> int:
    """Print the table; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m bench loud", description=__doc__)
    parser.add_argument("--every", type=int, default=60, help="read each of so many lines (60)")
    options = parser.parse_args(arguments)
    lines = _LINES.read_text("utf-8").splitlines()[1 :: options.every]
    for product, largest in _largest([line.split("\t")[0] for line in lines]).items():
        times = largest / (_LOUD * np.percentile(largest, 99))
        loud = {int(i): round(float(times[i]), 1) for i in np.flatnonzero(times >= _LEAST)}
        if loud:
            print(f'    "{product}": {loud},')
    return 0


def _largest(texts: Sequence[str]) -> dict[str, npt.NDArray[np.float32]]:
    """Return by product the largest value of each of its channels."""
    encoder = Encoder()
    model = onnx.load_from_string(graph_of(load()))
    read = {
        node.input[1].removesuffix(".w"): node.input[0]
        for node in model.graph.node
        if node.op_type == "DynamicQuantizeMatMul"
        and node.input[1].removesuffix(".w").endswith(_PRODUCTS)
    }
    model.graph.output.extend(
        onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, None)
        for name in read.values()
    )
    session = onnxruntime.InferenceSession(model.SerializeToString())
    seen = [
        [
            np.abs(values).max(axis=0)
            for values in session.run([*read.values()], encoder.given(text))
        ]
        for text in texts
    ]
    largest = dict(zip(read, map(np.stack, zip(*seen, strict=True)), strict=True))
    return {
        product: values.max(axis=0) * _loudness(product, values.shape[1])
        for product, values in largest.items()
    }


def _loudness(product: str, channels: int) -> npt.NDArray[np.float32]:
    """Return by how much the encoder itself divides the channels of a product."""
    loudness = np.ones(channels, np.float32)
    loudness[list(LOUD.get(product, {}))] = list(LOUD.get(product, {}).values())
    return loudness
