"""What the generated resources stand on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ._http import Transport


class Resources:
    """Questions below one place of the API."""

    _transport: Transport
    _base: str

    def __init__(self, transport: Transport, base: str) -> None:
        self._transport, self._base = transport, base


def listed(transport: Transport, path: str, query: Mapping[str, Any], member: str) -> list[Any]:
    """All elements of a list that comes in pages; with a limit those of the first page."""
    asked = dict(query)
    found: list[Any] = []
    while True:
        page = transport.get(path, asked).json()
        found += page[member] or []
        asked["cursor"] = page.get("next_cursor")
        if asked["cursor"] is None or query.get("limit") is not None:
            return found
