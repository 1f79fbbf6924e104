"""A whole gateway inside the test's own process: the real application on a real SQLite file."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from aiohttp.test_utils import TestClient, TestServer

from actions.context import answers
from bot.app import Gateway, assemble, build
from bot.settings import load_settings
from bot.store import Message

ROOT = Path(__file__).resolve().parents[2]

PATH = {
    "municipality": "Jyväskylä",
    "summary": "Näissä on nyt huolia: raha.",
    "things": [
        {
            "area": "raha",
            "worry": "rahat ovat loppu",
            "words": "mulla ei oo rahaa ruokaan",
            "topic": "money_gone",
            "step": "Soita Kelaan, kun se on auki.",
            "services": ["kela-kiireellinen-toimeentulotuki", "kela-asiakaspalvelu"],
            "accepted": "kela-kiireellinen-toimeentulotuki",
        }
    ],
}


@dataclass
class House:
    """A running gateway, and a client's program that talks to it."""

    gateway: Gateway
    http: TestClient

    async def chat(self, path: dict | None = None) -> tuple[str, dict[str, str]]:
        """Open a chat, give it a path as the dialogue does, return its id and its headers."""
        chat, token, _ = await self.gateway.conversation.start("web")
        if path is not None:
            await self.effect("path", chat.id, path)
        return chat.id, {"Authorization": f"Bearer {token}"}

    async def effect(self, name: str, chat: str, value: object) -> list[Message]:
        """Carry out an effect of the dialogue in a chat, and store what is said."""
        said = Message("client", "Kyllä", self.gateway.conversation.greeting().at)
        handler = {
            "path": self.gateway.paths.save,
            "errand_list": self.gateway.paths.show_list,
            "keep_path": self.gateway.paths.keep,
        }[name]
        replies = await handler(chat, said, value)
        return [await self.gateway.store.add(chat, reply) for reply in replies]

    async def code(self, chat: str) -> str:
        """Keep the chat's path and return its code."""
        [said] = await self.effect("keep_path", chat, True)
        return said.text.split("\n\n")[1]


@asynccontextmanager
async def open_house(folder: Path, **environment: str) -> AsyncIterator[House]:
    """Run a gateway without a model in ``folder``."""
    settings = load_settings(
        {"POLKU_VAR": str(folder), "POLKU_MODELS": str(folder / "models"), **environment}
    )
    gateway = assemble(settings, answers())
    async with TestClient(TestServer(build(gateway))) as http:
        yield House(gateway, http)
