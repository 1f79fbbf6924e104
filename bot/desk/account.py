"""A guide's own account: the password and one-time codes."""

from typing import Any

import aiohttp_jinja2
import pyotp
from aiohttp import web

from bot import clock
from bot.channels.web.keys import PARTS
from bot.desk import access
from bot.desk.accounts import (
    LONGEST_PASSWORD,
    SHORTEST_PASSWORD,
    BadPassword,
    TooManyTries,
    WrongSignIn,
)
from bot.desk.keys import DESK
from bot.store.guides import Guide

routes = web.RouteTableDef()

_SEE_OTHER = 303
_WELCOME = "/desk/?tieto=tervetuloa"
_FAULTS = {
    "short": f"Uusi salasana on liian lyhyt. Kirjoita vähintään {SHORTEST_PASSWORD} merkkiä.",
    "long": f"Uusi salasana on liian pitkä. Kirjoita enintään {LONGEST_PASSWORD} merkkiä.",
    "name": "Uusi salasana on liian helppo arvata. Keksi toinen.",
    "same": "Uusi salasana on sama kuin vanha. Keksi toinen.",
    "differ": "Uudet salasanat eivät ole samat. Kirjoita ne uudelleen.",
}
_WRONG_OLD = "Nykyinen salasana on väärin. Kirjoita se uudelleen."
_WAIT = "Salasana oli väärin monta kertaa. Odota {minutes} minuuttia."
_WRONG_CODE = "Koodi on väärin. Odota uutta koodia ja kirjoita se."
_DONE = {
    "salasana": "Salasana on vaihdettu. Muut istuntosi on suljettu.",
    "koodi": "Kertakoodi on käytössä. Tarvitset sen, kun kirjaudut.",
    "ei-koodia": "Kertakoodi ei ole enää käytössä.",
}


@routes.get("/desk/tili")
async def account_page(request: web.Request) -> web.Response:
    """Show the account and what can be changed."""
    guide = await access.guide(request)
    return await _page(request, guide, done=_DONE.get(request.query.get("tehty", ""), ""))


@routes.get(access.NEW_PASSWORD)
async def password_page(request: web.Request) -> web.Response:
    """Show the form for a new password."""
    await access.guide(request)
    return _password_page(request)


@routes.post(access.NEW_PASSWORD)
async def change_password(request: web.Request) -> web.Response:
    """Change the password, end every session and begin a new one here."""
    guide = await access.guide(request)
    form = await request.post()
    await access.check_form(request, form)
    old, new, again = (str(form.get(field, "")) for field in ("old", "new", "again"))
    desk = request.app[DESK]
    session = await desk.accounts.signed_in(access.token_of(request), by_hand=True)
    begins = session is not None and session.must_change
    try:
        await desk.accounts.change_password(guide, old, new, again)
    except WrongSignIn:
        return _password_page(request, _WRONG_OLD)
    except TooManyTries as error:
        return _password_page(request, _WAIT.format(minutes=error.minutes))
    except BadPassword as error:
        return _password_page(request, _FAULTS[error.fault])
    await desk.audit.note(guide, "password", "", clock.now())
    # Who came with a one-time password is led to the work, not to the account.
    response = _to(_WELCOME if begins else "/desk/tili?tehty=salasana")
    access.give_cookie(request, response, await desk.accounts.begin(guide))
    return response


@routes.get("/desk/kertakoodi")
async def code_page(request: web.Request) -> web.Response:
    """Show a new secret for an authenticator, as a key that can be typed."""
    guide = await access.guide(request)
    _, sealed = request.app[DESK].accounts.new_code_secret()
    return _code_page(request, guide, sealed)


@routes.post("/desk/kertakoodi")
async def use_codes(request: web.Request) -> web.Response:
    """Ask for one-time codes from now on."""
    guide = await access.guide(request)
    form = await request.post()
    await access.check_form(request, form)
    sealed, code = str(form.get("sealed", "")), str(form.get("code", ""))
    desk = request.app[DESK]
    try:
        await desk.accounts.use_codes(guide, sealed, code)
    except WrongSignIn:
        return _code_page(request, guide, sealed, _WRONG_CODE)
    await desk.audit.note(guide, "codes_on", "", clock.now())
    return _to("/desk/tili?tehty=koodi")


@routes.post("/desk/kertakoodi/pois")
async def drop_codes(request: web.Request) -> web.Response:
    """Ask for no codes any more."""
    guide = await access.guide(request)
    form = await request.post()
    await access.check_form(request, form)
    desk = request.app[DESK]
    try:
        await desk.accounts.drop_codes(guide, str(form.get("password", "")))
    except WrongSignIn:
        return await _page(request, guide, notice=_WRONG_OLD)
    except TooManyTries as error:
        return await _page(request, guide, notice=_WAIT.format(minutes=error.minutes))
    await desk.audit.note(guide, "codes_off", "", clock.now())
    return _to("/desk/tili?tehty=ei-koodia")


async def _page(
    request: web.Request, guide: Guide, *, notice: str = "", done: str = ""
) -> web.Response:
    has_codes = await request.app[DESK].accounts.has_codes(guide)
    return _render(request, "desk/account.html", notice, {"has_codes": has_codes, "done": done})


def _password_page(request: web.Request, notice: str = "") -> web.Response:
    return _render(request, "desk/password.html", notice, {"shortest": SHORTEST_PASSWORD})


def _code_page(request: web.Request, guide: Guide, sealed: str, notice: str = "") -> web.Response:
    accounts = request.app[DESK].accounts
    try:
        secret = accounts.code_secret(sealed)
    except WrongSignIn:
        secret, sealed = accounts.new_code_secret()
    issuer = request.app[PARTS].settings.organisation.name
    return _render(
        request,
        "desk/codes.html",
        notice,
        {
            "key": " ".join(secret[i : i + 4] for i in range(0, len(secret), 4)),
            "uri": pyotp.TOTP(secret, name=guide.name, issuer=issuer).provisioning_uri(),
            "sealed": sealed,
        },
    )


def _render(
    request: web.Request, template: str, notice: str, more: dict[str, Any]
) -> web.Response:
    page: web.Response = aiohttp_jinja2.render_template(
        template,
        request,
        {"notice": notice, "section": "tili", **more},
        status=403 if notice else 200,
    )
    return page


def _to(address: str) -> web.Response:
    return web.Response(status=_SEE_OTHER, headers={"Location": address})
