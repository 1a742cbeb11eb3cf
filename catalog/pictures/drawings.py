"""Which drawing shows which category."""

from collections.abc import Callable

from .cables import draw_adapter, draw_cable
from .canvas import Canvas
from .charging import draw_car_charger, draw_power_bank, draw_wall_charger, draw_wireless_charger
from .computers import draw_laptop
from .desk import draw_keyboard, draw_mouse, draw_webcam
from .headphones import (
    draw_earbuds,
    draw_gaming_headset,
    draw_neckband,
    draw_on_ear,
    draw_over_ear,
    draw_wired_earphones,
)
from .microphones import draw_usb_microphone, draw_wireless_microphone
from .phones import draw_feature_phone, draw_foldable, draw_smartphone
from .protection import draw_laptop_bag, draw_package, draw_phone_case, draw_screen_protector
from .speakers import (
    draw_desktop_speakers,
    draw_party_speaker,
    draw_portable_speaker,
    draw_smart_speaker,
    draw_soundbar,
)
from .storage import draw_dock, draw_flash_drive, draw_memory_card, draw_portable_drive, draw_usb_hub
from .subject import Subject
from .tablets import draw_e_reader, draw_tablet

Drawing = Callable[[Canvas, Subject], None]

DRAWINGS: dict[str, Drawing] = {
    "iphones": draw_smartphone,
    "flagship-android-phones": draw_smartphone,
    "mid-range-android-phones": draw_smartphone,
    "budget-android-phones": draw_smartphone,
    "foldable-phones": draw_foldable,
    "4g-feature-phones": draw_feature_phone,
    "basic-phones": draw_feature_phone,
    "ipads": draw_tablet,
    "android-tablets": draw_tablet,
    "e-readers": draw_e_reader,
    "macbooks": draw_laptop,
    "ultrabooks": draw_laptop,
    "business-laptops": draw_laptop,
    "everyday-laptops": draw_laptop,
    "gaming-laptops": draw_laptop,
    "chromebooks": draw_laptop,
    "wall-chargers": draw_wall_charger,
    "car-chargers": draw_car_charger,
    "wireless-chargers": draw_wireless_charger,
    "power-banks": draw_power_bank,
    "charging-and-data-cables": draw_cable,
    "video-cables": draw_cable,
    "audio-cables": draw_cable,
    "network-cables": draw_cable,
    "adapters": draw_adapter,
    "usb-hubs": draw_usb_hub,
    "docking-stations": draw_dock,
    "memory-cards": draw_memory_card,
    "usb-flash-drives": draw_flash_drive,
    "portable-drives": draw_portable_drive,
    "keyboards": draw_keyboard,
    "mice": draw_mouse,
    "webcams": draw_webcam,
    "phone-cases": draw_phone_case,
    "screen-protectors": draw_screen_protector,
    "laptop-bags": draw_laptop_bag,
    "over-ear-headphones": draw_over_ear,
    "on-ear-headphones": draw_on_ear,
    "gaming-headsets": draw_gaming_headset,
    "true-wireless-earbuds": draw_earbuds,
    "wired-earphones": draw_wired_earphones,
    "neckband-earphones": draw_neckband,
    "portable-speakers": draw_portable_speaker,
    "party-speakers": draw_party_speaker,
    "smart-speakers": draw_smart_speaker,
    "soundbars": draw_soundbar,
    "desktop-speakers": draw_desktop_speakers,
    "usb-microphones": draw_usb_microphone,
    "wireless-microphones": draw_wireless_microphone,
}


def drawing_for(category: str) -> Drawing:
    """The drawing of a leaf category; a plain package for any other slug."""
    return DRAWINGS.get(category, draw_package)
