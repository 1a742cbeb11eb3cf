"""One shop for all rows of a table: what there is in it, and where."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from typing import Any

from django.utils import timezone
from PIL import Image

from accounts.consents import unsubscribe_url
from accounts.models import ExternalIdentity
from catalog.actions.load_connectors import load_connectors
from catalog.actions.seed_catalog import DATA
from catalog.files.connectors import read_connectors
from catalog.models import Accessory, Notice, ProductImage, SoundDevice, Wishlist
from catalog.notice_mail import unsubscribe_token
from tests.catalog.events import make_event
from tests.catalog.reviewing import reviewed
from tests.factories import add_variant, listed_together, make_product, make_spec_field
from tests.orders import placed
from tests.security.callers import Caller, make_callers

ADDRESS = {"recipient": "Wanjiku", "phone": "0712345678", "county": "Nairobi", "town": "Westlands", "street": "A"}


@dataclass
class World:
    """What the rows of the tables are about. Whatever somebody owns is the owner's."""

    callers: dict[str, Caller]
    product: Any
    device: Any
    spare: Any  # a product that nobody has reviewed, wished for or ordered
    image: ProductImage
    review: Any
    photo: Any
    event: Any
    order: dict[str, Any]
    cart_line: int
    wish: int
    wishlist_token: str
    notice: int
    address: int
    identity: int

    @property
    def variant(self) -> Any:
        """The product's variant."""
        return self.product.variants.get()

    @property
    def unsubscribe_token(self) -> str:
        """What the owner's mails of notices end with."""
        owner = self.callers["owner"].user
        assert owner is not None
        return unsubscribe_token(owner.pk)

    @property
    def stop_token(self) -> str:
        """What the owner's marketing mails end with."""
        owner = self.callers["owner"].user
        assert owner is not None
        return unsubscribe_url(user_id=owner.pk, channel="email").rpartition("/")[2]


def make_world() -> World:
    """Fill the shop, by the same calls as its customers where these exist."""
    callers = make_callers()
    owner = callers["owner"]
    assert owner.user is not None
    rows = read_connectors((DATA / "connectors.csv").read_bytes(), (DATA / "connector_pins.csv").read_bytes())
    load_connectors(rows=[row for row in rows if row[0].code in ("usb-c", "bs-1363")], overwrite=False)
    with listed_together():
        product = make_product(model=Accessory, slug="charger", stock=50)
        device = make_product(model=SoundDevice, slug="headphones", stock=5)
        spare = make_product(slug="spare", stock=5)
        sold_out = add_variant(make_product(slug="sold-out", stock=0), stock=0, sku="GONE")
    make_spec_field("output_power")
    event = make_event(slug="sale", name="Sale", products=[device], percent=10)
    image = ProductImage.objects.create(product=product, alt="It", original="a.png", width=1, height=1)
    review = reviewed(product, author=owner.user)
    photo = review.photos.create(display="b.webp", thumbnail="c.webp", created_at=timezone.now())
    order = placed(owner.api, {"variant": product.variants.get().pk, "quantity": 1})
    cart = owner.api.post("/api/cart/lines", {"variant": spare.variants.get().pk, "quantity": 1}).json()
    wish = owner.api.post("/api/users/me/wishlist/items", {"product": device.pk}).json()
    owner.api.post("/api/users/me/wishlist/link")
    notice = Notice.objects.create(
        kind="back_in_stock",
        customer=owner.user,
        product_id=sold_out.product_id,
        variant=sold_out,
        created_at=timezone.now() - timedelta(days=1),
    )
    identity = ExternalIdentity.objects.create(
        provider="google", subject="114", user=owner.user, created_at=timezone.now(), last_used_at=timezone.now()
    )
    return World(
        callers=callers,
        product=product,
        device=device,
        spare=spare,
        image=image,
        review=review,
        photo=photo,
        event=event,
        order=order,
        cart_line=cart["lines"][0]["id"],
        wish=wish["id"],
        wishlist_token=Wishlist.objects.get(owner=owner.user).token,
        notice=notice.pk,
        address=owner.api.post("/api/users/me/addresses", ADDRESS).json()["id"],
        identity=identity.pk,
    )


def picture(kind: str = "JPEG") -> bytes:
    """A small photograph."""
    kept = BytesIO()
    Image.new("RGB", (800, 800), "red").save(kept, kind)
    return kept.getvalue()
