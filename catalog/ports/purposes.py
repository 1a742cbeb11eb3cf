"""What a product is bought for, as far as plugging it in goes."""

from __future__ import annotations

from catalog.ports.vocabulary import Carrying

POWER_SUPPLIES = frozenset({"charger", "car_charger", "wireless_charger", "power_bank"})
DATA_ACCESSORIES = frozenset({"memory_card", "flash_drive", "drive", "keyboard", "mouse", "webcam"})
ANYTHING = frozenset(Carrying)
POWER_ONLY = frozenset({Carrying.POWER})


def purposes_of(kind: str, accessory_type: str | None = None) -> frozenset[Carrying]:
    """Return what counts when a product is plugged into another: of headphones the sound, not that they charge."""
    if kind == "sound_device":
        return frozenset({Carrying.AUDIO})
    if accessory_type in POWER_SUPPLIES:
        return POWER_ONLY
    if accessory_type in DATA_ACCESSORIES:
        return frozenset({Carrying.DATA})
    return ANYTHING
