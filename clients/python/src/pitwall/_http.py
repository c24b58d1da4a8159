"""The line to the server: standard library only. It writes queries as the API reads them and turns its problems into
exceptions."""

from __future__ import annotations

import gzip
import http.client
import json
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

JSON = "application/json"
JSON_LINES = "application/x-ndjson"
CSV = "text/csv"
PARQUET = "application/vnd.apache.parquet"

_LONGEST_WAIT_S = 30.0


class PitwallError(Exception):
    """What all errors of this package are."""


class ConnectionFailed(PitwallError):
    """The server can not be reached, or the line was cut before the answer was whole."""


@dataclass(frozen=True)
class ProblemDetail:
    """One thing that is wrong with a request."""

    location: str  #: where, such as ``query.driver_number``
    message: str  #: what
    value: Any = None  #: the value that was sent


class Problem(PitwallError):
    """The server refused, with a problem as RFC 9457 has it."""

    def __init__(
        self, status: int, title: str, detail: str, errors: Sequence[ProblemDetail] = (), retry_after_s: float | None = None
    ) -> None:
        super().__init__(f"{status} {title}: {detail}" if detail else f"{status} {title}")
        self.status = status  #: HTTP status
        self.title = title  #: what kind of problem
        self.detail = detail  #: this one in words
        self.errors = list(errors)  #: all that is wrong, with its places
        self.retry_after_s = retry_after_s  #: seconds after which to ask again, None where it was not said


@dataclass(frozen=True)
class Answer:
    """A good answer."""

    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """The body as JSON says it; None for an empty one."""
        return json.loads(self.body) if self.body else None


class Transport:
    """Sends requests to one server. It keeps nothing between them, so threads may share it."""

    def __init__(self, url: str, timeout_s: float, retries: int) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.netloc:
            raise ValueError(f"{url!r} is no address like http://127.0.0.1:8080")
        self.url = url.rstrip("/")
        self.timeout_s = timeout_s
        self.retries = retries

    def get(self, path: str, query: Mapping[str, Any] | None = None, accept: str = JSON) -> Answer:
        """Asks, and again where the server is busy and says when to come back."""
        for attempt in range(self.retries + 1):
            try:
                return self._send("GET", path, query, None, accept)
            except Problem as problem:
                if problem.status not in (429, 503) or problem.retry_after_s is None or attempt == self.retries:
                    raise
                time.sleep(min(problem.retry_after_s, _LONGEST_WAIT_S))
        raise AssertionError("the last attempt returns or raises")

    def send(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Answer:
        """Changes something: once, because asking twice might change it twice."""
        return self._send(method, path, None, body, JSON)

    def _send(self, method: str, path: str, query: Mapping[str, Any] | None, body: Mapping[str, Any] | None, accept: str) -> Answer:
        url = self.url + path
        if text := query_of(query or {}):
            url += "?" + text
        headers = {"Accept": accept, "Accept-Encoding": "gzip", "User-Agent": "pitwall-python/0.1.0"}
        data = None
        if body is not None:
            data = json.dumps({k: plain(v) for k, v in body.items() if v is not None}).encode()
            headers["Content-Type"] = JSON
        request = urllib.request.Request(url, data=data, headers=headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=self.timeout_s) as response:  # noqa: S310: the scheme is checked
                return Answer(response.headers, _inflated(response.headers.get("Content-Encoding"), response.read()))
        except urllib.error.HTTPError as refused:
            with refused:
                raise _problem(refused) from None
        except (OSError, http.client.HTTPException, EOFError) as broken:
            raise ConnectionFailed(f"{method} {url}: {broken}") from broken


def _inflated(coding: str | None, body: bytes) -> bytes:
    return gzip.decompress(body) if coding == "gzip" else body


def _problem(refused: urllib.error.HTTPError) -> Problem:
    """The problem of an answer; a status alone where the answer is none, as from a proxy on the way."""
    wait = refused.headers.get("Retry-After", "")
    retry_after_s = float(wait) if wait.isdecimal() else None
    title, detail, errors = refused.reason or "refused", "", []
    try:
        told = json.loads(_inflated(refused.headers.get("Content-Encoding"), refused.read()))
    except (ValueError, OSError, EOFError, http.client.HTTPException):
        told = None
    if isinstance(told, dict):
        title, detail = told.get("title") or title, told.get("detail") or ""
        errors = [ProblemDetail(e.get("location", ""), e.get("message", ""), e.get("value")) for e in told.get("errors") or []]
    return Problem(refused.code, title, detail, errors, retry_after_s)


def plain(value: Any) -> Any:
    """A value as JSON and queries write it: times as RFC 3339 in UTC, to the millisecond."""
    if not isinstance(value, datetime):
        return value
    if value.tzinfo is None:
        raise ValueError(f"{value} has no time zone: use datetime.timezone.utc")
    return value.astimezone(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def query_of(query: Mapping[str, Any]) -> str:
    """A query as the API reads it: lists with commas, None left out."""
    return urlencode({name: _text(name, v) for name, v in query.items() if v is not None}, quote_via=quote, safe=",:/")


def _text(name: str, value: Any) -> str:
    value = plain(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (str, int, float)):
        return str(value)
    parts = [_text(name, v) for v in value]
    for part in parts:
        if "," in part or not part:
            raise ValueError(f"{name}: {part!r} can not be one of several values")
    if not parts:
        raise ValueError(f"{name}: an empty list would not narrow anything; leave it out")
    return ",".join(parts)


def segment(value: Any) -> str:
    """A value as a part of a path."""
    text = str(value)
    if not text or text in (".", ".."):
        raise ValueError(f"{text!r} names nothing")
    return quote(text, safe=":")
