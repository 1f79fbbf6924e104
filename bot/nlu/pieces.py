"""Cuts a text into the pieces of a SentencePiece unigram model, the likeliest way."""

import math
import re
from collections.abc import Sequence

# SentencePiece writes spaces with this sign, one before each word.
_SPACE = "\u2581"
# An unknown character costs this much more than the least likely piece, as in SentencePiece.
_UNKNOWN_COSTS = 10.0


class Pieces:
    """A vocabulary of pieces with log probabilities."""

    def __init__(
        self,
        pieces: Sequence[str],
        scores: Sequence[float],
        unknown: int,
        normal: dict[int, str],
    ) -> None:
        """Use these pieces.

        Args:
            pieces: Texts by id.
            scores: Log probability of each.
            unknown: Id of the piece for a character that no piece has.
            normal: What a character (its code) is read as, where that is not itself.
        """
        self._known = {
            piece: (i, score)
            for i, (piece, score) in enumerate(zip(pieces, scores, strict=True))
            if piece and i != unknown
        }
        self._unknown = (unknown, min(scores) - _UNKNOWN_COSTS)
        self._longest = max(map(len, self._known))
        self._normal = normal

    def ids(self, text: str) -> list[int]:
        """Return the ids of the pieces of ``text``, in order."""
        plain = re.sub(" +", " ", text.translate(self._normal))
        marked = plain.replace(" ", _SPACE)
        if not marked.startswith(_SPACE):
            marked = _SPACE + marked
        # For each place: the score of the best way there, its last piece, and where that begins.
        best = [(0.0, -1, 0)] + [(-math.inf, -1, 0)] * len(marked)
        for start in range(len(marked)):
            so_far = best[start][0]
            for end in range(start + 1, min(start + self._longest, len(marked)) + 1):
                found = self._known.get(marked[start:end])
                if found is None and end == start + 1:
                    found = self._unknown
                if found and so_far + found[1] > best[end][0]:
                    best[end] = (so_far + found[1], found[0], start)
        ids = []
        at = len(marked)
        while at:
            _, piece, at = best[at]
            ids.append(piece)
        return ids[::-1]
