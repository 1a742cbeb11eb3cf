"""Pictures that are served from a folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    """A folder with one picture."""
    settings.MEDIA_ROOT = str(tmp_path)
    (tmp_path / "charger.webp").write_bytes(b"picture")
    return tmp_path


def test_a_file_is_served(client: Client) -> None:
    response: Any = client.get("/media/charger.webp")

    assert response.status_code == 200
    assert b"".join(response.streaming_content) == b"picture"


@pytest.mark.parametrize(
    "name", ["no.webp", "x" * 256, "é" * 128, "a/" * 2100, "charger.webp/more", "%00", "."], ids=lambda name: name[:8]
)
def test_what_is_no_file_is_not_found(client: Client, name: str) -> None:
    response = client.get(f"/media/{name}")

    assert response.status_code == 404
    assert response.json()["code"] == "not_found"


@pytest.mark.parametrize(
    "name", ["%2e%2e/secret", "%2e%2e/%2e%2e/etc/passwd", "a/%2e%2e/%2e%2e/secret", "..%2fsecret"], ids=str
)
def test_a_path_out_of_the_folder_is_refused_quietly(
    client: Client, folder: Path, log_lines: Callable[[], list[dict[str, Any]]], name: str
) -> None:
    (folder.parent / "secret").write_text("secret")

    response = client.get(f"/media/{name}")

    assert response.status_code == 400
    assert response.json()["code"] == "bad_request"
    (line,) = log_lines()
    assert (line["logger"], line["level"], line["facts"]["status"]) == ("electroports.requests", "info", 400)


def test_a_folder_that_fails_is_no_missing_file(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: Any, **kwargs: Any) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("electroports.media.serve", fail)

    with pytest.raises(PermissionError):
        client.get("/media/charger.webp")
