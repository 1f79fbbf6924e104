"""The chat on other sites: the launcher, and a page to try it on."""

import json
from pathlib import Path

import aiohttp_jinja2
from aiohttp import web
from rjsmin import jsmin

from bot.channels.web.headers import policy
from bot.channels.web.keys import PARTS

routes = web.RouteTableDef()

_LAUNCHER = Path(__file__).parents[2] / "web" / "embed.js"


@routes.get("/embed.js")
async def launcher(request: web.Request) -> web.Response:
    """Return the script that a site puts on its page."""
    name = request.app[PARTS].settings.organisation.name
    source = _LAUNCHER.read_text("utf-8").replace("'NAME'", json.dumps(name, ensure_ascii=False))
    response = web.Response(
        text=jsmin(source),
        content_type="text/javascript",
        charset="utf-8",
        headers={
            "Cache-Control": "public, max-age=3600",
            # Made to be loaded by other sites.
            "Cross-Origin-Resource-Policy": "cross-origin",
        },
    )
    response.enable_compression()
    return response


@routes.get("/embed-demo")
async def demo(request: web.Request) -> web.Response:
    """Show a page as another site would have it, when the settings allow it."""
    if not request.app[PARTS].settings.embed.demo:
        raise web.HTTPNotFound
    page: web.Response = aiohttp_jinja2.render_template("embed-demo.html", request, {})
    page.headers["Content-Security-Policy"] = policy("'none'", frames="'self'")
    return page
