"""The catalogue's refusals."""

from electroports.errors import DomainError


class InsufficientStock(DomainError):
    """Fewer units are left than were asked for."""

    status = 409
    code = "insufficient_stock"


class InvalidAdjustment(DomainError):
    """A stock adjustment that would leave less on hand than is spoken for, or that changes nothing."""

    status = 400
    code = "invalid_adjustment"


class PriceMoved(DomainError):
    """A price that is not any more what whoever changes it has seen; `errors` has one entry for each."""

    code = "price_moved"


class InvalidCatalogueFile(DomainError):
    """A catalogue file with rows that cannot be taken; `errors` has one entry a row, its field is `line N: column`."""

    status = 400
    code = "invalid_file"


class InUse(DomainError):
    """Something cannot be deleted, for the shop's books name it."""

    status = 409
    code = "in_use"


class NotListed(DomainError):
    """Products were named that are not in the shop window; `errors` has one entry for each."""

    status = 404
    code = "not_found"


class NothingToModel(DomainError):
    """Synthetic products were asked for in a shop without real ones."""

    code = "nothing_to_model"


class AlreadyReviewed(DomainError):
    """The customer has reviewed this product; the review may be changed."""

    code = "already_reviewed"


class OwnReview(DomainError):
    """A vote on one's own review."""

    code = "own_review"


class TooManyPhotos(DomainError):
    """A review with as many photos as it may have."""

    code = "too_many_photos"


class NotPublished(DomainError):
    """Something that only a published review can have: a vote, a reply."""

    code = "not_published"


class WishlistFull(DomainError):
    """A wishlist with as many items as it may have."""

    code = "wishlist_full"


class CustomerGone(DomainError):
    """The customer's account was erased while the request was under way."""

    status = 401
    code = "not_authenticated"

    def __init__(self) -> None:
        super().__init__("This account no longer exists.")


class AlreadyInStock(DomainError):
    """A back-in-stock notice of what can be bought now."""

    code = "already_in_stock"


class TooManyNotices(DomainError):
    """A customer who waits for as many notices as one may."""

    code = "too_many_notices"


class EventHasBegun(DomainError):
    """A sale event of which shoppers have had prices, so that it is a part of the price history."""

    code = "event_has_begun"


class StockMoved(Exception):
    """A stock level no longer has what was planned to be taken from it: roll back, read again, plan again."""
