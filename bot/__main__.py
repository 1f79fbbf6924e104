"""The ``polku`` command."""

import argparse
import asyncio
import json
import logging
import os
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from actions.commands import BUTTON_INTENTS
from actions.context import answers
from bot import clock
from bot.settings import ROOT, Settings, SettingsError, load_settings
from services_catalog import CatalogueError

_PRECISE = "%(asctime)s %(levelname)s %(name)s: %(message)s"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code: 0 done, 1 failed, 2 wrong use."""
    # One thread a process for the sentence vectors: several wait for each other in a busy loop
    # when Rasa and the gateway share two processors, and a message takes twenty times as long.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    options = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format=_PRECISE, stream=sys.stderr)
    for library in ("alembic", "aiohttp.access", "asyncio", "httpx"):
        logging.getLogger(library).setLevel(logging.WARNING)
    run: Callable[[argparse.Namespace, Settings], int] = options.run
    try:
        return run(options, load_settings())
    except (SettingsError, CatalogueError) as error:
        print(f"polku: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="polku",
        description="Polku, the service guidance chatbot. Settings: polku.toml, docs/settings.md.",
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, run: Callable[..., int], text: str) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=text, description=text)
        command.set_defaults(run=run)
        return command

    add("serve", _serve, "Serve the chat, and start and watch Rasa.")
    add("train", _train, "Train the model if what it is made from has changed.")
    add("chat", _chat, "Talk with the bot in this terminal.")
    understand = add(
        "understand",
        _understand,
        "Read messages from standard input, one a line, and write what the bot makes of each "
        "as a JSON object a line: text, topic, need, second_need, confidence, crisis, sure. "
        "Starts no server and needs no network.",
    )
    understand.add_argument("--model", help="a model file; default: the newest in models/")
    understand.add_argument(
        "--explain",
        action="store_true",
        help="write for a reader, not a program: likeliest topics, nearest training examples, "
        "and which way of the crisis screen raised an alarm",
    )
    report = add(
        "nlu-report",
        _nlu_report,
        "Write a page for editors that tells how well held-out messages are understood, and "
        "what is mixed up.",
    )
    report.add_argument("--heldout", help="messages and topics; default: tests/nlu/heldout.tsv")
    report.add_argument("--out", help="the page; default: var/nlu-report.html")
    add("purge", _purge, "Erase everything whose time is over, now.")
    _add_guide_commands(commands)
    text = "Decide which lines from hand-offs the bot learns from."
    nlu = commands.add_parser("nlu", help=text, description=text)
    kinds = nlu.add_subparsers(required=True, metavar="COMMAND")
    text = "Accept or reject each waiting line; accepted ones go to data/nlu/reviewed.yml."
    review = kinds.add_parser("review", help=text, description=text)
    review.set_defaults(run=_nlu_review)
    stats = add(
        "stats",
        _stats,
        "Print what happened by week: chats, needs, check-ins, paths and what came of them. "
        "Groups smaller than five are not shown.",
    )
    stats.add_argument("--weeks", type=int, default=4, help="latest weeks at the most (4)")
    stats.add_argument("--json", action="store_true", help="as JSON")
    catalog = commands.add_parser(
        "catalog",
        help="Check and keep the catalogue.",
        description="Check and keep the catalogue.",
    )
    kinds = catalog.add_subparsers(required=True, metavar="COMMAND")
    text = "Check every file of the catalogue; exit code 1 when there is an error."
    check = kinds.add_parser("check", help=text, description=text)
    check.add_argument("--quiet", action="store_true", help="errors only, no warnings")
    check.set_defaults(run=_catalog_check)
    text = "List what an editor should check first."
    worklist = kinds.add_parser("worklist", help=text, description=text)
    worklist.add_argument("--most", type=int, default=40, help="rows at the most (40)")
    worklist.set_defaults(run=_catalog_worklist)
    text = "Note that a person has checked a service against its live page."
    verify = kinds.add_parser("verify", help=text, description=text)
    verify.add_argument("id", help="the id of the service")
    verify.add_argument("--day", type=date.fromisoformat, help="YYYY-MM-DD; default: today")
    verify.set_defaults(run=_catalog_verify)
    return parser


def _add_guide_commands(commands: Any) -> None:
    text = "Keep the accounts of the guides' desk."
    guide = commands.add_parser("guide", help=text, description=text)
    kinds = guide.add_subparsers(required=True, metavar="COMMAND")
    for name, text in (
        ("add", "Let a guide sign in; asks for a password or makes a one-time password."),
        ("list", "List the accounts."),
        ("disable", "Close an account and end its sessions; what it did stays in the log."),
        ("password", "Give an account a new password and end its sessions."),
    ):
        kind = kinds.add_parser(name, help=text, description=text)
        kind.set_defaults(run=_guide, command=name)
        if name != "list":
            kind.add_argument("name", metavar="NAME", help="the name to sign in with")
        if name == "add":
            kind.add_argument("--lead", action="store_true", help="may also read the audit log")
        if name == "password":
            kind.add_argument(
                "--without-codes", action="store_true", help="ask for no one-time codes any more"
            )


def _guide(options: argparse.Namespace, settings: Settings) -> int:
    from bot.desk import commands

    run = {
        "add": commands.add,
        "list": commands.show,
        "disable": commands.disable,
        "password": commands.password,
    }
    return run[options.command](options, settings)


def _nlu_review(options: argparse.Namespace, settings: Settings) -> int:
    from bot.desk.review_command import review

    return review(options, settings)


def _serve(_options: argparse.Namespace, settings: Settings) -> int:
    from aiohttp import web

    from bot.app import assemble, build

    server = settings.server
    app = build(assemble(settings, answers()))
    web.run_app(
        app,
        host=server.host,
        port=server.port,
        access_log=None,
        print=lambda _text: print(f"Polku: http://{server.host}:{server.port}", flush=True),
    )
    return 0


def _train(_options: argparse.Namespace, settings: Settings) -> int:
    # Nothing else runs while it trains, so all processors may read the examples.
    os.environ |= {"OMP_NUM_THREADS": str(os.cpu_count() or 1), "OMP_WAIT_POLICY": "passive"}
    from bot import crisis_classifier
    from bot.training import TrainingFailed, train
    from services_catalog import warm_up

    # Made here, so that no two processes make it at the same time.
    warm_up()
    models, vectors = settings.models_folder, settings.var / "cache" / "vectors.npz"
    try:
        with ThreadPoolExecutor() as pool:
            if not crisis_classifier.is_trained(models):
                print("reading the examples; this takes some minutes", flush=True)
                crisis_classifier.read_ahead(vectors)
                print("training the crisis screen beside the rest", flush=True)
            crisis = pool.submit(crisis_classifier.train, models, vectors)
            train(models, lambda line: print(line, flush=True))
            crisis.result()
    except TrainingFailed as error:
        print(f"polku: Rasa could not train:\n{error}", file=sys.stderr)
        return 1
    return 0


def _chat(_options: argparse.Namespace, settings: Settings) -> int:
    from bot.app import assemble, talk_in_terminal

    logging.getLogger().setLevel(logging.ERROR)
    print("Starting; this takes some 20 seconds.", flush=True)
    asyncio.run(talk_in_terminal(assemble(settings, answers())))
    return 0


def _understand(options: argparse.Namespace, settings: Settings) -> int:
    from bot.understanding import Understanding
    from services_catalog import load_catalogue

    model = _trained(settings, options.model)
    if model is None:
        return 1
    logging.getLogger().setLevel(logging.ERROR)
    catalogue = load_catalogue(settings.catalogue_folder)
    understanding = Understanding(model, catalogue, settings.models_folder)
    lines = (line.rstrip("\n") for line in sys.stdin)
    if options.explain:
        from bot.explaining import Examples, explained

        examples = Examples(settings.var / "cache" / "vectors.npz")
        for line in lines:
            reasons = understanding.reasons(line)
            print(explained(reasons, examples, lambda t: catalogue.topic(t).need), flush=True)
        return 0
    for line in lines:
        print(json.dumps(understanding(line).as_dict(), ensure_ascii=False), flush=True)
    return 0


def _nlu_report(options: argparse.Namespace, settings: Settings) -> int:
    from bot import nlu_report
    from bot.understanding import Understanding
    from services_catalog import load_catalogue

    heldout = Path(options.heldout) if options.heldout else nlu_report.HELDOUT
    if not heldout.exists():
        print(f"polku: there is no file {heldout}", file=sys.stderr)
        return 1
    try:
        rows = nlu_report.read(heldout)
    except ValueError as error:
        print(f"polku: {error}", file=sys.stderr)
        return 1
    model = _trained(settings, None)
    if model is None:
        return 1
    logging.getLogger().setLevel(logging.ERROR)
    catalogue = load_catalogue(settings.catalogue_folder)
    understanding = Understanding(model, catalogue, settings.models_folder)
    out = Path(options.out) if options.out else settings.var / "nlu-report.html"
    nlu_report.write(out, rows, understanding, catalogue, model.name)
    print(out)
    return 0


def _trained(settings: Settings, name: str | None) -> Path | None:
    """Return the model called ``name`` or the newest; without one, say so and return None."""
    from bot.training import newest_model

    model = Path(name) if name else newest_model(settings.models_folder)
    if model is None or not model.exists():
        print("polku: there is no trained model: run `polku train` first", file=sys.stderr)
        return None
    return model


def _purge(_options: argparse.Namespace, settings: Settings) -> int:
    from bot.retention import Erased, purge
    from bot.store import connect, migrate

    async def run() -> Erased:
        engine = connect(settings.database_url)
        await migrate(engine)
        erased = await purge(engine, settings)
        await engine.dispose()
        return erased

    print(f"erased: {asyncio.run(run())}")
    return 0


def _stats(options: argparse.Namespace, settings: Settings) -> int:
    from bot.counts import as_json, as_table
    from bot.store import CountStore, connect, migrate
    from services_catalog import load_catalogue

    async def read() -> dict[str, dict[str, int]]:
        engine = connect(settings.database_url)
        await migrate(engine)
        counted = await CountStore(engine).by_week(max(1, options.weeks))
        await engine.dispose()
        return counted

    counted = asyncio.run(read())
    if options.json:
        print(json.dumps(as_json(counted), ensure_ascii=False, indent=1))
    else:
        print(as_table(counted, load_catalogue(settings.catalogue_folder)))
    return 0


def _catalog_check(options: argparse.Namespace, settings: Settings) -> int:
    from services_catalog import check_folder
    from services_catalog.checks import long_sentences

    findings = check_folder(
        settings.catalogue_folder,
        clock.today(),
        settings.catalogue.max_age_days,
        expected_topics=_intents(),
    )
    errors = [finding for finding in findings if finding.level == "error"]
    for finding in errors if options.quiet else findings:
        print(
            f"{finding.level}: {finding.file}:{finding.line}: {finding.entry}: {finding.message}"
        )
    print(f"{len(errors)} errors, {len(findings) - len(errors)} warnings")
    if not errors:
        for kind, (long, total) in long_sentences(answers().catalogue).items():
            share = 100 * long / max(total, 1)
            print(f"{kind}: {long} of {total} sentences ({share:.1f} %) have over 12 words")
    return 1 if errors else 0


def _intents() -> list[str]:
    domain = yaml.safe_load((ROOT / "domain.yml").read_text("utf-8"))
    return [name for name in domain["intents"] if name not in BUTTON_INTENTS]


def _catalog_worklist(options: argparse.Namespace, settings: Settings) -> int:
    from services_catalog import load_catalogue, worklist

    for row in worklist(load_catalogue(settings.catalogue_folder), clock.today())[: options.most]:
        print(f"{row.age_days:5} days  {row.id}: {row.reason}")
    return 0


def _catalog_verify(options: argparse.Namespace, settings: Settings) -> int:
    from services_catalog import set_verified

    day = options.day or clock.today()
    set_verified(settings.catalogue_folder, options.id, day, today=clock.today())
    print(f"{options.id}: verified_on {day}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
