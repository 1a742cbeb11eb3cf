"""What colour a product is: shop colour names as RGB, and the arithmetic of shading them."""

from colorsys import hls_to_rgb, rgb_to_hls
from functools import lru_cache

Colour = tuple[int, int, int]

WHITE: Colour = (255, 255, 255)
BLACK: Colour = (0, 0, 0)
INK: Colour = (24, 26, 31)
STEEL: Colour = (176, 181, 188)
GOLD: Colour = (214, 178, 94)

# Qualifiers say nothing about the hue: "Titanium Black" is black, "Awesome Navy" is navy.
_NAMES = """
black 2b2d31|white f1f1ee|grey 84888e|silver cfd2d6|gold dfc49a|blue 3f6ea8|red b9303a|green 4f8064
yellow efd25e|pink eab6c1|purple 8d7bb5|orange e0813f|brown 7c5a43|beige dccfb8|cream eee6d6|navy 2c3a5c
teal 2f7f86|cyan 58b6c9|mint b5dcc8|lavender c3b6dc|violet 8573b8|lilac cbb6da|coral ec8072|peach f3bfa2
rose e3b3b1|burgundy 6d2635|maroon 6f2b33|turquoise 58bdb8|aqua 86cbd2|lime b9d65b|olive 77794f
khaki a79b76|tan c6a47d|ivory f0eadb|pearl e9e6e0|champagne e4d3b8|bronze a67c55|copper b87750
graphite 4f5257|charcoal 43464b|slate 5d6873|midnight 252c39|starlight ece4d7|obsidian 27282b
porcelain ece6da|hazel 8a8c7d|bay 8fb7dc|snow f3f4f4|ice cfe2ee|icy d2e2ec|icyblue c9dcea|sky 9cc4e4
ocean 356f9c|sea 4a8d9b|sand d8c7aa|desert c9ab8c|natural bfb6aa|titanium a7a29b|sapphire 2f4f93
emerald 2f7c5d|jade 7fb39b|ruby a4243b|amber d99a3a|onyx 26272a|jet 232427|carbon 34373b|phantom 2e3034
awesome 6d8bb8|space 56585c|stone a39d93|ash a9a9a6|smoke 8f9296|storm 5e6a78|fog c9cdd0|mist c2cfd6
moon d9d9d5|lunar c9cbce|sun f1c85b|sunset e78d5a|lemon f1e06a|mustard cfa43a|forest 35543f|pine 3e5d4e
sage a9b79d|moss 71794f|leaf 7cab63|plum 6b3d63|indigo 4a4f93|magenta b8457f|berry 9a3a5d|cobalt 2f55a4
denim 4c6a8f|steel 7f8b97|gunmetal 484d54|chrome c8ccd1|platinum d6d6d3|linen e7dfd2|latte cbb096
mocha 7b5d4c|chocolate 553b2f|cocoa 6a4b3d|coffee 5f4638|ultramarine 35439c|iris 8685c4|orchid b985c2
blush efcdc8|lemongrass dbe0a0|wintergreen a8cdb8|moonstone 8b94a8|peony e58a9c|aloe b9d6bb
cosmic d0743d|deep 33456e|cloud eff0ef|shadow 2f3236|dune d6bd98|glacier bcd8e4|aurora 7fa9b8
lightning d7d9dc|eclipse 30333d|nordic 7d99b0|stellar 3b4257|crystal d7e0e6|twilight 56538a|neon a6dd52
arctic e6edf1|polar e3e9ed|marble e3e0da|clear d9e2e6|transparent dbe3e7|smoky 7d8084|walnut 6f4b34
oak c09a6b|bamboo cfb079|leather 8a5a3c|fabric 8d9096|chalk efeeea|camo 6b7053
"""
_COMPOUND = {
    "space grey": "68696d",
    "space gray": "68696d",
    "space black": "2f3033",
    "rose gold": "e3b9aa",
    "sky blue": "a9c9e2",
    "light blue": "a8c6df",
    "deep blue": "33456e",
    "mist blue": "a9bccd",
    "ice blue": "c4dceb",
    "icy blue": "c4dceb",
    "navy blue": "2c3a5c",
    "midnight blue": "2a3550",
    "midnight green": "3c4f49",
    "pacific blue": "43607a",
    "sierra blue": "9db6cc",
    "alpine green": "52604f",
    "deep purple": "4f475c",
    "dark grey": "4c4f54",
    "dark gray": "4c4f54",
    "light grey": "c2c5c9",
    "light gray": "c2c5c9",
    "light green": "b6d5b4",
    "light violet": "c9bfe0",
    "cosmic orange": "d97a45",
    "cloud white": "f2f2ef",
    "light gold": "e8d9bf",
    "desert titanium": "c5ab92",
    "natural titanium": "b7ada1",
    "blue titanium": "474f5d",
    "forest green": "35543f",
    "mint green": "b5dcc8",
    "sea blue": "3f7d9a",
    "ocean blue": "356f9c",
    "pale grey": "c9ccce",
    "off white": "efece4",
    "hot pink": "e0588f",
    "product red": "b3202e",
    "(product)red": "b3202e",
}
_VAGUE = (
    "shadow",
    "titanium",
    "awesome",
    "phantom",
    "cosmic",
    "deep",
    "space",
    "natural",
    "stellar",
    "lunar",
    "crystal",
    "aurora",
)


