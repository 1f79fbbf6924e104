"""Waiting for what is loaded right after a start."""

import asyncio

import pytest

from bot import soon
from bot.soon import Soon


async def test_who_waits_goes_on_when_it_is_here():
    loading = Soon()
    waiting = asyncio.create_task(loading.wait())
    await asyncio.sleep(0)
    assert not waiting.done()
    assert await loading.load(lambda: "here") == "here"
    await waiting


async def test_who_waits_goes_on_when_it_cannot_be_loaded(monkeypatch):
    monkeypatch.setattr(soon, "_LONGEST", 60)
    loading = Soon()
    with pytest.raises(ZeroDivisionError):
        await loading.load(lambda: 1 // 0)
    async with asyncio.timeout(1):
        await loading.wait()


async def test_what_does_not_come_is_waited_for_once(monkeypatch):
    monkeypatch.setattr(soon, "_LONGEST", 0.05)
    loading = Soon()
    await loading.wait()
    async with asyncio.timeout(0.04):
        await loading.wait()
