"""The action server, inside the gateway and on loopback, so that it shares the catalogue."""

import asyncio
import logging
from typing import TYPE_CHECKING

from aiohttp import web

if TYPE_CHECKING:
    from rasa_sdk.executor import ActionExecutor

log = logging.getLogger(__name__)

# A tracker with its events is some tens of kilobytes.
_LARGEST_BODY = 8 * 1024 * 1024


class ActionsServer:
    """Runs the actions of the package ``actions`` for Rasa, as ``rasa run actions`` does."""

    def __init__(self) -> None:
        """Prepare, but load and start nothing."""
        self._executor: ActionExecutor | None = None
        self._runner: web.AppRunner | None = None
        self.url = ""

    async def start(self) -> None:
        """Load the actions and listen on a free port of loopback."""
        self._executor = await asyncio.to_thread(_load)
        app = web.Application(client_max_size=_LARGEST_BODY)
        app.router.add_post("/webhook", self._webhook)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        port = self._runner.addresses[0][1]
        self.url = f"http://127.0.0.1:{port}/webhook"

    async def stop(self) -> None:
        """Stop listening."""
        if self._runner:
            await self._runner.cleanup()

    async def _webhook(self, request: web.Request) -> web.Response:
        from rasa_sdk.interfaces import ActionExecutionRejection, ActionNotFoundException

        assert self._executor
        call = await request.json()
        try:
            result = await self._executor.run(call)
        except ActionExecutionRejection as error:
            return web.json_response(
                {"error": str(error), "action_name": error.action_name}, status=400
            )
        except ActionNotFoundException as error:
            return web.json_response(
                {"error": "not found", "action_name": error.action_name}, status=404
            )
        return web.json_response(result)


def _load() -> "ActionExecutor":
    # Importing rasa_sdk takes a second, in which the gateway answers people already.
    from rasa_sdk.executor import ActionExecutor

    executor = ActionExecutor()
    executor.register_package("actions")
    return executor
