"""The router whose paths carry no trailing slash."""

from rest_framework.routers import SimpleRouter


class ApiRouter(SimpleRouter):
    """DRF's simple router without trailing slashes."""

    def __init__(self) -> None:
        super().__init__(trailing_slash=False)
