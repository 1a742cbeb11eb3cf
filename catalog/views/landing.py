"""The landing page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def landing(request: HttpRequest) -> HttpResponse:
    """Say what this is."""
    return render(request, "landing.html")
