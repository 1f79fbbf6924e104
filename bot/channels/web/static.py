"""Style, script and icon: read once, compressed once, and cached by their content."""

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

_FOLDER = Path(__file__).parents[2] / "web" / "static"


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
        self._files = {path.name: _read(path) for path in sorted(folder.iterdir())}

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


def _read(path: Path) -> _File:
    body = path.read_bytes()
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return _File(body, gzip.compress(body, 9), kind, hashlib.sha256(body).hexdigest()[:12])
