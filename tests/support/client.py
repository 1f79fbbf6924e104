"""A client of the HTTP contract."""

import json
import threading
import uuid
from collections.abc import Iterator
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

    def erase(self) -> int:
        return requests.delete(
            f"{self.url}/api/chats/{self.chat}", headers=self.headers, timeout=20
        ).status_code

    @contextmanager
    def events(self, last: int | None = None) -> Iterator["EventStream"]:
        headers = self.headers | ({"Last-Event-ID": str(last)} if last is not None else {})
        with requests.get(
            f"{self.url}/api/chats/{self.chat}/events", headers=headers, stream=True, timeout=30
        ) as response:
            assert response.status_code == 200
            yield EventStream(response)


class EventStream:
    """Collects the events of a stream in the background."""

    def __init__(self, response: requests.Response) -> None:
        self.seen: list[tuple[str, str, dict]] = []
        self._news = threading.Condition()
        threading.Thread(target=self._read, args=(response,), daemon=True).start()

    def messages(self) -> list[dict]:
        return [data for kind, _, data in self.seen if kind == "message"]

    def wait_for_messages(self, count: int, seconds: float = 20) -> list[dict]:
        with self._news:
            assert self._news.wait_for(lambda: len(self.messages()) >= count, seconds), self.seen
        return self.messages()

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
