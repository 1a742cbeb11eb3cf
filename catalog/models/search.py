"""What search looks into: the words of each product, the vocabulary, and the synonyms that staff keep."""

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models

from catalog.search.text import words_of


class SearchDocument(models.Model):
    """The words that a listed product is found by, with spaces between, each marked with its weight.

    Written only by `catalog.actions.refresh_listings` and the bulk load. The full-text index follows in the same
    statement: a generated tsvector column on PostgreSQL, triggers into an FTS5 table on SQLite (migration 0006).
    On SQLite, Django alters a table by making a new one: a migration that does that has to make the triggers again.
    """

    # No foreign key, like the listing that it belongs to.
    product_id = models.BigIntegerField(primary_key=True)
    words = models.TextField()

    def __str__(self) -> str:
        return str(self.product_id)


class SearchWord(models.Model):
    """A word that typing errors may be corrected to. Words are added and stay, even when their products go."""

    word = models.CharField(max_length=40, primary_key=True)
    revision = models.BigIntegerField(db_index=True)

    def __str__(self) -> str:
        return self.word


class SearchSynonym(models.Model):
    """What shoppers write, and what the catalogue calls it."""

    term = models.CharField(
        max_length=60, unique=True, help_text="What shoppers write: one word or a few, in any case: chaja."
    )
    means = models.CharField(
        max_length=200,
        blank=True,
        help_text="What it is found under, comma separated: charger, power adapter. Empty: the word is ignored.",
    )
    both_ways = models.BooleanField(default=False, help_text="The reverse holds too: earphones = earbuds.")
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["term"]

    def __str__(self) -> str:
        return self.term

    def clean(self) -> None:
        """Refuse a term or a meaning in which search would see no word."""
        if not words_of(self.term):
            raise ValidationError({"term": "There is no word in it."})
        if self.means.strip() and not all(words_of(meaning) for meaning in self.means.split(",")):
            raise ValidationError({"means": "Give words, with commas between: charger, power adapter."})
