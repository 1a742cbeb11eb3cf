"""What `make serve` does before the server starts."""

import socket
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from catalog.models import Product


@pytest.mark.django_db
def test_an_address_where_somebody_serves_already_is_refused_before_anything_is_made(settings: Any) -> None:
    settings.DEBUG = True
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        with pytest.raises(CommandError, match=f"127.0.0.1:{port} is taken"):
            call_command("prepare_demo", address=f"http://127.0.0.1:{port}")

    assert not Product.objects.exists()
