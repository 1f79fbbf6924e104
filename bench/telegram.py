"""Many Telegram users beside as many web chats, all at once, through a stand-in of Telegram."""

import argparse
import asyncio
import math
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from bench import load, texts
from bench.systems import Polku
from bot.settings import load_settings
from bot.training import newest_model
from tests.support.telegram_server import TelegramServer, TelegramUser

RESULT = Path(__file__).parent / "results" / "telegram.md"
_LOOK_SECONDS = 0.02
_QUIET_SECONDS = 3.0
_GIVE_UP_SECONDS = 120.0


@dataclass
class Found:
    """What one channel's people met: times in seconds until the first part of an answer."""

    times: list[float] = field(default_factory=list)
    failed: int = 0
    seconds: float = 0.0


def measure(arguments: Sequence[str]) -> int:
    """Measure, print the table and keep it."""
    options = _options(arguments)
    models = load_settings().models_folder
    if newest_model(models) is None:
        print("bench: there is no trained model: run `make train` first", file=sys.stderr)
        return 1
    busy = os.getloadavg()[0]
    server = TelegramServer().start()
    system = Polku(models, server.environment())
    try:
        with tempfile.TemporaryDirectory() as folder:
            system.start(Path(folder))
            web, telegram = asyncio.run(_both(system, server, options.people, options.messages))
            table = _table(options, web, telegram, server, system, busy)
    finally:
        system.end()
        server.stop()
    print(table)
    RESULT.write_text(table + "\n", "utf-8")
    return 1 if web.failed or telegram.failed else 0


async def _both(
    system: Polku, server: TelegramServer, people: int, messages: int
) -> tuple[Found, Found]:
    sent = texts.varied(2 * people * messages)
    telegram, users = Found(), [server.user() for _ in range(people)]
    began = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        web = group.create_task(
            load.run("polku", system.url, people, messages, sent[: people * messages])
        )
        for number, user in enumerate(users):
            own = sent[(people + number) * messages :][:messages]
            group.create_task(_talk(user, own, telegram, began))
    found = web.result()
    return Found(found["times"], found["failed"], found["seconds"]), telegram


async def _talk(user: TelegramUser, own: Sequence[str], found: Found, began: float) -> None:
    """Say the texts of one person, each after the answer to the one before it."""
    for text in own:
        before, asked = len(user.received), time.perf_counter()
        user.say(text)
        while len(user.received) == before:
            await asyncio.sleep(_LOOK_SECONDS)
            if time.perf_counter() - asked > _GIVE_UP_SECONDS:
                found.failed += 1
                return
        found.times.append(time.perf_counter() - asked)
        found.seconds = time.perf_counter() - began
        await _quiet(user)


async def _quiet(user: TelegramUser) -> None:
    """Read the whole answer: it has ended when nothing more has come for a while."""
    count = -1
    while count != len(user.received):
        count = len(user.received)
        await asyncio.sleep(_QUIET_SECONDS)


def _table(
    options: argparse.Namespace,
    web: Found,
    telegram: Found,
    server: TelegramServer,
    system: Polku,
    busy: float,
) -> str:
    rows = [
        ("people at once", str(options.people), str(options.people)),
        ("messages", str(len(web.times)), str(len(telegram.times))),
        ("not answered", str(web.failed), str(telegram.failed)),
        ("first part of an answer, p50, s", _at(web, 0.5), _at(telegram, 0.5)),
        ("first part of an answer, p95, s", _at(web, 0.95), _at(telegram, 0.95)),
        ("all answered after, s", f"{web.seconds:.1f}", f"{telegram.seconds:.1f}"),
    ]
    day = datetime.now(UTC).date().isoformat()
    return "\n".join(
        [
            "# Telegram beside the web",
            "",
            f"Measured {day} by `python -m bench telegram`: all people begin at the same moment,"
            " and each sends the next message after the answer to the last. Telegram is a server"
            " on loopback. The bot sends at most 25 messages a second to Telegram, which allows"
            " about 30; crisis texts do not wait for that. Before the start the machine had a load"
            f" of {busy:.0f} on {os.cpu_count()} cores from other work.",
            "",
            "| | web | Telegram |",
            "|---|--:|--:|",
            *(f"| {name} | {on_web} | {on_telegram} |" for name, on_web, on_telegram in rows),
            "",
            f"{server.counts()['sendMessage']} messages sent to Telegram;"
            f" {system.unanswered_by_rasa()} messages of both answered without Rasa, which may"
            " take 6 seconds.",
        ]
    )


def _at(found: Found, part: float) -> str:
    if not found.times:
        return "–"
    return f"{sorted(found.times)[math.ceil(part * len(found.times)) - 1]:.2f}"


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench telegram", description=__doc__)
    parser.add_argument("--people", type=int, default=200, help="on each side (200)")
    parser.add_argument("--messages", type=int, default=3, help="of each of them (3)")
    return parser.parse_args(arguments)
