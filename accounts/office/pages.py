"""How the pages before the back office look."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse


def page(request: HttpRequest, name: str, *, status: int = 200, **context: Any) -> HttpResponse:
    """Render one of these pages in the look of the log-in."""
    shown = {**admin.site.each_context(request), "user": request.user, **context}
    return TemplateResponse(request, f"office/{name}.html", shown, status=status)
