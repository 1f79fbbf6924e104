"""PDF files from a typst template and data: tagged (PDF/UA-1), fonts inside."""

import json
import unicodedata
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

_FONTS = Path(__file__).parent / "fonts"


def typeset(template: Path, data: Mapping[str, Any]) -> bytes:
    """Return the PDF that ``template`` makes of ``data``.

    Takes a fraction of a second: call it in a thread.

    Args:
        template: A ``.typ`` file that reads ``sys.inputs.data``.
        data: What it sets, as plain data.
    """
    # Only now: nobody who chats should wait for it.
    import typst

    made: bytes = typst.compile(
        str(template),
        root=str(template.parent),
        font_paths=[str(_FONTS)],
        ignore_system_fonts=True,
        # As data, never as markup: what a client wrote cannot become a command.
        sys_inputs={"data": json.dumps(_printable(data), ensure_ascii=False)},
        pdf_standards=["ua-1"],
    )
    return made


def _printable(value: Any) -> Any:
    """Return plain data without letters that the fonts lack, which PDF/UA refuses.

    Emoji are left out; letters of other scripts become question marks.
    """
    if isinstance(value, str):
        return "".join(map(_letter, unicodedata.normalize("NFC", value)))
    if isinstance(value, Mapping):
        return {key: _printable(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_printable(each) for each in value]
    return value


def _letter(letter: str) -> str:
    if letter == "\n" or ord(letter) in _letters():
        return letter
    return "?" if unicodedata.category(letter)[0] == "L" else " " if letter.isspace() else ""


@cache
def _letters() -> frozenset[int]:
    from fontTools.ttLib import TTFont

    covered = [set(TTFont(path, lazy=True).getBestCmap()) for path in _FONTS.glob("*.otf")]
    return frozenset(set.intersection(*covered))
