"""Two gateways on one PostgreSQL and one Redis work as one."""

import io
import os
import re
import subprocess
import sys
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta

import psycopg
import pytest
import requests
from psycopg import sql

from bot import clock
from bot.__main__ import main
from tests.support.client import ChatClient, open_stream
from tests.support.desk import DeskClient
from tests.support.gateway import ROOT, RunningGateway, free_port
from tests.support.office import Office, log, office_config, queue_up, say, take, waiting
from tests.support.servers import Postgres, RedisServer

CANARY = "kanarialintu laulaa"
# Less than the 15 seconds after which an event stream looks by itself.
SOON = 10


@dataclass
class Pair:
    """Two gateways, which any request may reach."""

    a: RunningGateway
    b: RunningGateway
    database: str
    redis: RedisServer

    def at(self, gateway: RunningGateway, client: ChatClient) -> ChatClient:
        """Return the same client, whose next requests reach another gateway."""
        return ChatClient(gateway.url, client.chat, client.token, client.greeting)

    def rows(self, table: str) -> list[str]:
        with psycopg.connect(self.database) as connection:
            query = sql.SQL("SELECT t::text FROM {} t").format(sql.Identifier(table))
            return [row for (row,) in connection.execute(query)]

    def holding(self, words: str) -> set[str]:
        """Return the tables that hold ``words``."""
        with psycopg.connect(self.database) as connection:
            tables = connection.execute(
                "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
            ).fetchall()
        return {name for (name,) in tables if any(words in row for row in self.rows(name))}


