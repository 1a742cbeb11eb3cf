"""The forms of products, variants and pictures."""

from functools import cached_property
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from unfold.forms import PaginationInlineFormSet

from catalog.admin.fields import ConnectivityField, LinesField, PairsField, PictureField, TreeField
from catalog.admin.spec_values import TypedSpecsForm
from catalog.models import Product, ProductImage, SoundDevice, StockLevel, Variant


class ProductForm(TypedSpecsForm):
    """What a page of the shop shows."""

    category = TreeField()
    specs = PairsField(rows=10, label="Specifications", help_text="One a line: Display: 6.8 in")
    in_the_box = LinesField(rows=5, help_text="One thing a line.")

    class Meta:
        model = Product
        fields = "__all__"  # the admin's fieldsets choose


class SoundDeviceForm(ProductForm):
    """A sound device's page."""

    connectivity = ConnectivityField()

    class Meta(ProductForm.Meta):
        model = SoundDevice


class VariantForm(forms.ModelForm):  # type: ignore[type-arg]
    """What is bought, with its price."""

    options = PairsField(rows=2, help_text="One a line: Colour: Black")

    class Meta:
        model = Variant
        fields = "__all__"  # noqa: DJ007


class VariantFormSet(PaginationInlineFormSet):
    """The variants of a product."""

    def clean(self) -> None:
        """Refuse to delete a variant that ever had stock: its movements are the shop's books."""
        # Before Django's own checks, and not by `deleted_forms`: both complain of what is protected without a way out.
        going = [form.instance.pk for form in self.forms if form.instance.pk and self._should_delete_form(form)]
        kept = StockLevel.objects.filter(variant_id__in=going).values_list("variant__sku", flat=True).distinct()
        if going and (skus := ", ".join(kept)):
            raise ValidationError(f"{skus}: has stock or had some. Take it off the shelf (not active) instead.")
        super().clean()


class ImageForm(forms.ModelForm):  # type: ignore[type-arg]
    """A picture of a product."""

    original = PictureField(label="Picture")

    class Meta:
        model = ProductImage
        fields = "__all__"  # noqa: DJ007

    # A picture that was not replaced is left alone: to set it anew, as Django would twice, reads it from the storage.

    def clean(self) -> dict[str, Any]:
        """Return what was entered, with the picture only if it is a new one."""
        data = super().clean() or self.cleaned_data
        if "original" not in self.changed_data:
            data.pop("original", None)
        return data

    def _get_validation_exclusions(self) -> set[str]:
        untouched = set() if "original" in self.changed_data else {"original"}
        return {*super()._get_validation_exclusions(), *untouched}  # type: ignore[misc]

    def save(self, commit: bool = True) -> ProductImage:
        """Save; a new original makes the old renditions void."""
        if "original" in self.changed_data:
            self.instance.display = self.instance.thumbnail = ""
        image: ProductImage = super().save(commit)
        return image


class ImageFormSet(PaginationInlineFormSet):
    """The pictures of a product; each may belong to one of its variants."""

    @cached_property
    def variants(self) -> list[tuple[int, str]]:
        """The product's variants, read once for all rows."""
        return list(Variant.objects.filter(product=self.instance.pk).values_list("pk", "sku"))

    def add_fields(self, form: "forms.ModelForm[ProductImage]", index: int | None) -> None:
        """Offer the product's own variants only."""
        super().add_fields(form, index)
        field: Any = form.fields.get("variant")
        if field is not None:
            field.queryset = Variant.objects.filter(product=self.instance.pk)
            field.choices = [("", "All variants"), *self.variants]
