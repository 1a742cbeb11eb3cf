"""Why two products work together or not, where the truth table found that it was once told wrongly."""

from __future__ import annotations

import pytest

from catalog.files.ports import join_lanes, lanes
from catalog.ports import Carrying, Gender, Join, Layout, Port, Verdict, assess, assess_chain

PLUG, RECEPTACLE = Gender.PLUG, Gender.RECEPTACLE


def device(connector: str, carries: str, gender: Gender = RECEPTACLE) -> Layout:
    return Layout((Port(connector, connector, gender, 1, lanes(carries)),))


def cable(one: str, other: str, carries: str, genders: tuple[Gender, Gender] = (PLUG, PLUG)) -> Layout:
    ends = (Port("One", one, genders[0], 1, ()), Port("Other", other, genders[1], 1, ()))
    return Layout(ends, (Join(0, 1, join_lanes(carries)),))


def codes(one: Layout, links: list[Layout], other: Layout, carrying: Carrying | None = None) -> tuple[str, list[str]]:
    found = assess_chain(one, links, other, carrying=carrying)
    return found.verdict, [reason.code for reason in found.reasons]


LAPTOP = device("usb-c", "usb out 10 | usb-mic in | usb-audio out")
THUNDERBOLT_MAC = device("usb-c", "usb out 10 | thunderbolt both 40")
THUNDERBOLT_SSD = device("usb-c", "thunderbolt in 22")
CHARGING_CABLE = cable("usb-c", "usb-c", "usb both 0.48")
PHONE_JACK = device("jack-3-5-trrs", "analog out | analog-mic in")


def test_a_microphone_speaks_against_the_direction_of_its_usb_cable() -> None:
    microphone = device("usb-c", "usb in 0.48 | usb-mic out")
    hosts_cable = cable("usb-a", "usb-c", "usb out 0.48")
    desktop = device("usb-a", "usb out 5 | usb-mic in | usb-audio out")

    assert codes(desktop, [hosts_cable], microphone, Carrying.AUDIO) == ("works", ["records_sound"])
    assert codes(microphone, [hosts_cable], desktop, Carrying.AUDIO) == ("works", ["records_sound"])


def test_a_cable_is_named_where_it_drops_what_both_ends_speak() -> None:
    assert codes(THUNDERBOLT_MAC, [CHARGING_CABLE], THUNDERBOLT_SSD) == ("no", ["no_data", "data_not_carried"])
    assert codes(LAPTOP, [CHARGING_CABLE], THUNDERBOLT_SSD) == ("no", ["no_data", "needs_thunderbolt"])


def test_a_dock_that_takes_thunderbolt_alone_says_so() -> None:
    dock = cable("usb-c", "usb-a", "thunderbolt > usb out 10", (RECEPTACLE, RECEPTACLE))
    stick = device("usb-a", "usb in 5", PLUG)
    full = cable("usb-c", "usb-c", "usb both 10 | thunderbolt both 40")

    assert codes(THUNDERBOLT_MAC, [full, dock], stick) == ("works", ["data_at"])
    assert codes(LAPTOP, [full, dock], stick) == ("no", ["no_data", "needs_thunderbolt"])


@pytest.mark.parametrize(("host", "verdict"), [("usb out 10", "works"), ("usb both 0.48", "limited")])
def test_a_drive_is_measured_by_itself(host: str, verdict: str) -> None:
    drive = device("usb-c", "usb in 10", PLUG)

    assert codes(device("usb-c", host), [], drive)[0] == codes(drive, [], device("usb-c", host))[0] == verdict


def test_a_phone_is_measured_by_what_both_ends_can_do() -> None:
    phone = device("usb-c", "usb both 0.48")

    assert codes(LAPTOP, [cable("usb-c", "usb-c", "usb both 10")], phone) == ("works", ["data_at"])


def test_a_stereo_plug_in_a_headset_jack_loses_the_microphone_alone() -> None:
    headphones = device("jack-3-5-trs", "analog in", PLUG)
    microphone = device("jack-3-5-trs", "analog-mic out", PLUG)

    assert codes(PHONE_JACK, [], headphones) == ("works", ["plays_sound"])
    assert codes(PHONE_JACK, [], microphone) == ("no", ["no_microphone", "microphone_contact_differs"])


def test_a_mono_plug_gives_one_channel() -> None:
    camera = device("jack-3-5-trs", "analog-mic in")
    microphone = device("jack-3-5-ts", "analog-mic out", PLUG)

    assert codes(camera, [], microphone) == ("limited", ["records_sound", "mono_only"])
    assert codes(PHONE_JACK, [], microphone) == ("no", ["no_microphone", "microphone_contact_differs"])


@pytest.mark.parametrize(
    ("mixer", "expected"),
    [
        ("xlr-mic in | phantom out", ("works", ["records_sound"])),
        ("xlr-mic in", ("no", ["no_microphone", "needs_phantom"])),
    ],
)
def test_a_condenser_microphone_is_silent_without_phantom_power(mixer: str, expected: tuple[str, list[str]]) -> None:
    microphone = device("xlr-3", "xlr-mic out | phantom in", PLUG)

    assert codes(microphone, [], device("xlr-3", mixer), Carrying.AUDIO) == expected
    assert codes(device("xlr-3", mixer), [], microphone, Carrying.AUDIO) == expected


def test_an_analog_picture_has_no_resolution() -> None:
    laptop = device("hdmi-a", "hdmi out 14.4")
    adapter = cable("hdmi-a", "vga", "hdmi > vga out", (PLUG, RECEPTACLE))
    projector = device("vga", "vga in", PLUG)

    assert codes(laptop, [adapter], projector) == ("works", ["video_analog"])


def test_what_other_ports_could_do_is_not_missed_at_those_that_are_joined() -> None:
    console = Layout((*device("hdmi-a", "hdmi out 28.4").ports, *device("rj45", "ethernet both 1").ports))
    television = Layout((*device("hdmi-a", "hdmi in 42.6").ports, *device("rj45", "ethernet both 0.1").ports))
    hdmi = cable("hdmi-a", "hdmi-a", "hdmi both 42.6")

    assert codes(console, [hdmi], television) == ("works", ["video_at"])
    assert codes(console, [hdmi], television, Carrying.NETWORK) == ("no", ["no_network"])


def test_of_two_power_banks_the_one_is_charged_that_wants_no_more() -> None:
    small = device("usb-c", "usb-pd both 25", PLUG)
    large = device("usb-c", "usb-pd out 140 | usb-pd in 100")

    assert codes(small, [], large) == codes(large, [], small) == ("works", ["charges"])


def test_what_is_asked_for_and_cannot_be_is_missing() -> None:
    phone = device("usb-c", "usb-5v in 10 | usb both 0.48")
    charger = device("usb-c", "usb-5v out 15")

    assert codes(charger, [CHARGING_CABLE], phone, Carrying.VIDEO) == ("no", ["no_video"])
    assert assess(charger, CHARGING_CABLE, carrying=Carrying.VIDEO).verdict == Verdict.NO


def test_a_chain_that_fits_nowhere_says_where_it_ends() -> None:
    printer = device("usb-b", "usb in 0.48")
    found = assess_chain(LAPTOP, [cable("usb-c", "usb-micro-b", "usb out 0.48")], printer)

    assert [(reason.code, reason.figures) for reason in found.reasons] == [
        ("no_matching_port", {"one": ["usb-micro-b"], "other": ["usb-b"]})
    ]
