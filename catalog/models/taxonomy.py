"""Brands, and the tree of categories."""

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models

from catalog.models.slugs import refuse_number
from catalog.querysets import CategoryQuerySet
from electroports.texts import refuse_unseen


class Brand(models.Model):
    """Who makes it."""

    name = models.CharField(max_length=80, unique=True, validators=[refuse_unseen])
    slug = models.SlugField(max_length=80, unique=True, validators=[refuse_number])
    description = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["name"]

    def __str__(self) -> str:
        return self.name


class Category(models.Model):
    """A node of the category tree (an adjacency list). A product hangs on one node and is found under all above it."""

    name = models.CharField(max_length=80, validators=[refuse_unseen])
    slug = models.SlugField(max_length=80, unique=True, validators=[refuse_number])
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    position = models.PositiveSmallIntegerField(default=0)
    description = models.TextField(blank=True)

    objects = CategoryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "categories"
        ordering: ClassVar[list[str]] = ["position", "name"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=~models.Q(parent=models.F("id")), name="category_not_own_parent"),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Refuse a parent that lies below this category: the tree has no cycles."""
        if self.pk and self.parent_id and self.parent_id in Category.objects.subtree_ids(self.pk):
            raise ValidationError({"parent": "A category cannot lie below itself."})
