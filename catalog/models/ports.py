"""The ports of products, the ways through cables, adapters and hubs, and the power that outputs share."""

from decimal import Decimal
from typing import ClassVar

from django.db import models

from catalog.models.connectors import Connector
from catalog.models.product import Product
from catalog.ports import Gender


class Port(models.Model):
    """A socket, a plug, a coil or a radio of a product, and what it carries."""

    GENDERS: ClassVar[list[tuple[str, str]]] = [(gender.value, gender.value.capitalize()) for gender in Gender]

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="ports")
    position = models.PositiveSmallIntegerField(default=0)
    name = models.CharField(max_length=40)
    connector = models.ForeignKey(Connector, on_delete=models.PROTECT, related_name="ports")
    gender = models.CharField("half", max_length=10, choices=GENDERS, default=Gender.RECEPTACLE.value)
    quantity = models.PositiveSmallIntegerField(default=1)
    carries = models.JSONField(
        default=list, blank=True, help_text='A list of [protocol, direction, limit]: [["usb-pd", "in", 65.0], …].'
    )

    class Meta:
        ordering: ClassVar[list[str]] = ["position", "id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["product", "name"], name="port_name_once"),
            models.CheckConstraint(condition=models.Q(quantity__gt=0), name="port_quantity_positive"),
        ]

    def __str__(self) -> str:
        return self.name


class PortJoin(models.Model):
    """A way through a cable, adapter, hub or dock from one of its ports to another, and what passes there."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="port_joins")
    position = models.PositiveSmallIntegerField(default=0)
    one = models.ForeignKey(Port, on_delete=models.CASCADE, related_name="joins_from", verbose_name="from")
    other = models.ForeignKey(Port, on_delete=models.CASCADE, related_name="joins_to", verbose_name="to")
    carries = models.JSONField(
        default=list,
        blank=True,
        help_text='A list of [protocol here, protocol there, direction, limit]: [["dp", "hdmi", "out", 14.4]].',
    )

    class Meta:
        ordering: ClassVar[list[str]] = ["position", "id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["one", "other"], name="port_join_once"),
            models.CheckConstraint(condition=~models.Q(one=models.F("other")), name="port_join_of_two"),
        ]

    def __str__(self) -> str:
        return f"{self.one} to {self.other}"


class PowerBudget(models.Model):
    """What all outputs of a product give together, in W, and how it is shared between several devices."""

    product = models.OneToOneField(Product, on_delete=models.CASCADE, related_name="power_budget")
    watts = models.DecimalField("power together (W)", max_digits=5, decimal_places=1)
    splits = models.JSONField(
        default=dict, blank=True, help_text="Devices → what each gets, as the maker publishes it: {2: [45, 20]}."
    )

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=models.Q(watts__gt=Decimal(0)), name="power_budget_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.watts} W"


class PortLayout(models.Model):
    """All ports of a product as one value. Products that are alike to a plug share a row, which never changes.

    Written only by `catalog.actions.refresh_listings`.
    """

    digest = models.CharField(max_length=64, unique=True)
    layout = models.TextField(help_text="JSON, as catalog.ports writes it.")

    def __str__(self) -> str:
        return self.digest[:12]
