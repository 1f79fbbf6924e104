"""The gateway is killed and started again: nothing a client wrote is lost or doubled."""

import threading
import uuid

import requests

from bot.store import Message
from tests.support.client import ChatClient
from tests.support.gateway import RunningGateway
from tests.support.house import open_house


def test_a_killed_gateway_loses_and_doubles_nothing(model, roomy_config, tmp_path):
    gateway = RunningGateway(tmp_path / "var", roomy_config).start()
    try:
        gateway.wait_for_rasa()
        client = ChatClient.open(gateway.url)
        client.say("mulla on rahat loppu")
        sent = [(str(uuid.uuid4()), text) for text in ("ruoka on loppu", "vuokra on rästissä")]

        def send(client_id, text):
            try:
                client.say(text, id=client_id)
            except (requests.RequestException, AssertionError):
                return

        threads = [threading.Thread(target=send, args=each) for each in sent]
        for thread in threads:
            thread.start()
        gateway.kill()
        for thread in threads:
            thread.join()
        gateway.start()
        # A client that got no answer sends the same message again, with the same id.
        answers = [client.say(text, id=client_id) for client_id, text in sent]

        log = client.messages()
        for (client_id, text), answer in zip(sent, answers, strict=True):
            assert [m["text"] for m in log if m["id"] == client_id] == [text]
            assert answer
            assert client.say(text, id=client_id) == answer
        assert [m["n"] for m in log] == list(range(1, len(log) + 1))
        assert len(client.messages()) == len(log)
    finally:
        gateway.stop()


def test_a_message_stored_but_not_answered_is_answered_after_the_start(tmp_path, catalogue):
    import asyncio

    from bot.clock import now
    from bot.store import ChatStore, Message, connect, migrate

    var = tmp_path / "var"
    var.mkdir()
    url = f"sqlite:///{var / 'polku.sqlite3'}"

    async def leave_unanswered():
        engine = connect(url)
        await migrate(engine)
        store = ChatStore(engine)
        chat, token = await store.start("web", now())
        await store.receive(chat.id, Message("client", "häätö uhkaa", now(), client_id="id-1"))
        await engine.dispose()
        return chat.id, token

    chat, token = asyncio.run(leave_unanswered())
    gateway = RunningGateway(
        var, environment={"POLKU_MODELS": str(tmp_path / "no-models")}
    ).start()
    try:
        client = ChatClient(gateway.url, chat, token, [])
        gateway.wait_for(lambda: len(client.messages()) > 1, 20)
        assert any(message["topic"] == "eviction" for message in client.messages())
    finally:
        gateway.stop()


async def test_what_a_channel_of_another_gateway_waits_for_is_left_to_that_one(tmp_path):
    async with open_house(tmp_path) as house:
        chat, _ = await house.chat()
        conversation, store = house.gateway.conversation, house.gateway.store
        at = conversation.greeting().at
        await store.receive(
            chat, Message("client", "/start", at, command="telegram:start", client_id="a")
        )
        mine, _ = await store.receive(chat, Message("client", "hei", at, client_id="b"))
        await conversation.recover()
        assert await store.is_answered(chat, mine.n)
        assert [message.text for _, message in await store.unanswered()] == ["/start"]
