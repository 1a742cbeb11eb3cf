"""The words that ports are described in: protocols, what each carries, and which connectors enter one another.

A protocol is what two ends must both speak. Limits are in watts for power and in Gbit/s of payload for everything else:
video is counted without its line coding (HDMI 2.0 sends 18 Gbit/s and shows 14.4), because only that compares HDMI with
DisplayPort.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class Carrying(StrEnum):
    """What a connection is for."""

    POWER = "power"
    DATA = "data"
    VIDEO = "video"
    AUDIO = "audio"
    NETWORK = "network"


class Gender(StrEnum):
    """Which half of a connector a port is."""

    PLUG = "plug"
    RECEPTACLE = "receptacle"
    NEITHER = "neither"


class Direction(StrEnum):
    """Which way a signal goes, seen from its port. Of data, the host sends out and the device takes in."""

    OUT = "out"
    IN = "in"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Protocol:
    """What is spoken between two ends. One that rides `over` another goes wherever that one goes."""

    code: str
    name: str
    carrying: Carrying
    over: str | None = None
    is_capture: bool = False  # sound on its way from a microphone


class Function(NamedTuple):
    """What a connection can be used for: something carried, and of sound whether it is recorded."""

    carrying: Carrying
    is_capture: bool = False


def _table(*rows: Protocol) -> dict[str, Protocol]:
    return {row.code: row for row in rows}


POWER, DATA, VIDEO, AUDIO, NETWORK = Carrying
PROTOCOLS: dict[str, Protocol] = _table(
    Protocol("mains", "230 V mains", POWER),
    Protocol("car-12v", "12 to 24 V of a car", POWER),
    Protocol("usb-5v", "5 V USB power", POWER),
    Protocol("usb-pd", "USB Power Delivery", POWER),
    Protocol("pps", "USB PD PPS", POWER),
    Protocol("qc", "Quick Charge", POWER),
    Protocol("supervooc", "SuperVOOC", POWER),
    Protocol("xiaomi-turbo", "Xiaomi turbo charging", POWER),
    Protocol("scp", "Huawei SuperCharge", POWER),
    Protocol("transsion", "TECNO and Infinix fast charging", POWER),
    Protocol("flashcharge", "vivo FlashCharge", POWER),
    Protocol("magsafe-dc", "MagSafe laptop power", POWER),
    Protocol("surface-dc", "Surface Connect power", POWER),
    Protocol("dc-5v", "5 V DC", POWER),
    Protocol("dc-9v", "9 V DC", POWER),
    Protocol("dc-12v", "12 V DC", POWER),
    Protocol("dc-15v", "15 V DC", POWER),
    Protocol("dc-19v", "19 to 20 V laptop DC", POWER),
    Protocol("qi", "Qi", POWER),
    Protocol("qi2", "Qi2", POWER),
    Protocol("magsafe", "MagSafe wireless", POWER),
    Protocol("apple-watch", "Apple Watch charging", POWER),
    Protocol("galaxy-watch", "Galaxy Watch charging", POWER),
    Protocol("phantom", "48 V phantom power", POWER),
    Protocol("poe", "Power over Ethernet", POWER),
    Protocol("usb", "USB", DATA),
    Protocol("usb4", "USB4", DATA),
    Protocol("thunderbolt", "Thunderbolt", DATA),
    Protocol("sata", "SATA", DATA),
    Protocol("nvme", "NVMe", DATA),
    Protocol("sd", "SD bus", DATA),
    Protocol("midi", "MIDI", DATA),
    Protocol("bluetooth-data", "Bluetooth", DATA),
    Protocol("receiver", "2.4 GHz receiver", DATA),
    Protocol("nfc", "NFC", DATA),
    Protocol("lightning-accessory", "Lightning accessories", DATA),
    Protocol("hdmi", "HDMI", VIDEO),
    Protocol("dp", "DisplayPort", VIDEO),
    Protocol("dp++", "dual-mode DisplayPort (DP++)", VIDEO),
    Protocol("dvi", "DVI", VIDEO),
    Protocol("vga", "VGA", VIDEO),
    Protocol("composite", "composite video", VIDEO),
    Protocol("lightning-video", "Lightning video", VIDEO),
    Protocol("analog", "analog sound", AUDIO),
    Protocol("analog-mic", "analog microphone", AUDIO, is_capture=True),
    Protocol("line", "analog line level", AUDIO),
    Protocol("xlr-mic", "balanced microphone", AUDIO, is_capture=True),
    Protocol("instrument", "instrument level", AUDIO, is_capture=True),
    Protocol("speaker", "amplified sound", AUDIO),
    Protocol("spdif", "S/PDIF", AUDIO),
    Protocol("hdmi-arc", "HDMI audio return", AUDIO),
    Protocol("usb-audio", "USB audio", AUDIO, over="usb"),
    Protocol("usb-mic", "USB microphone", AUDIO, over="usb", is_capture=True),
    Protocol("lightning-audio", "Lightning audio", AUDIO),
    Protocol("lightning-mic", "Lightning microphone", AUDIO, is_capture=True),
    Protocol("usb-c-analog", "analog sound over USB-C", AUDIO),
    Protocol("usb-c-analog-mic", "analog microphone over USB-C", AUDIO, is_capture=True),
    Protocol("bluetooth-audio", "Bluetooth audio", AUDIO),
    Protocol("bluetooth-mic", "Bluetooth microphone", AUDIO, is_capture=True),
    Protocol("wifi-audio", "sound over Wi-Fi from the maker's app", AUDIO),
    Protocol("airplay", "AirPlay", AUDIO),
    Protocol("google-cast", "Google Cast", AUDIO),
    Protocol("receiver-audio", "sound over a 2.4 GHz receiver", AUDIO),
    Protocol("ethernet", "Ethernet", NETWORK),
    Protocol("usb-ethernet", "Ethernet over USB", NETWORK, over="usb"),
    Protocol("wifi", "Wi-Fi", NETWORK),
    Protocol("dsl", "telephone line", NETWORK),
)


@dataclass(frozen=True, slots=True)
class Fit:
    """How two kinds of connectors go together: what is lost between them and why, and what to say of the rest."""

    blocks: frozenset[str] = frozenset()
    loss: str | None = None
    reason: str | None = None


SAME = Fit()
# The contact that a stereo microphone plug feeds is the left output of a headset jack (CTIA: tip and rings are left,
# right and ground, the sleeve is the microphone).
_NO_MICROPHONE = Fit(frozenset({"analog-mic"}), loss="microphone_contact_differs")
_MONO = Fit(reason="mono_only")
_MONO_WITHOUT_MICROPHONE = Fit(_NO_MICROPHONE.blocks, loss=_NO_MICROPHONE.loss, reason="mono_only")
_WITHOUT_MAGNETS = Fit(reason="no_magnets")

# Plug, receptacle → how they fit, where they are not of one kind. From the standards that `data/connectors.csv` names.
ENTERS: dict[tuple[str, str], Fit] = {
    ("usb-b", "usb-b-ss"): SAME,
    ("usb-micro-b", "usb-micro-b-ss"): SAME,
    ("jack-3-5-trs", "jack-3-5-trrs"): _NO_MICROPHONE,
    ("jack-3-5-trrs", "jack-3-5-trs"): _NO_MICROPHONE,
    ("jack-3-5-ts", "jack-3-5-trs"): _MONO,
    ("jack-3-5-ts", "jack-3-5-trrs"): _MONO_WITHOUT_MICROPHONE,
    ("jack-6-35-ts", "jack-6-35-trs"): SAME,
    ("jack-6-35-trs", "jack-6-35-ts"): _MONO,
    ("dvi-d", "dvi-i"): SAME,
    ("speakon-nl2", "speakon-nl4"): SAME,
    ("europlug", "schuko"): SAME,
}
# Coils that face each other, whichever way round.
FACES: dict[frozenset[str], Fit] = {
    frozenset({"qi2", "magsafe-wireless"}): SAME,
    frozenset({"qi", "qi2"}): _WITHOUT_MAGNETS,
    frozenset({"qi", "magsafe-wireless"}): _WITHOUT_MAGNETS,
}

# Payload in Gbit/s that a picture needs at 8 bits a colour with reduced blanking (VESA CVT-RB 2); 8K as HDMI 2.1 and
# DisplayPort 1.4 send it, subsampled or compressed.
MODES: tuple[tuple[float, str], ...] = (
    (3.2, "1080p at 60 Hz"),
    (5.7, "1440p at 60 Hz"),
    (6.3, "4K at 30 Hz"),
    (12.5, "4K at 60 Hz"),
    (25.8, "4K at 120 Hz"),
    (42.0, "8K at 60 Hz"),
)


def best_mode(gbps: float) -> str:
    """Return the best of the usual pictures that fits into this payload."""
    name = "less than 1080p"
    for needed, mode in MODES:
        if gbps >= needed:
            name = mode
    return name


FUNCTIONS = {code: Function(row.carrying, row.is_capture) for code, row in PROTOCOLS.items()}
# In the order in which they are told.
ALL_FUNCTIONS = (*(Function(carrying) for carrying in Carrying), Function(AUDIO, is_capture=True))
