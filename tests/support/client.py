"""A client of the HTTP contract."""

import json
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import requests


@dataclass
class ChatClient:
    """One chat, spoken to as the contract says."""

    url: str
    chat: str
    token: str
    greeting: list[dict]

    @classmethod
    def open(cls, url: str) -> "ChatClient":
        answer = requests.post(f"{url}/api/chats", json={}, timeout=20)
        assert answer.status_code == 201, answer.text
        body = answer.json()
        return cls(url, body["chat"], body["token"], body["messages"])

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def post(self, **body) -> requests.Response:
        return requests.post(
            f"{self.url}/api/chats/{self.chat}/messages",
            json={"id": str(uuid.uuid4()), **body},
            headers=self.headers,
            timeout=40,
        )

    def say(self, text: str, **body) -> list[dict]:
        answer = self.post(text=text, **body)
        assert answer.status_code == 200, answer.text
        return answer.json()["messages"]

    def press(self, payload: str, **body) -> list[dict]:
        answer = self.post(payload=payload, **body)
        assert answer.status_code == 200, answer.text
        return answer.json()["messages"]

    def messages(self, after: int = 0) -> list[dict]:
        answer = requests.get(
            f"{self.url}/api/chats/{self.chat}/messages",
            params={"after": after},
            headers=self.headers,
            timeout=20,
        )
        assert answer.status_code == 200, answer.text
        return answer.json()["messages"]

    def typing(self) -> None:
        requests.post(
            f"{self.url}/api/chats/{self.chat}/typing", headers=self.headers, timeout=20
        ).raise_for_status()

    def erase(self) -> int:
        return requests.delete(
            f"{self.url}/api/chats/{self.chat}", headers=self.headers, timeout=20
        ).status_code

    @contextmanager
    def events(self, last: int | None = None) -> Iterator["EventStream"]:
        headers = self.headers | ({"Last-Event-ID": str(last)} if last is not None else {})
        with open_stream(f"{self.url}/api/chats/{self.chat}/events", headers) as stream:
            yield stream


@contextmanager
def open_stream(url: str, headers: dict[str, str]) -> Iterator["EventStream"]:
    with requests.get(url, headers=headers, stream=True, timeout=30) as response:
        assert response.status_code == 200
        stream = EventStream(response)
        try:
            yield stream
        finally:
            # Closing alone would wait for the thread that reads, and so for the next ping.
            if not stream.ended:
                response.raw.shutdown()


class EventStream:
    """Collects the events of a stream in the background."""

    def __init__(self, response: requests.Response) -> None:
        self.seen: list[tuple[str, str, dict]] = []
        self.ended = False
        self._news = threading.Condition()
        threading.Thread(target=self._read, args=(response,), daemon=True).start()

    def messages(self) -> list[dict]:
        return [data for kind, _, data in self.seen if kind == "message"]

    def wait_for_messages(self, count: int, seconds: float = 20) -> list[dict]:
        self.wait_for(lambda _seen: len(self.messages()) >= count, seconds)
        return self.messages()

    def wait_for_end(self, seconds: float = 20) -> None:
        self.wait_for(lambda _seen: self.ended, seconds)

    def wait_for(self, holds: Callable[[list], object], seconds: float = 20) -> None:
        """Wait until ``holds`` of the events (kind, id, data) that have come."""
        with self._news:
            assert self._news.wait_for(lambda: holds(self.seen), seconds), self.seen

    def _read(self, response: requests.Response) -> None:
        event: dict[str, str] = {}
        try:
            for raw in response.iter_lines(chunk_size=1):
                line = raw.decode()
                if line:
                    key, _, value = line.partition(": ")
                    event[key] = event.get(key, "") + value
                elif "data" in event:
                    with self._news:
                        self.seen.append(
                            (
                                event.get("event", ""),
                                event.get("id", ""),
                                json.loads(event["data"]),
                            )
                        )
                        self._news.notify_all()
                    event = {}
        except (requests.RequestException, AttributeError, ValueError):
            return
        finally:
            with self._news:
                self.ended = True
                self._news.notify_all()
