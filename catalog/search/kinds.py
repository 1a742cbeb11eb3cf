"""The words that name a kind of accessory."""

from catalog.models import Accessory
from catalog.search.text import joint, words_of

KINDS = {joint(words_of(label)): value for value, label in Accessory.Type.choices}
