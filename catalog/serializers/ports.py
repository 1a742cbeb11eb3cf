"""The shapes of ports and of what passes through them."""

from typing import Any

from rest_framework import serializers

from catalog.ports import PROTOCOLS, Carrying, Direction, Gender
from catalog.serializers.fields import CountField

CODES = sorted(PROTOCOLS)
DIRECTIONS = [direction.value for direction in Direction]


class ConnectorNameSerializer(serializers.Serializer[Any]):
    """A kind of connector in short."""

    code = serializers.SlugField(max_length=40)
    name = serializers.CharField()


class LaneSerializer(serializers.Serializer[Any]):
    """Something that is carried: watts of power, Gbit/s of everything else; a null limit is none.

    Directions are seen from the port. Of data, the host sends out and the device takes in.
    """

    carrying = serializers.ChoiceField([carrying.value for carrying in Carrying])
    protocol = serializers.ChoiceField(CODES)
    name = serializers.CharField()
    direction = serializers.ChoiceField(DIRECTIONS)
    limit = serializers.FloatField(min_value=0, allow_null=True)
    unit = serializers.ChoiceField(["W", "Gbit/s"], allow_null=True)


class JoinLaneSerializer(LaneSerializer):
    """Something that passes to another port of the product, and what it is there."""

    becomes = serializers.ChoiceField(CODES)


class JoinSerializer(serializers.Serializer[Any]):
    """A way through the product to another of its ports."""

    port = serializers.CharField()
    carries = JoinLaneSerializer(many=True)


class PortSerializer(serializers.Serializer[Any]):
    """A socket, a plug, a coil or a radio; `quantity` of them alike."""

    name = serializers.CharField()
    connector = ConnectorNameSerializer()
    gender = serializers.ChoiceField([gender.value for gender in Gender])
    quantity = CountField()
    carries = LaneSerializer(many=True)
    joined_to = JoinSerializer(many=True)


class SplitSerializer(serializers.Serializer[Any]):
    """What each of so many devices gets, in W, the most first as the maker says it."""

    devices = serializers.IntegerField(min_value=1)
    watts = serializers.ListField(child=serializers.FloatField(min_value=0))


class PowerBudgetSerializer(serializers.Serializer[Any]):
    """What all outputs give together, in W, and how that is shared between several devices, where it is published."""

    watts = serializers.FloatField(min_value=0)
    splits = SplitSerializer(many=True)
