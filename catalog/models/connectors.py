"""The kinds of connectors that ports have, and the pins behind them."""

from typing import ClassVar

from django.db import models


class Connector(models.Model):
    """A kind of connector, as its standard describes it: what the two halves of it have in common."""

    class Family(models.TextChoices):
        """What a connector is mostly for, to browse by."""

        USB = "usb", "USB"
        APPLE = "apple", "Apple"
        DISPLAY = "display", "Display"
        AUDIO = "audio", "Audio"
        NETWORK = "network", "Network and aerial"
        STORAGE = "storage", "Storage"
        CARD = "card", "Cards"
        POWER = "power", "Power"
        MAINS = "mains", "Mains"
        WIRELESS = "wireless", "Wireless"
        EXPANSION = "expansion", "Expansion"

    class Shape(models.TextChoices):
        """Whether there are two halves, of which one goes into the other."""

        GENDERED = "gendered", "Plug and receptacle"
        GENDERLESS = "genderless", "Both sides alike"

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=60)
    family = models.CharField(max_length=12, choices=Family.choices)
    shape = models.CharField(max_length=12, choices=Shape.choices, default=Shape.GENDERED)
    is_wireless = models.BooleanField(default=False)
    description = models.TextField(blank=True)
    source = models.CharField(max_length=160, blank=True, help_text="The standard or document that describes it.")

    class Meta:
        ordering: ClassVar[list[str]] = ["family", "name"]

    def __str__(self) -> str:
        return self.name


class ConnectorPin(models.Model):
    """A contact of a connector, as the standard names it, and the signal that it carries."""

    connector = models.ForeignKey(Connector, on_delete=models.CASCADE, related_name="pins")
    position = models.PositiveSmallIntegerField(default=0, help_text="The order of the table.")
    pin = models.CharField(max_length=12)
    signal = models.CharField(max_length=40)
    description = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["connector", "position", "id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["connector", "pin"], name="connector_pin_once"),
        ]

    def __str__(self) -> str:
        return f"{self.pin}: {self.signal}"
