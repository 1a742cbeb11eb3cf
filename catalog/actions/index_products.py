"""Keep the full-text index and the vocabulary in step with products, in the transaction of the change."""

from collections.abc import Collection, Iterable, Mapping

from catalog.bulk import chunks
from catalog.documents import ProductFacts
from catalog.models import SearchDocument, SearchWord
from catalog.search.document import search_document, vocabulary


def index_products(*, product_ids: Collection[int], facts: Collection[ProductFacts]) -> set[str]:
    """Write the search documents that changed, and delete those of the products without facts; return the words.

    These are the words of what changed, for `learn_words`. Most changes of a product (a price, a stock word) change no
    word of it: they cost one query here. The caller holds the products' locks.
    """
    known = dict(SearchDocument.objects.filter(pk__in=product_ids).values_list("pk", "words"))
    documents = {product.id: search_document(product) for product in facts}
    changed = {pk: words for pk, words in documents.items() if known.get(pk) != words}
    _write(changed)
    if gone := known.keys() - documents.keys():
        SearchDocument.objects.filter(pk__in=gone).delete()
    return vocabulary(product for product in facts if product.id in changed)


def learn_words(words: Iterable[str], *, revision: int) -> None:
    """Add those of the words to the vocabulary that are new. The caller holds the revision, so nobody else adds any."""
    for chunk in chunks(sorted(words)):
        known = set(SearchWord.objects.filter(pk__in=chunk).values_list("pk", flat=True))
        new = [SearchWord(word=word, revision=revision) for word in chunk if word not in known]
        if new:
            SearchWord.objects.bulk_create(new, ignore_conflicts=True)


def _write(documents: Mapping[int, str]) -> None:
    if documents:
        SearchDocument.objects.bulk_create(
            [SearchDocument(product_id=pk, words=words) for pk, words in documents.items()],
            update_conflicts=True,
            update_fields=["words"],
            unique_fields=["product_id"],
        )
