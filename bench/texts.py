"""The messages that are sent: realistic Finnish ones, each spelt a little differently."""

import itertools
import random
from pathlib import Path

_FILE = Path(__file__).with_name("messages.txt")
_WORDS_A_SLIP = 3
_LONG_ENOUGH = 4


def messages() -> list[str]:
    """Return the fixed list."""
    return [line for line in _FILE.read_text("utf-8").splitlines() if line]


def varied(count: int, seed: int = 1) -> list[str]:
    """Return ``count`` messages, no two alike; the same ones for the same ``seed``.

    People do not send one text twice, but a list of sixty would: whatever remembers texts would
    look faster than it is. So each message gets slips of the finger, as typed on a phone.
    """
    chance = random.Random(seed)
    base = messages()
    seen: set[str] = set()
    found: list[str] = []
    for original in itertools.cycle(base):
        if len(found) == count:
            break
        text = _misspelt(original, chance)
        if text not in seen:
            found.append(text)
        seen.add(text)
    chance.shuffle(found)
    return found


def _misspelt(text: str, chance: random.Random) -> str:
    words = text.split(" ")
    long = [i for i, word in enumerate(words) if len(word) >= _LONG_ENOUGH]
    for i in chance.sample(long, -(-len(long) // _WORDS_A_SLIP)):
        words[i] = _slip(words[i], chance)
    return " ".join(words)


def _slip(word: str, chance: random.Random) -> str:
    at = chance.randrange(1, len(word) - 1)
    return chance.choice(
        (
            word[:at] + word[at + 1 :],
            word[:at] + word[at] + word[at:],
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
        )
    )
