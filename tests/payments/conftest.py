"""Fixtures of the tests of payments."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.fakes.daraja import FakeDaraja


@pytest.fixture
def daraja() -> Iterator[FakeDaraja]:
    """A fake Daraja whose callbacks are kept and not sent: `daraja.sent` has them."""
    with FakeDaraja(deliver=lambda _url, _message: 200) as fake:
        yield fake
