"""What is kept away from the search for reference cycles."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from catalog import window as window_module
from catalog.window import window
from electroports.collector import collector_paused
from tests import factories


@pytest.fixture(autouse=True)
def thawed() -> Iterator[None]:
    """Nothing is left out at the beginning, whatever other tests have loaded, nor afterwards."""
    gc.unfreeze()
    yield
    gc.unfreeze()


@pytest.mark.django_db
@pytest.mark.parametrize(("many", "is_left_out"), [(0, True), (1, False)])
def test_a_large_window_is_left_out_once_it_is_loaded(
    monkeypatch: pytest.MonkeyPatch, many: int, is_left_out: bool
) -> None:
    monkeypatch.setattr(window_module, "MANY", many)
    factories.make_product()

    assert gc.get_freeze_count() == 0
    window.fresh()

    assert (gc.get_freeze_count() > 0) == is_left_out


def test_the_search_goes_on_after_a_pause_whatever_happened() -> None:
    seen: list[bool] = []

    @collector_paused()
    def fail() -> None:
        seen.append(gc.isenabled())
        raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()

    assert (seen, gc.isenabled()) == ([False], True)
