"""What OPTIONS says of a path."""

from typing import Any

from rest_framework.metadata import SimpleMetadata


class PlainMetadata(SimpleMetadata):
    """Name and description alone. What can be sent is in the OpenAPI document; DRF would look up a row to tell."""

    def determine_actions(self, request: Any, view: Any) -> dict[str, Any]:
        """Return none."""
        return {}
