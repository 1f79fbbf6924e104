"""The errand list as a tagged PDF (PDF/UA-1): A4, large type, fonts inside."""

import json
from dataclasses import asdict
from pathlib import Path

from bot.paths.errand_list import ErrandList

_HERE = Path(__file__).parent


def as_pdf(errands: ErrandList) -> bytes:
    """Return the list as a PDF; takes a fraction of a second, so call it in a thread."""
    # Only now: nobody who chats should wait for it.
    import typst

    made: bytes = typst.compile(
        str(_HERE / "errand_list.typ"),
        root=str(_HERE),
        font_paths=[str(_HERE / "fonts")],
        ignore_system_fonts=True,
        # As data, never as markup: what a client wrote cannot become a command.
        sys_inputs={"errands": json.dumps(asdict(errands), ensure_ascii=False)},
        pdf_standards=["ua-1"],
    )
    return made
