"""The guard of the explorer: who is answered and who is not."""

from __future__ import annotations

import asyncio
from collections.abc import MutableMapping
from typing import Any

import pytest

from papaver.app.guard import Guard

PORT = 8765


async def _fine(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"fine"})


def answer(headers: list[tuple[str, str]], kind: str = "http") -> list[MutableMapping[str, Any]]:
    sent: list[MutableMapping[str, Any]] = []

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message)

    async def receive() -> MutableMapping[str, Any]:
        return {}

    scope = {"type": kind, "headers": [(n.encode(), v.encode()) for n, v in headers]}
    asyncio.run(Guard(_fine, PORT)(scope, receive, send))
    return sent


OURS = [("host", f"127.0.0.1:{PORT}")]
ALLOWED = {
    "an address": OURS,
    "a name": [("host", f"localhost:{PORT}")],
    "an origin of its own": [*OURS, ("origin", f"http://127.0.0.1:{PORT}")],
    "capitals": [("host", f"LOCALHOST:{PORT}")],
}
REFUSED = {
    "no host": [],
    "another host": [("host", "example.org")],
    "a name that leads to us": [("host", f"evil.example:{PORT}")],
    "another port": [("host", "127.0.0.1:1")],
    "no port": [("host", "127.0.0.1")],
    "two hosts": [*OURS, ("host", "example.org")],
    "another origin": [*OURS, ("origin", "http://example.org")],
    "a secure origin": [*OURS, ("origin", f"https://127.0.0.1:{PORT}")],
    "no origin by name": [*OURS, ("origin", "null")],
    "an origin with more behind it": [*OURS, ("origin", f"http://127.0.0.1:{PORT}.example.org")],
}


@pytest.mark.parametrize("name", ALLOWED)
def test_our_own_pages_are_answered_with_a_policy(name: str) -> None:
    start, body = answer(ALLOWED[name])
    assert (start["status"], body["body"]) == (200, b"fine")
    assert b"content-security-policy" in dict(start["headers"])


@pytest.mark.parametrize("name", REFUSED)
def test_anything_else_is_refused(name: str) -> None:
    assert answer(REFUSED[name])[0]["status"] == 403
    assert answer(REFUSED[name], "websocket") == [{"type": "websocket.close", "code": 1008}]


def test_the_policy_names_no_place_but_this_machine() -> None:
    (_, policy), *_ = answer(OURS)[0]["headers"]
    places = [word for word in policy.decode().replace(";", " ").split() if "//" in word]
    assert places
    assert all(word.split("//")[1] in (f"127.0.0.1:{PORT}", f"localhost:{PORT}") for word in places)
