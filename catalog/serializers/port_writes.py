"""What staff send and read of the ports of a product."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail

from catalog.files.ports import BudgetRow, JoinRow, PortRow, ProductPorts
from catalog.port_rules import MAX_DEVICES, MAX_LANES, MAX_LIMIT, MAX_NAME, MAX_PORTS, MAX_QUANTITY, MAX_WATTS, NAME
from catalog.ports import Direction, Gender, JoinLane, Lane
from catalog.serializers.fields import CountField
from catalog.serializers.ports import CODES, DIRECTIONS, PowerBudgetSerializer
from electroports.serializers import StrictSerializer

GENDERS = [gender.value for gender in Gender]


class FigureField(serializers.FloatField):
    """A figure in W or Gbit/s, rounded to so many places. Text of digits is none."""

    def __init__(self, *, places: int = 3, most: float = MAX_LIMIT, **kwargs: Any) -> None:
        self.places = places
        super().__init__(min_value=10.0**-places, max_value=most, **kwargs)

    def to_internal_value(self, data: Any) -> float:
        """Return the number; raises ValidationError for text, true and false, and what is none."""
        if type(data) not in (int, float):
            self.fail("invalid")
        return round(float(super().to_internal_value(data)), self.places)


class LaneInput(StrictSerializer):
    """Something that a port carries, seen from it: out, in or both. Of data, the host sends out."""

    protocol = serializers.ChoiceField(CODES)
    direction = serializers.ChoiceField(DIRECTIONS)
    limit = FigureField(allow_null=True, required=False)


class JoinLaneInput(LaneInput):
    """Something that passes from this port (out), to it (in) or both ways, and as what it comes out there."""

    becomes = serializers.ChoiceField(CODES, required=False)


class JoinInput(StrictSerializer):
    """A way through the product to another of its ports. It is said at one of its two ends."""

    port = serializers.CharField(max_length=MAX_NAME)
    carries: Any = serializers.ListSerializer(child=JoinLaneInput(), allow_empty=False, max_length=MAX_LANES)


class PortInput(StrictSerializer):
    """A socket, a plug, a coil or a radio; `quantity` of them alike."""

    name = serializers.RegexField(NAME, max_length=MAX_NAME, trim_whitespace=False)
    connector = serializers.SlugField(max_length=40)
    gender = serializers.ChoiceField(GENDERS)
    quantity = serializers.IntegerField(min_value=1, max_value=MAX_QUANTITY, required=False)
    carries: Any = serializers.ListSerializer(child=LaneInput(), max_length=MAX_LANES, required=False)
    joined_to: Any = serializers.ListSerializer(child=JoinInput(), max_length=MAX_PORTS, required=False)


class SplitInput(StrictSerializer):
    """What each of so many devices gets, in W."""

    devices = serializers.IntegerField(min_value=2, max_value=MAX_DEVICES)
    watts = serializers.ListField(child=FigureField(), min_length=2, max_length=MAX_DEVICES)


class PowerBudgetInput(StrictSerializer):
    """What all outputs give together, in W, and how that is shared."""

    watts = FigureField(places=1, most=MAX_WATTS)
    splits: Any = serializers.ListSerializer(child=SplitInput(), max_length=MAX_DEVICES, required=False)

    def validate_splits(self, splits: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Refuse to be told twice what so many devices get."""
        seen: set[int] = set()
        for position, split in enumerate(splits):
            if split["devices"] in seen:
                repeated = ErrorDetail("So many devices come twice.", code="duplicate")
                raise serializers.ValidationError({str(position): {"devices": [repeated]}})
            seen.add(split["devices"])
        return splits


class PortsInput(StrictSerializer):
    """All ports of a product, in the order in which its page shows them, and the power that they share."""

    ports: Any = serializers.ListSerializer(child=PortInput(), max_length=MAX_PORTS)
    power_budget = PowerBudgetInput(allow_null=True, required=False)


def ports_of(values: dict[str, Any]) -> ProductPorts:
    """Return the ports that a valid PortsInput describes."""
    budget = values.get("power_budget")
    return ProductPorts(
        [
            PortRow(
                product="",
                port=port["name"],
                connector=port["connector"],
                gender=port["gender"],
                quantity=port.get("quantity", 1),
                carries=tuple(_lane(lane) for lane in port.get("carries", ())),
            )
            for port in values["ports"]
        ],
        [
            JoinRow("", port["name"], join["port"], tuple(_join_lane(lane) for lane in join["carries"]))
            for port in values["ports"]
            for join in port.get("joined_to", ())
        ],
        BudgetRow(
            "",
            Decimal(str(budget["watts"])),
            {split["devices"]: tuple(split["watts"]) for split in budget.get("splits", ())},
        )
        if budget
        else None,
    )


def _lane(lane: dict[str, Any]) -> Lane:
    return Lane(lane["protocol"], Direction(lane["direction"]), lane.get("limit"))


def _join_lane(lane: dict[str, Any]) -> JoinLane:
    here = lane["protocol"]
    return JoinLane(here, lane.get("becomes", here), Direction(lane["direction"]), lane.get("limit"))


class StaffLaneSerializer(serializers.Serializer[Any]):
    """Something that a port carries; a null limit is none."""

    protocol = serializers.ChoiceField(CODES)
    direction = serializers.ChoiceField(DIRECTIONS)
    limit = serializers.FloatField(min_value=0, allow_null=True)


class StaffJoinLaneSerializer(StaffLaneSerializer):
    """Something that passes to another port, and what it is there."""

    becomes = serializers.ChoiceField(CODES)


class StaffJoinSerializer(serializers.Serializer[Any]):
    """A way to another port of the product, at the end from which it was described."""

    port = serializers.CharField()
    carries = StaffJoinLaneSerializer(many=True)


class StaffPortSerializer(serializers.Serializer[Any]):
    """A port as staff send it."""

    name = serializers.CharField()
    connector = serializers.SlugField(max_length=40)
    gender = serializers.ChoiceField(GENDERS)
    quantity = CountField()
    carries = StaffLaneSerializer(many=True)
    joined_to = StaffJoinSerializer(many=True)


class StaffPortsSerializer(serializers.Serializer[Any]):
    """The ports of a product as staff read them: what is read can be sent back as it is."""

    ports = StaffPortSerializer(many=True)
    power_budget = PowerBudgetSerializer(allow_null=True)