def _parsed(code: str) -> Colour:
    return (int(code[0:2], 16), int(code[2:4], 16), int(code[4:6], 16))


COLOUR_WORDS: dict[str, Colour] = {
    word: _parsed(code) for word, code in (entry.split() for entry in _NAMES.replace("\n", "|").split("|") if entry)
}
COLOUR_WORDS |= {
    "gray": COLOUR_WORDS["grey"],
    "jetblack": COLOUR_WORDS["jet"],
    "whitesilver": (222, 224, 226),
}


@lru_cache(maxsize=512)
def named_colour(name: str) -> Colour | None:
    """The RGB of a shop's colour name; None when no word of it is known."""
    words = name.lower().replace("-", " ").replace("/", " ").split()
    phrase = " ".join(words)
    for compound, code in _COMPOUND.items():
        if compound in phrase:
            return _parsed(code)
    known = [word for word in words if word in COLOUR_WORDS]
    telling = [word for word in known if word not in _VAGUE] or known
    if not telling:
        return None
    found = COLOUR_WORDS[telling[-1]]
    if "light" in words or "pale" in words:
        return mix(found, WHITE, 0.4)
    return mix(found, BLACK, 0.35) if "dark" in words else found


def mix(one: Colour, other: Colour, share: float) -> Colour:
    """`one` with a share of `other` between 0 and 1."""
    return (
        round(one[0] + (other[0] - one[0]) * share),
        round(one[1] + (other[1] - one[1]) * share),
        round(one[2] + (other[2] - one[2]) * share),
    )


def lighter(colour: Colour, share: float = 0.2) -> Colour:
    return mix(colour, WHITE, share)


def darker(colour: Colour, share: float = 0.2) -> Colour:
    return mix(colour, BLACK, share)


def is_pale(colour: Colour) -> bool:
    return 0.3 * colour[0] + 0.59 * colour[1] + 0.11 * colour[2] > 140


def readable_on(colour: Colour, strength: float = 0.55) -> Colour:
    """A quiet tone for lettering or trim on that colour."""
    return mix(colour, INK if is_pale(colour) else WHITE, strength)


def from_hue(hue: float, lightness: float, saturation: float) -> Colour:
    """A colour from a hue in turns and two shares between 0 and 1."""
    red, green, blue = hls_to_rgb(hue % 1, lightness, saturation)
    return (round(red * 255), round(green * 255), round(blue * 255))


def hue_of(colour: Colour) -> float:
    return rgb_to_hls(colour[0] / 255, colour[1] / 255, colour[2] / 255)[0]
