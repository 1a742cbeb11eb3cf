"""Keep how products are laid out, one row for all that are alike."""

from collections.abc import Sequence
from hashlib import blake2b

from catalog.documents import ProductFacts
from catalog.models import PortLayout
from catalog.ports import write_layout


def store_layouts(*, products: Sequence[ProductFacts]) -> None:
    """Give each product the key of its layout, one key to all that are laid out alike; make those that are missing."""
    texts = {facts.id: write_layout(facts.layout) for facts in products if facts.layout is not None}
    digests = {text: blake2b(text.encode(), digest_size=32).hexdigest() for text in set(texts.values())}
    if not digests:
        return
    known = dict(PortLayout.objects.filter(digest__in=digests.values()).values_list("digest", "pk"))
    missing = {text: digest for text, digest in digests.items() if digest not in known}
    if missing:
        rows = [PortLayout(digest=digest, layout=text) for text, digest in sorted(missing.items())]
        PortLayout.objects.bulk_create(rows, ignore_conflicts=True)
        known |= PortLayout.objects.filter(digest__in=missing.values()).values_list("digest", "pk")
    for facts in products:
        if facts.id in texts:
            facts.layout_id = known[digests[texts[facts.id]]]
