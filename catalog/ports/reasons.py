"""Verdicts and their reasons: a code and figures for programs, a sentence for people."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Any, NamedTuple


class Verdict(StrEnum):
    """Whether two things work together."""

    WORKS = "works"
    LIMITED = "limited"
    NO = "no"


RANK = {Verdict.WORKS: 0, Verdict.LIMITED: 1, Verdict.NO: 2}

# Code → the sentence, with the figures of the reason in braces. Codes are stable: clients decide by them.
SENTENCES = {
    "charges": "Charges at {watts} W.",
    "charges_others": "What is plugged in there gets the power; the product itself is not charged over it.",
    "charges_slowly": "Charges at {watts} W of {of} W.",
    "powers": "Gets its power: {protocol}.",
    "connects": "Connects: {protocol}.",
    "data_at": "Transfers at {rate}.",
    "slow_data": "Transfers at {rate} of {of_rate}.",
    "video_at": "Shows up to {mode}.",
    "video_limited": "Shows up to {mode} of {of_mode}.",
    "video_analog": "Shows an analog picture.",
    "plays_sound": "Sound goes through: {protocol}.",
    "records_sound": "The microphone goes through: {protocol}.",
    "network_at": "Network at {rate}.",
    "slow_network": "Network at {rate} of {of_rate}.",
    "no_matching_port": "No port of the one fits the other.",
    "nothing_in_common": "They fit, but there is nothing that the one gives and the other takes.",
    "protocols_differ": "They fit, but for {carrying} the one speaks {one} and the other {other}.",
    "no_power": "No charging.",
    "no_data": "No data.",
    "no_video": "No picture.",
    "no_playback": "No sound.",
    "no_microphone": "The microphone does not work.",
    "no_network": "No network.",
    "power_not_carried": "{by} carries no power that both ends know.",
    "data_not_carried": "{by} carries no data.",
    "video_not_carried": "{by} carries no picture.",
    "audio_not_carried": "{by} carries no such sound.",
    "network_not_carried": "{by} carries no network.",
    "one_way": "{by} works in the other direction only.",
    "needs_dual_mode": "{by} is passive: it needs a DisplayPort output that can speak HDMI (DP++).",
    "needs_thunderbolt": "It needs Thunderbolt from end to end.",
    "no_power_delivery": "USB Power Delivery is not reached, and with it the full power.",
    "no_pps": "Without PPS the fastest charging is not reached.",
    "own_fast_charging": "The fastest charging needs {protocol} from end to end.",
    "feeds_the_supply": "Power would only go the wrong way, into the supply.",
    "microphone_contact_differs": "The microphone sits on another contact of the jack: sound only.",
    "needs_phantom": "The microphone needs 48 V phantom power, which it does not get here.",
    "mono_only": "One channel only.",
    "no_magnets": "Without magnets on both sides it is not held in place.",
    "shared_power": "The charger shares {watts} W between {devices} devices.",
    "weaker_output": "The output {port} gives {watts} W where another would give {of} W.",
    "too_many_devices": "The charger has {ports} outputs for {devices} devices.",
    "out_of_stock": "What would connect them is out of stock.",
    "no_chain": "No chain of up to {links} cables and adapters in the shop connects them.",
}


class Reason(NamedTuple):
    """Why a verdict is what it is. `figures` are in W and Gbit/s; the text is made from them."""

    code: str
    figures: dict[str, Any] = {}  # noqa: RUF012 (a default that nobody changes)

    def say(self, names: Sequence[str]) -> str:
        """Return the reason as a sentence; `names` are the products of the chain, from the first to the last."""
        shown: dict[str, Any] = {key: number(value) for key, value in self.figures.items()}
        for key, into in (("gbps", "rate"), ("of_gbps", "of_rate")):
            if key in self.figures:
                shown[into] = rate(self.figures[key])
        if "by" in self.figures:
            shown["by"] = names[self.figures["by"]]
        return SENTENCES[self.code].format_map(shown)


def number(value: Any) -> str:
    """Return a figure without needless decimals, and a list of words with commas."""
    if isinstance(value, float):
        return f"{value:.1f}".removesuffix(".0")
    if isinstance(value, (list, tuple)):
        return ", ".join(map(str, value))
    return str(value)


def rate(gbps: float) -> str:
    """Return a transfer rate as it is printed on a box: 480 Mbit/s, 2.5 Gbit/s."""
    return f"{gbps * 1000:.0f} Mbit/s" if gbps < 1 else f"{number(round(gbps, 1))} Gbit/s"
