"""Which labels the nearest examples of a message have: a look from another side.

A linear model draws straight borders; the nearest examples know of islands. Mixed in by a third
they raise what is understood of indirect messages most (docs/decisions/0035).
"""

import numpy as np
import numpy.typing as npt

from bot.nlu.onnx_graph import Graph, in_whole_numbers, session

Matrix = npt.NDArray[np.float32]

# Chosen on the held-out messages: more dimensions and fewer or more neighbours gain nothing.
_DIMENSIONS = 192
_NEAREST = 100
_STEEPNESS = 20.0


class Neighbours:
    """Examples as short vectors of length one, in whole numbers.

    Attributes:
        basis: Turns a vector into a short one; a row for each of its numbers.
        examples: Short vectors, a column each.
        scales: What a column's whole numbers are multiplied by.
        columns: For each example the column of its label.
        weights: For each label how much one example of it counts.
    """

    def __init__(
        self,
        basis: Matrix,
        examples: npt.NDArray[np.int8],
        scales: Matrix,
        columns: npt.NDArray[np.int32],
        weights: Matrix,
    ) -> None:
        """Take what ``fit`` found."""
        self.basis = basis
        self.examples = examples
        self.scales = scales
        self.columns = columns
        self.weights = weights
        self._nearest = session(_search(examples, scales))

    @classmethod
    def fit(cls, vectors: Matrix, columns: npt.NDArray[np.int_], labels: int) -> "Neighbours":
        """Learn from examples.

        Args:
            vectors: Their vectors around zero, one row each.
            columns: The column of each one's label.
            labels: How many labels there are.
        """
        # The directions in which the examples differ most (principal components).
        _, directions = np.linalg.eigh(vectors.T @ vectors)
        basis = np.ascontiguousarray(directions[:, -_DIMENSIONS:], np.float32)
        examples, scales = in_whole_numbers(_shortened(vectors, basis))
        # A label with many examples is near to everything.
        counts = np.bincount(columns, minlength=labels)
        weights = 1 / np.sqrt(np.maximum(counts, 1), dtype=np.float32)
        return cls(basis, examples, scales, columns.astype(np.int32), weights)

    def shares(self, vectors: Matrix) -> Matrix:
        """Return for each vector the shares of the labels among its nearest examples."""
        shares = np.zeros((len(vectors), len(self.weights)), np.float32)
        for row, near in zip(shares, _shortened(vectors, self.basis), strict=True):
            closeness, chosen = self._nearest.run(None, {"near": near[np.newaxis]})
            columns = self.columns[chosen[0]]
            counted = np.exp(_STEEPNESS * (closeness[0] - closeness[0, 0]))
            np.add.at(row, columns, counted * self.weights[columns])
            row /= row.sum()
        return shares


def _search(examples: npt.NDArray[np.int8], scales: Matrix) -> bytes:
    """Return the ONNX model that finds the nearest examples of one short vector."""
    graph = Graph()
    closeness = graph.product("near", "examples", examples, scales)
    nearest = min(_NEAREST, len(scales))
    values, places = graph.largest(closeness, nearest)
    return graph.model(
        {"near": [1, len(examples)]}, {values: [1, nearest]}, {places: [1, nearest]}
    )


def _shortened(vectors: Matrix, basis: Matrix) -> Matrix:
    short = vectors @ basis
    lengths = np.linalg.norm(short, axis=1, keepdims=True) + np.float32(1e-9)
    shortened: Matrix = (short / lengths).astype(np.float32)
    return shortened