@pytest.fixture(scope="module")
def pair(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    folder = tmp_path_factory.mktemp("pair")
    redis = RedisServer().start()
    database = postgres.database()
    config = office_config(folder, lost_seconds=600)
    gateways = [
        RunningGateway(
            folder / name,
            config,
            environment={
                "POLKU_MODELS": str(folder / "models"),
                "POLKU_DATABASE_URL": database,
                "POLKU_REDIS_URL": redis.url,
                "POLKU_SECRET_KEY": "the same for both",
            },
        )
        for name in ("a", "b")
    ]
    try:
        # Both at once: the database is empty, and the tables are made once.
        with ThreadPoolExecutor() as pool:
            list(pool.map(RunningGateway.start, gateways))
        yield Pair(*gateways, database, redis)
    finally:
        for gateway in gateways:
            gateway.stop()
        redis.stop()


def test_two_gateways_that_start_at_once_make_the_tables_once(pair):
    assert len(pair.rows("alembic_version")) == 1
    for gateway in (pair.a, pair.b):
        assert gateway.health() == {"status": "ok", "rasa": "down", "store": "up"}
        assert "Traceback" not in gateway.logs()


def test_a_chat_goes_on_at_any_gateway_and_its_deletion_leaves_nothing(pair):
    client = ChatClient.open(pair.a.url)
    elsewhere = pair.at(pair.b, client)
    message = str(uuid.uuid4())
    with elsewhere.events() as stream:
        first = client.say(f"{CANARY}, mulla ei oo rahaa", id=message)
        assert elsewhere.say("jotain muuta", id=message) == first
        seen = stream.wait_for_messages(2 + len(first), SOON)
        assert [m["n"] for m in seen] == list(range(1, len(seen) + 1))
        assert elsewhere.messages() == client.messages() == seen
        again = elsewhere.messages(after=seen[-1]["n"] - 1)
        assert again == seen[-1:]
        assert pair.holding(CANARY) == {"messages"}
        assert ChatClient(pair.b.url, client.chat, "x", []).erase() == 404

        assert client.erase() == 204
        stream.wait_for_end(SOON)
    assert pair.holding(CANARY) == set()
    assert pair.holding(client.chat) == set()
    assert elsewhere.post(text="vielä").status_code == 404


def test_the_commands_work_on_postgresql(pair, monkeypatch, capsys):
    def polku(*arguments: str) -> str:
        assert main(arguments) == 0
        return capsys.readouterr().out

    client = ChatClient.open(pair.a.url)
    client.say(CANARY)
    for name, value in {**pair.a.environment, "POLKU_VAR": str(pair.a.var)}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("sys.stdin", io.StringIO())
    # Counts reach the store every few seconds.
    pair.a.wait_for(lambda: '"chat_started:web": ' in polku("stats", "--json"), 30)
    assert "may sign in at /desk/" in polku("guide", "add", "Lea", "--lead")
    assert "Lea\tlead\tmay sign in" in polku("guide", "list")
    assert "0 new examples" in polku("nlu", "review")
    monkeypatch.setenv("POLKU_NOW", (clock.now() + timedelta(hours=25)).isoformat())
    assert re.search(r"erased: [1-9]\d* chats", polku("purge"))
    assert pair.holding(CANARY) == set()


def test_a_guide_at_one_gateway_talks_with_a_client_at_the_other(pair):
    maija = Office(pair.b).guide("Maija")
    client = ChatClient.open(pair.a.url)
    queue_up(client)
    [handoff] = waiting(maija)
    talk = take(maija, handoff)
    count = len(client.messages())
    desk = f"{maija.url}/desk/tapahtumat?asiakas={handoff}"
    with (
        client.events(last=count) as client_sees,
        open_stream(desk, {"Cookie": maija.cookie}) as guide_sees,
    ):
        guide_sees.wait_for(lambda seen: seen, SOON)
        client.typing()
        guide_sees.wait_for(lambda seen: ("ping", "", {"typing": True}) in seen, SOON)
        news = len(guide_sees.seen)
        client.say("Hei, täällä A")
        guide_sees.wait_for(lambda seen: any(kind == "news" for kind, _, _ in seen[news:]), SOON)
        assert "Hei, täällä A" in log(maija, talk)

        maija.get(talk)
        csrf = maija.csrf()
        requests.post(
            f"{maija.url}{talk}/kirjoittaa",
            headers={"Cookie": maija.cookie, "X-CSRF": csrf},
            timeout=20,
        ).raise_for_status()
        client_sees.wait_for(lambda seen: ("typing", "", {"from": "guide"}) in seen, SOON)
        say(maija, talk, "Hei, täällä B")
        [_, guide_said] = client_sees.wait_for_messages(2, SOON)
        assert (guide_said["from"], guide_said["text"]) == ("guide", "Hei, täällä B")
        assert CANARY not in pair.redis.everything()
    maija.send_from(talk, f"{talk}/sulje", reason="helped")
    assert client.messages()[-1]["from"] == "bot"
    client.erase()


def test_messages_of_one_chat_at_two_gateways_are_answered_once_and_one_by_one(pair):
    client = ChatClient.open(pair.a.url)
    doors = [client, pair.at(pair.b, client)]
    # Each message goes to both gateways, as from a page that tries again.
    ids = [str(uuid.uuid4()) for _ in range(6)]
    posts = [(door, name) for name in ids for door in doors]
    with ThreadPoolExecutor(len(posts)) as pool:
        answers = list(
            pool.map(lambda post: post[0].say("mulla ei oo rahaa ruokaan", id=post[1]), posts)
        )
    said = client.messages()
    starts = [m["n"] for m in said if m["from"] == "client"]
    assert len(starts) == len(ids)
    for name, here, there in zip(ids, answers[::2], answers[1::2], strict=True):
        assert here == there
        [own] = [m["n"] for m in said if m["id"] == name]
        # What follows a message, up to the next one, is its answer and no other's.
        assert [m["n"] for m in here] == list(range(own + 1, own + 1 + len(here)))
        assert here
    assert sum(map(len, answers[::2])) + len(ids) + len(client.greeting) == len(said)


def test_the_gateways_go_on_without_redis_and_find_it_again(pair):
    client = ChatClient.open(pair.a.url)
    elsewhere = pair.at(pair.b, client)
    pair.redis.kill()
    assert client.say("mulla ei oo rahaa ruokaan")
    assert elsewhere.say("missä saan ruokaa")
    assert client.messages() == elsewhere.messages()
    with elsewhere.events() as stream:
        for gateway in (pair.a, pair.b):
            gateway.wait_for(lambda g=gateway: "Redis does not answer" in g.logs(), 20)
        pair.redis.start()
        for gateway in (pair.a, pair.b):
            gateway.wait_for(lambda g=gateway: g.logs().count("Redis answers") == 2, 20)
        count = len(client.messages())
        client.say("kiitos")
        stream.wait_for_messages(count + 2, SOON)
    for gateway in (pair.a, pair.b):
        assert gateway.logs().count("Redis does not answer") == 1
        assert gateway.health()["status"] == "ok"
        assert pair.redis.password not in gateway.logs()


def test_what_postgresql_cannot_hold_is_refused_politely(pair):
    desk = DeskClient(pair.a.url)
    desk.get("/desk/kirjaudu")
    desk.post("/desk/kirjaudu", name="Mai\x00ja", password="x")
    assert desk.page.status_code == 400


def test_a_database_that_cannot_be_reached_is_one_plain_line(postgres, tmp_path):
    environment = {
        "POLKU_DATABASE_URL": postgres.url("polku_nowhere"),
        "POLKU_VAR": str(tmp_path),
        "POLKU_PORT": str(free_port()),
    }
    failed = subprocess.run(
        [sys.executable, "-m", "bot", "serve"], cwd=ROOT, env=os.environ | environment,
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert failed.returncode == 1
    assert failed.stderr.count("\n") == 1, failed.stderr
    assert f"{postgres.port}/polku_nowhere cannot be used" in failed.stderr
    assert postgres.password not in failed.stderr + failed.stdout
