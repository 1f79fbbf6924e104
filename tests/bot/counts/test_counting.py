"""Counts by week, and how they are shown."""

import asyncio
import json
import os
import re
import sqlite3
import subprocess
import sys
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.exc import OperationalError

from bot.clock import HELSINKI
from bot.counts import Counting, as_json, as_table
from bot.settings import ROOT
from bot.store import CountStore, connect, migrate

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=HELSINKI)


@pytest.fixture
async def engine(tmp_path):
    engine = connect(f"sqlite:///{tmp_path / 'polku.sqlite3'}")
    await migrate(engine)
    yield engine
    await engine.dispose()


@pytest.fixture
def counts(engine):
    return CountStore(engine)


async def test_names_are_counted_in_their_iso_week(counts):
    counting = Counting(counts, lambda: NOW)
    counting(["need:money", "helped:yes"])
    counting(["need:money"])
    new_year = Counting(counts, lambda: datetime(2027, 1, 3, 12, 0, tzinfo=HELSINKI))
    new_year(["need:money"])
    assert await counts.by_week(10) == {
        "2026-W53": {"need:money": 1},
        "2026-W48": {"helped:yes": 1, "need:money": 2},
    }
    assert list(await counts.by_week(1)) == ["2026-W53"]


async def test_many_at_once_are_all_counted(engine, counts):
    async def count(store):
        Counting(store, lambda: NOW)(["a", "b"])
        await store.flush()

    # As many processes would: each with a store of its own.
    await asyncio.gather(*(count(CountStore(engine)) for _ in range(20)))
    assert await counts.by_week(1) == {"2026-W48": {"a": 20, "b": 20}}


@given(st.text(max_size=80))
def test_what_is_no_name_is_not_counted(text):
    if re.fullmatch("[a-z_]{1,30}(:[a-z0-9_]{1,30})?", text):
        return
    seen = []

    class Store:
        def add(self, _week, names):
            seen.extend(names)

    Counting(Store(), lambda: NOW)([text])
    assert seen == []


async def test_what_could_not_be_written_is_written_later(tmp_path):
    engine = connect(f"sqlite:///{tmp_path / 'polku.sqlite3'}")
    store = CountStore(engine)
    Counting(store, lambda: NOW)(["need:money"])
    with pytest.raises(OperationalError):
        await store.flush()
    await migrate(engine)
    Counting(store, lambda: NOW)(["need:money"])
    assert await store.by_week(1) == {"2026-W48": {"need:money": 2}}
    await engine.dispose()


@given(
    st.dictionaries(
        st.sampled_from(["2026-W47", "2026-W48"]),
        st.dictionaries(
            st.sampled_from(["chat_started:web", "need:money", "checkin_started", "new:thing"]),
            st.integers(1, 4),
            min_size=1,
        ),
        min_size=1,
    )
)
def test_a_group_smaller_than_five_is_never_shown(catalogue, counted):
    assert not re.search(r'": [1-4][,}]', json.dumps(as_json(counted)["weeks"]))
    numbers = re.sub(r"Viikko.*", "", as_table(counted, catalogue)).replace("alle 5", "")
    assert not re.search(r"\d", numbers)


def test_the_table_reads_in_order_with_finnish_names(catalogue):
    table = as_table(
        {
            "2026-W48": {"chat_started:web": 12, "checkin_started": 7, "checkin_finished": 5,
                         "checkin_stopped:mieli": 2, "need:money": 30, "helped:yes": 6},
            "2026-W47": {"chat_started:web": 9, "path_chosen:eviction": 5},
        },
        catalogue,
    )  # fmt: skip
    rows = [line.split("  ") for line in table.splitlines() if line]
    heads = [row[0] for row in rows if row[0]]
    assert heads == [
        "Viikko", "Keskustelut", "Vastaukset tarpeisiin", "Mitä sinulle kuuluu?",
        "Mitä sinulle kuuluu? Lopetti kysymykseen", "Valittu polulle", "Oliko tästä apua?",
    ]  # fmt: skip
    lines = {line.strip().split("  ")[0]: line.split()[-2:] for line in table.splitlines() if line}
    assert lines["verkkosivu"] == ["12", "9"]
    assert lines["Raha"] == ["30", "–"]
    assert lines["mieli"] == ["5", "–"]
    assert "Häätö tai vuokravelka" in lines
    assert max(map(len, table.splitlines())) <= 80


def test_the_command_prints_a_table_or_json(tmp_path):
    environment = os.environ | {"POLKU_VAR": str(tmp_path), "POLKU_NOW": "2026-11-23T12:00"}

    def stats(*options):
        return subprocess.run(
            [sys.executable, "-m", "bot", "stats", *options], cwd=ROOT, env=environment,
            capture_output=True, text=True, check=True, timeout=60,
        ).stdout  # fmt: skip

    assert stats() == "Tilastoja ei vielä ole.\n"
    with sqlite3.connect(tmp_path / "polku.sqlite3") as connection:
        connection.execute("INSERT INTO counts VALUES ('2026-W48', 'need:debt', 5)")
        connection.execute("INSERT INTO counts VALUES ('2026-W48', 'need:food', 4)")
    assert json.loads(stats("--json")) == {
        "smallest_shown": 5,
        "weeks": [{"week": "2026-W48", "counts": {"need:debt": 5, "need:food": None}}],
    }
    assert "48 (23.–29.11.)" in stats("--weeks", "1")
