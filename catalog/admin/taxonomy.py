"""Brands and the category tree in the back office."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from unfold.decorators import display
from unfold.views import ChangeList

from catalog.admin.fields import TreeField, in_tree_order
from catalog.admin.shopwindow import ShopWindowAdmin
from catalog.models import Brand, Category, Product


@admin.register(Brand)
class BrandAdmin(ShopWindowAdmin):
    """Who makes what is sold."""

    list_display = ("name", "slug", "products")
    search_fields = ("name",)
    prepopulated_fields: ClassVar[dict[str, tuple[str, ...]]] = {"slug": ("name",)}

    @display(description="Products")
    def products(self, brand: Brand) -> str:
        """Link to the brand's products."""
        address = f"{reverse('admin:catalog_product_changelist')}?brand__id__exact={brand.pk}"
        return format_html('<a class="text-link" href="{}">Show</a>', address)

    def product_ids(self, rows: QuerySet[Any]) -> list[int]:
        """Return the products of these brands."""
        return list(Product.objects.filter(brand__in=rows.order_by()).order_by().values_list("pk", flat=True))


class CategoryForm(forms.ModelForm):  # type: ignore[type-arg]
    """A node of the tree."""

    parent = TreeField(required=False)

    class Meta:
        model = Category
        fields = ("name", "slug", "parent", "position", "description")


class TreeChangeList(ChangeList):
    """Categories in the order of the tree; what a search finds without its parent stands at the margin."""

    def get_results(self, request: HttpRequest) -> None:
        """Read the rows, put each below its parent and note its depth."""
        super().get_results(request)
        rows: list[Any] = []
        for category, depth in in_tree_order(self.result_list):
            rows.append(category)
            rows[-1].depth = depth
        self.result_list: list[Any] = rows


@admin.register(Category)
class CategoryAdmin(ShopWindowAdmin):
    """The tree of categories."""

    form = CategoryForm
    fields = (("name", "slug"), ("parent", "position"), "description")
    list_display = ("branch", "slug", "position", "products")
    search_fields = ("name", "slug")
    sortable_by = ()
    list_per_page = 1000
    list_select_related = ("parent",)
    prepopulated_fields: ClassVar[dict[str, tuple[str, ...]]] = {"slug": ("name",)}

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        """List the tree."""
        return TreeChangeList

    @display(description="Category")
    def branch(self, category: Any) -> str:
        """Name, indented by depth."""
        if not category.depth:
            inside = f" (in {category.parent})" if category.parent else ""
            return format_html('<strong class="font-semibold">{}</strong>{}', category.name, inside)
        return format_html('<span style="padding-left: {}rem">{}</span>', 1.75 * category.depth, category.name)

    @display(description="Products")
    def products(self, category: Category) -> str:
        """Link to the products of the category and of all below it."""
        address = f"{reverse('admin:catalog_product_changelist')}?under={category.pk}"
        return format_html('<a class="text-link" href="{}">Show</a>', address)

    def product_ids(self, rows: QuerySet[Any]) -> list[int]:
        """Return the products that hang on these very categories: only their listings name them."""
        return list(Product.objects.filter(category__in=rows.order_by()).order_by().values_list("pk", flat=True))
