"""Fixtures of the tests of the catalogue."""

from __future__ import annotations

import pytest

from tests.catalog.events import OPENING, StoppedClock


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> StoppedClock:
    """The shop's clock, which stands at its opening until the test moves it."""
    return StoppedClock(monkeypatch, OPENING)
