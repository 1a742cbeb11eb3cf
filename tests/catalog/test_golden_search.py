"""The golden set, on the seeded catalogue."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from catalog.actions.seed_catalog import seed_catalog
from catalog.golden import AIM, read_golden
from catalog.management.commands import score_search
from catalog.models import Product

pytestmark = pytest.mark.django_db


def test_the_golden_set_is_met_and_what_is_not_is_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    seed_catalog(reset=False, at=timezone.now())
    golden = read_golden()
    assert len(golden) >= 120
    assert len({row.query for row in golden}) == len(golden)
    assert {slug for row in golden for slug in row.products} <= set(Product.objects.values_list("slug", flat=True))

    printed = StringIO()
    call_command("score_search", stdout=printed)

    *_failed, score = printed.getvalue().splitlines()
    met, of = int(score.split()[0]), int(score.split()[2])
    assert of == len(golden)
    assert met / of >= AIM, printed.getvalue()

    wrong = [row._replace(products=("apple-iphone-13",)) for row in golden[:1]] + golden[1:2]
    monkeypatch.setattr(score_search, "read_golden", lambda: wrong)
    printed = StringIO()
    with pytest.raises(CommandError):
        call_command("score_search", stdout=printed)
    assert "NOT   'samsng galaxy' within 3: apple-iphone-13" in printed.getvalue()
    assert "1 of 2 met: 50.0%" in printed.getvalue()


def test_the_golden_set_has_every_sort_of_query() -> None:
    queries = {row.query for row in read_golden()}

    assert {"samsng galaxy", "iphnoe 15 pro", "wh1000xm5", "WH-1000 XM5", "earphones", "simu", "chaja"} <= queries
    assert any(not row.products for row in read_golden())
