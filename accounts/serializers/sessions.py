"""Sessions, as their owner sees them."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts.models import Session


class SessionSerializer(serializers.Serializer[Any]):
    """A sign-in that is alive."""

    id = serializers.UUIDField(read_only=True)
    current = serializers.BooleanField(read_only=True, help_text="Whether it is the one that is asking.")
    device = serializers.CharField(read_only=True, help_text="In words, by what the client calls itself.")
    method = serializers.ChoiceField(choices=Session.Method.choices, read_only=True)
    address = serializers.IPAddressField(
        read_only=True, allow_null=True, help_text="Of the network that it was last used from."
    )
    signed_in_at = serializers.DateTimeField(read_only=True)
    last_seen_at = serializers.DateTimeField(read_only=True, help_text="To within five minutes.")


class SessionPageSerializer(serializers.Serializer[Any]):
    """All of the caller's sessions: one page, always."""

    count = serializers.IntegerField(read_only=True)
    next = serializers.CharField(read_only=True, allow_null=True)
    previous = serializers.CharField(read_only=True, allow_null=True)
    results = SessionSerializer(many=True, read_only=True)
