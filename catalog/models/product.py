"""Products as a page shows them, their variants as they are bought, and their pictures."""

from decimal import Decimal
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone

from catalog.models.slugs import refuse_number
from catalog.models.taxes import TaxClass
from catalog.models.taxonomy import Brand, Category
from catalog.querysets import ProductQuerySet
from electroports.texts import refuse_unseen

MAX_SHIPPING_GRAMS = 1_000_000

# What stands beside the products' pages, under /api/products/.
RESERVED_SLUGS = frozenset({"bulk", "compare", "facets", "suggest"})
MOST_PER_CUSTOMER = 100_000  # of a variant; whoever wants to set a higher limit wants none


class Product(models.Model):
    """What a page of the shop shows. What is bought is one of its variants."""

    class Kind(models.TextChoices):
        """Which table, if any, holds more fields of the product."""

        DEVICE = "device", "Device"
        ACCESSORY = "accessory", "Accessory"
        SOUND_DEVICE = "sound_device", "Sound device"

    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.DEVICE, editable=False)
    slug = models.SlugField(max_length=80, unique=True, validators=[refuse_number])
    name = models.CharField(max_length=120, validators=[refuse_unseen])
    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, related_name="products")
    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="products")
    tax_class = models.ForeignKey(
        TaxClass,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="products",
        help_text="How VAT is charged. Empty: as of the default class.",
    )
    description = models.TextField(blank=True)
    specs = models.JSONField(default=list, blank=True, help_text='A list of pairs: [["Display", "6.8 in"], …].')
    typed_specs = models.JSONField(
        default=dict,
        db_default=models.Value({}, models.JSONField()),
        blank=True,
        editable=False,
        help_text="Values of specification fields (SpecField), by code.",
    )
    in_the_box = models.JSONField(default=list, blank=True, help_text='A list: ["Phone", "USB-C cable"].')
    warranty_months = models.PositiveSmallIntegerField(default=12)
    released_on = models.DateField(null=True, blank=True)
    popularity = models.PositiveIntegerField(default=0, help_text="Orders the shop window; more is higher.")
    rating_average = models.DecimalField(max_digits=3, decimal_places=2, null=True, blank=True, editable=False)
    rating_count = models.PositiveIntegerField(default=0, editable=False)
    is_published = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    objects = ProductQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["-id"]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Refuse a slug by which something else is asked for."""
        if self.slug in RESERVED_SLUGS:
            refusal = ValidationError("A word that addresses something else is no slug.", code="invalid")
            raise ValidationError({"slug": refusal})


class Accessory(Product):
    """A cable, charger, case …: a product with what matters when something is plugged in."""

    class Type(models.TextChoices):
        """What sort of accessory it is."""

        CABLE = "cable", "Cable"
        CHARGER = "charger", "Charger"
        CAR_CHARGER = "car_charger", "Car charger"
        WIRELESS_CHARGER = "wireless_charger", "Wireless charger"
        POWER_BANK = "power_bank", "Power bank"
        ADAPTER = "adapter", "Adapter"
        HUB = "hub", "Hub"
        DOCK = "dock", "Dock"
        MEMORY_CARD = "memory_card", "Memory card"
        FLASH_DRIVE = "flash_drive", "Flash drive"
        DRIVE = "drive", "Portable drive"
        KEYBOARD = "keyboard", "Keyboard"
        MOUSE = "mouse", "Mouse"
        WEBCAM = "webcam", "Webcam"
        CASE = "case", "Case"
        SCREEN_PROTECTOR = "screen_protector", "Screen protector"
        BAG = "bag", "Bag"

    accessory_type = models.CharField(max_length=20, choices=Type.choices)
    length_m = models.DecimalField("length (m)", max_digits=6, decimal_places=2, null=True, blank=True)
    watts = models.DecimalField("power (W)", max_digits=6, decimal_places=1, null=True, blank=True)

    class Meta:
        verbose_name_plural = "accessories"

    def save(self, *args: object, **kwargs: object) -> None:
        """Save, as the kind that this table stands for."""
        self.kind = Product.Kind.ACCESSORY
        super().save(*args, **kwargs)  # type: ignore[arg-type]


class SoundDevice(Product):
    """Headphones, speakers, microphones: a product with what matters when listening."""

    class FormFactor(models.TextChoices):
        """How it is worn or where it stands."""

        OVER_EAR = "over_ear", "Over-ear"
        ON_EAR = "on_ear", "On-ear"
        IN_EAR = "in_ear", "In-ear"
        TRUE_WIRELESS = "true_wireless", "True wireless"
        NECKBAND = "neckband", "Neckband"
        PORTABLE_SPEAKER = "portable_speaker", "Portable speaker"
        PARTY_SPEAKER = "party_speaker", "Party speaker"
        SMART_SPEAKER = "smart_speaker", "Smart speaker"
        SOUNDBAR = "soundbar", "Soundbar"
        DESKTOP_SPEAKER = "desktop_speaker", "Desktop speaker"
        MICROPHONE = "microphone", "Microphone"

    CONNECTIVITY: ClassVar[tuple[str, ...]] = ("bluetooth", "wired", "usb", "wifi", "2.4ghz")

    form_factor = models.CharField(max_length=20, choices=FormFactor.choices)
    connectivity = models.JSONField(
        default=list, help_text='A list out of "bluetooth", "wired", "usb", "wifi", "2.4ghz".'
    )
    impedance_ohms = models.PositiveIntegerField("impedance (Ω)", null=True, blank=True)
    driver_mm = models.DecimalField("driver (mm)", max_digits=5, decimal_places=1, null=True, blank=True)
    battery_hours = models.DecimalField("battery (h)", max_digits=5, decimal_places=1, null=True, blank=True)
    noise_cancelling = models.BooleanField(default=False)
    microphone = models.BooleanField(default=False)

    def save(self, *args: object, **kwargs: object) -> None:
        """Save, as the kind that this table stands for."""
        self.kind = Product.Kind.SOUND_DEVICE
        super().save(*args, **kwargs)  # type: ignore[arg-type]


class Variant(models.Model):
    """What is bought: a product in one colour, size and condition, with its price (KES, VAT included)."""

    class Condition(models.TextChoices):
        """What state the goods are in."""

        NEW = "new", "New"
        OPEN_BOX = "open_box", "Open box"
        REFURBISHED = "refurbished", "Refurbished"
        USED = "used", "Used"

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="variants")
    sku = models.CharField("SKU", max_length=40, unique=True)
    name = models.CharField(
        max_length=120, blank=True, validators=[refuse_unseen], help_text="The options in words: Black / 256 GB."
    )
    options = models.JSONField(default=list, blank=True, help_text='A list of pairs: [["Colour", "Black"]].')
    condition = models.CharField(max_length=12, choices=Condition.choices, default=Condition.NEW)
    price = models.DecimalField(max_digits=12, decimal_places=2)
    compare_at_price = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    max_per_customer = models.PositiveIntegerField(
        "most per customer",
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_PER_CUSTOMER)],
        help_text="How many one customer may buy, over all their orders; empty for any number.",
    )
    shipping_grams = models.PositiveIntegerField(
        "shipping weight (g)",
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(MAX_SHIPPING_GRAMS)],
        help_text="As it is sent, with its box. Empty: the weight among its specifications, or what is usual.",
    )
    is_active = models.BooleanField(default=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering: ClassVar[list[str]] = ["position", "id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["product", "name", "condition"], name="variant_options_unique"),
            models.CheckConstraint(condition=models.Q(price__gt=Decimal(0)), name="variant_price_positive"),
            models.CheckConstraint(
                condition=models.Q(max_per_customer=None) | models.Q(max_per_customer__gt=0),
                name="variant_max_per_customer_positive",
            ),
            models.CheckConstraint(
                condition=models.Q(compare_at_price=None) | models.Q(compare_at_price__gt=models.F("price")),
                name="variant_compare_at_above_price",
            ),
        ]

    def __str__(self) -> str:
        return self.sku

    def clean(self) -> None:
        """Refuse prices that the shop window could not show."""
        if self.price is not None and self.price <= 0:
            raise ValidationError({"price": ValidationError("A price is more than nothing.", code="not_positive")})
        if self.price is not None and self.compare_at_price is not None and self.compare_at_price <= self.price:
            refusal = ValidationError("What it cost before is more than the price.", code="not_above_price")
            raise ValidationError({"compare_at_price": refusal})


class ProductImage(models.Model):
    """A picture of a product, or of one of its variants, with the renditions that pages show."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="images")
    variant = models.ForeignKey(Variant, null=True, blank=True, on_delete=models.CASCADE, related_name="images")
    original = models.ImageField(upload_to="products/original", width_field="width", height_field="height")
    display = models.ImageField(upload_to="products/display", blank=True, editable=False)
    thumbnail = models.ImageField(upload_to="products/thumbnail", blank=True, editable=False)
    alt = models.CharField(
        max_length=200, validators=[refuse_unseen], help_text="What it shows, for those who do not see it."
    )
    position = models.PositiveSmallIntegerField(default=0)
    width = models.PositiveIntegerField(default=0, editable=False)
    height = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        ordering: ClassVar[list[str]] = ["position", "id"]

    def __str__(self) -> str:
        return self.alt or str(self.original)

    @property
    def url(self) -> str:
        """Where the picture for a page is: the display rendition, or the original until that is made."""
        return str((self.display or self.original).url)

    @property
    def thumbnail_url(self) -> str:
        """Where the picture for a list is."""
        return str((self.thumbnail or self.display or self.original).url)
