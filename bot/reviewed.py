"""``data/nlu/reviewed.yml``: lines from real chats that a lead has accepted for training."""

from pathlib import Path

import yaml

from bot.nlu.text import clean

_HEAD = """\
# Lines that a lead has accepted (polku nlu review, or the desk). Masked, and without a way back
# to the chat they came from. `polku train` reads them with the other examples.
"""


class NotAnExample(ValueError):
    """The text cannot be an example."""


def read(path: Path) -> dict[str, list[str]]:
    """Return the accepted examples by topic; none when there is no file yet."""
    if not path.exists():
        return {}
    content = yaml.safe_load(path.read_text("utf-8")) or {}
    return {
        entry["intent"]: [
            line.removeprefix("- ") for line in entry["examples"].splitlines() if line
        ]
        for entry in content.get("nlu", [])
    }


def accept(path: Path, topic: str, text: str) -> bool:
    """Add an example to a topic; return False when that topic has it already.

    The file is written anew and put in place in one step, so that training never reads half.

    Raises:
        NotAnExample: Nothing is left of the text.
    """
    example = as_example(text)
    examples = read(path)
    of_topic = examples.setdefault(topic, [])
    if example.casefold() in (known.casefold() for known in of_topic):
        return False
    of_topic.append(example)
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_suffix(".new")
    new.write_text(_written(examples), "utf-8")
    new.replace(path)
    return True


def as_example(text: str) -> str:
    """Return ``text`` as one line without the marks that Rasa reads as entities.

    Raises:
        NotAnExample: Nothing is left of it.
    """
    without_marks = clean(text).translate(str.maketrans("[](){}", "      "))
    one_line = " ".join(without_marks.split())
    # What cannot be printed cannot be in YAML.
    example = "".join(filter(str.isprintable, one_line)).strip().lstrip("-/ ")
    if not any(character.isalpha() for character in example):
        raise NotAnExample(text)
    return example


def _written(examples: dict[str, list[str]]) -> str:
    entries = [
        f"- intent: {topic}\n  examples: |\n" + "".join(f"    - {line}\n" for line in lines)
        for topic, lines in sorted(examples.items())
    ]
    return _HEAD + 'version: "3.1"\nnlu:\n' + "".join(entries)
