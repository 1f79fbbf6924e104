"""The errand list as plain text, to copy or to read on a small phone."""

from bot.paths.errand_list import Entry, ErrandList, Line, Section, Sheet

_BLANK = "________________________"


def as_text(errands: ErrandList) -> str:
    """Return the list as lines of text, each thing under its own heading."""
    parts = [f"{errands.title}. {errands.made}."]
    parts += [_sheet(sheet) for sheet in errands.sheets]
    return "\n\n".join([*parts, errands.emergency]) + "\n"


def _sheet(sheet: Sheet) -> str:
    source = [f"{sheet.source}."] if sheet.source else []
    sections = [_section(section) for section in sheet.sections]
    return "\n\n".join([f"{sheet.n}. {sheet.title}", *sections, *source])


def _section(section: Section) -> str:
    lines = [f"{section.title}:"]
    if section.quote:
        lines.append(f'"{section.quote}"')
    return "\n".join([*lines, *map(_entry, section.entries)])


def _entry(entry: Entry) -> str:
    if entry.blanks > 1:
        numbered = [f"  {n}. {_BLANK}" for n in range(1, entry.blanks + 1)]
        return "\n".join([f"- {entry.label}:", *numbered])
    said = "; ".join(map(_line, entry.lines))
    blank = _BLANK if entry.blanks or not said else ""
    return " ".join(filter(None, [f"- {entry.label}:", said, blank]))


def _line(line: Line) -> str:
    text = line.href if line.href.startswith("http") else line.text
    return f"{text} ({line.note.rstrip('.')})" if line.note else text
