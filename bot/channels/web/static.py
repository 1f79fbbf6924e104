"""Style, script and icon: read, made small and compressed once, and cached by their content."""

import gzip
import hashlib
import mimetypes
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web
from rcssmin import cssmin
from rjsmin import jsmin

_FOLDER = Path(__file__).parents[2] / "web" / "static"
_SMALLER: dict[str, Callable[[str], str]] = {".css": cssmin, ".js": jsmin}

# Fewer requests: each costs a slow network's client half a second.
_ADDED = {"chat.js": "comfort.js"}
_STYLE = ("tokens.css", "chat.css")

# The dark colours are written once, for devices that ask for them. A client who chose colours
# gets the same file with that question answered.
_QUESTION = "@media (prefers-color-scheme: dark)"
_ANSWERS = {
    "page.css": _QUESTION,
    "page-light.css": "@media not all",
    "page-dark.css": "@media all",
}


@dataclass(frozen=True)
class _File:
    body: bytes
    packed: bytes
    kind: str
    version: str


class Static:
    """The files of ``bot/web/static``."""

    def __init__(self, folder: Path = _FOLDER) -> None:
        """Read every file of ``folder``."""
        texts = {path.name: path.read_text("utf-8") for path in folder.iterdir()}
        for whole, part in _ADDED.items():
            texts[whole] += texts.pop(part)
        for name, answer in _ANSWERS.items():
            texts[name] = "".join(texts[part] for part in _STYLE).replace(_QUESTION, answer)
        self._files = {name: _file(name, text) for name, text in texts.items()}

    def url(self, name: str) -> str:
        """Return the address of a file; it changes with the file's content."""
        return f"/static/{name}?v={self._files[name].version}"

    async def serve(self, request: web.Request) -> web.Response:
        """Return a file, which a browser may keep for good."""
        file = self._files.get(request.match_info["name"])
        if file is None:
            raise web.HTTPNotFound
        packed = "gzip" in request.headers.get("Accept-Encoding", "")
        headers = {
            "Cache-Control": "public, max-age=31536000, immutable",
            "Vary": "Accept-Encoding",
            **({"Content-Encoding": "gzip"} if packed else {}),
        }
        return web.Response(
            body=file.packed if packed else file.body,
            content_type=file.kind,
            charset="utf-8",
            headers=headers,
        )


STATIC = web.AppKey("static", Static)


def _file(name: str, text: str) -> _File:
    body = _SMALLER.get(Path(name).suffix, str)(text).encode("utf-8")
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return _File(body, gzip.compress(body, 9), kind, hashlib.sha256(body).hexdigest()[:12])
