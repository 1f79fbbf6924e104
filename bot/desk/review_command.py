"""``polku nlu review``: a lead decides in the terminal which lines the bot learns from."""

import asyncio
import sys
from argparse import Namespace

from bot import clock, reviewed
from bot.settings import Settings
from bot.store import connect, migrate
from bot.store.audit import AuditLog
from bot.store.guides import Guide
from bot.store.review import ReviewLine, ReviewStore
from services_catalog import load_catalogue

_OPERATOR = Guide("", "ylläpito", "")
_HELP = "[a]ccept, a TOPIC, [r]eject, [s]kip, [q]uit"


def review(_options: Namespace, settings: Settings) -> int:
    """Show each line with its suggested topic and carry out what is decided."""
    topics = {topic.id for topic in load_catalogue(settings.catalogue_folder).topics}

    async def run() -> None:
        engine = connect(settings.database_url)
        try:
            await migrate(engine)
            store, audit = ReviewStore(engine), AuditLog(engine)
            lines = await store.all()
            accepted = 0
            for number, line in enumerate(lines, start=1):
                print(f"{number}/{len(lines)}  {line.text}\n  suggested: {line.suggested or '-'}")
                decision, topic = _decision(line, topics)
                if decision == "quit":
                    break
                if decision == "skip":
                    continue
                if decision == "accept":
                    accepted += reviewed.accept(settings.reviewed_file, topic, line.text)
                await store.drop(line.id)
                await audit.note(_OPERATOR, f"teach_{decision}", line.id, clock.now(), topic)
            print(f"{accepted} new examples in {settings.reviewed_file.name}")
            if accepted:
                print("run `polku train` for the bot to learn them")
        finally:
            await engine.dispose()

    asyncio.run(run())
    return 0


def _decision(line: ReviewLine, topics: set[str]) -> tuple[str, str]:
    """Ask until the answer can be carried out; the end of the input means quit."""
    while True:
        print(f"  {_HELP}: ", end="", flush=True)
        word, _, topic = sys.stdin.readline().strip().partition(" ")
        topic = topic.strip() or line.suggested
        if word in ("", "q"):
            return "quit", ""
        if word in ("s", "r"):
            return {"s": "skip", "r": "reject"}[word], ""
        if word == "a" and topic in topics:
            return "accept", topic
        print(f"  there is no topic {topic!r}" if word == "a" else "  one letter, please")
