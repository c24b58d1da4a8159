"""One server for all tests."""

from collections.abc import Iterator

import pytest

from pitwall import Client, Session

from .stand import STORED, Stand


@pytest.fixture(scope="session")
def client() -> Iterator[Client]:
    with Stand() as stand:
        yield Client(stand.url)


@pytest.fixture(scope="session")
def race(client: Client) -> Session:
    """A race that is stored."""
    return client.session(STORED)
