"""The shapes of connectors and their pin-outs."""

from typing import Any

from rest_framework import serializers

from catalog.models import Connector
from catalog.serializers.fields import CountField, IdField


class ConnectorSerializer(serializers.Serializer[Any]):
    """A kind of connector."""

    id = IdField()
    code = serializers.SlugField(max_length=40)
    name = serializers.CharField()
    family = serializers.ChoiceField(Connector.Family.choices)
    shape = serializers.ChoiceField(Connector.Shape.choices)
    is_wireless = serializers.BooleanField()
    pin_count = CountField()
    description = serializers.CharField(allow_blank=True)


class ConnectorPinSerializer(serializers.Serializer[Any]):
    """A contact, as the connector's standard names it."""

    pin = serializers.CharField()
    signal = serializers.CharField()
    description = serializers.CharField(allow_blank=True)


class ConnectorPinoutSerializer(ConnectorSerializer):
    """A kind of connector with what each of its contacts carries."""

    pins = ConnectorPinSerializer(many=True)
