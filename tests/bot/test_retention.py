"""What is past its time is erased, each kind by its own age, and nothing stays in the files."""

import sqlite3
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.clock import HELSINKI
from tests.support.client import ChatClient
from tests.support.desk import DeskClient, polku
from tests.support.gateway import RunningGateway
from tests.support.transcripts import keep_transcript

START = datetime(2026, 11, 23, 9, tzinfo=HELSINKI)
CHAT, TALK, KEPT = "kanarialintu chatissa", "kanarialintu ohjaajalle", "kanarialintu tallessa"
LINE, TRACKER = "kanarialintu opetuksessa", "kanarialintu trackerissa"


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[RunningGateway]:
    running = RunningGateway(
        tmp_path / "var",
        environment={
            "POLKU_MODELS": str(tmp_path / "models"),
            "POLKU_NOW": START.isoformat(),
        },
    ).start()
    yield running
    running.stop()


def raw(gateway: RunningGateway) -> bytes:
    """Return SQLite's files as they lie on the disk."""
    return b"".join(
        path.read_bytes() for path in sorted(gateway.var.glob("polku.sqlite3*")) if path.is_file()
    )


def left(gateway: RunningGateway, *canaries: str) -> set[str]:
    content = raw(gateway)
    return {canary for canary in canaries if canary.encode() in content}


def purge_after(gateway: RunningGateway, **time: float) -> str:
    gateway.environment["POLKU_NOW"] = (START + timedelta(**time)).isoformat()
    return polku(gateway, "purge")


def rows(gateway: RunningGateway, table: str) -> int:
    database = sqlite3.connect(gateway.var / "polku.sqlite3")
    found = database.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
    database.close()
    return found


def test_each_kind_goes_at_its_own_age_and_leaves_no_trace_in_the_files(gateway):
    client = ChatClient.open(gateway.url)
    client.say(CHAT)
    maija = DeskClient.of(gateway, "Maija")
    talk = keep_transcript(gateway, [("client", TALK)], ended_at=START)
    keep_transcript(
        gateway, [("client", KEPT)], ended_at=START, kept_because="Valitus", kept_by="Lea"
    )
    maija.get(f"/desk/keskustelut/{talk}/opetus/1")
    maija.post(f"/desk/keskustelut/{talk}/opetus/1", text=LINE)
    database = sqlite3.connect(gateway.var / "polku.sqlite3")
    with database:
        database.execute(
            "INSERT INTO trackers VALUES (?, ?, ?)",
            (client.chat, TRACKER, "2026-11-23 07:00:00.000000"),
        )
    database.close()
    everything = {CHAT, TALK, KEPT, LINE, TRACKER}
    assert left(gateway, *everything) == everything

    # The server goes on meanwhile: purging needs no stop.
    purge_after(gateway, hours=23)
    assert left(gateway, *everything) == everything
    assert "1 chats" in purge_after(gateway, hours=25)
    assert left(gateway, *everything) == everything - {CHAT, TRACKER}
    purge_after(gateway, days=29)
    assert left(gateway, *everything) == {TALK, KEPT, LINE}
    assert "1 transcripts" in purge_after(gateway, days=31)
    assert left(gateway, *everything) == {KEPT, LINE}
    assert "1 review lines" in purge_after(gateway, days=91)
    assert left(gateway, *everything) == {KEPT}
    assert rows(gateway, "audit_log") > 0
    purge_after(gateway, days=366)
    assert left(gateway, *everything) == set()
    assert rows(gateway, "audit_log") == 0
    assert rows(gateway, "guide_sessions") == 0
    assert rows(gateway, "activity") > 0
    purge_after(gateway, days=731)
    assert rows(gateway, "activity") == 0
    assert rows(gateway, "guides") == 1


def test_the_server_purges_by_itself(gateway):
    ChatClient.open(gateway.url).say(CHAT)
    gateway.stop()
    gateway.environment["POLKU_NOW"] = (START + timedelta(hours=25)).isoformat()
    gateway.start()
    gateway.wait_for(lambda: not left(gateway, CHAT), 20)


def test_a_clients_deletion_leaves_no_trace_in_the_files_at_once(gateway):
    client = ChatClient.open(gateway.url)
    client.say(CHAT)
    keep_transcript(gateway, [("client", TALK)], chat=client.chat, token=client.token)
    other = ChatClient.open(gateway.url)
    other.say("tämä jää")
    assert left(gateway, CHAT, TALK, "tämä jää") == {CHAT, TALK, "tämä jää"}
    assert client.erase() == 204
    assert left(gateway, CHAT, TALK, "tämä jää") == {"tämä jää"}
    assert other.messages()


def test_a_call_back_request_goes_when_its_own_time_is_over(gateway):
    database = sqlite3.connect(gateway.var / "polku.sqlite3")
    with database:
        database.execute(
            "INSERT INTO callbacks (id, chat, kind, sealed, asked_at, expires_at) "
            "VALUES ('a', 'b', 'phone', 'suljettu', ?, ?)",
            ("2026-11-23 07:00:00.000000", "2026-12-07 07:00:00.000000"),
        )
    database.close()
    purge_after(gateway, days=13)
    assert rows(gateway, "callbacks") == 1
    assert "1 callbacks" in purge_after(gateway, days=15)
    assert not left(gateway, "suljettu")
