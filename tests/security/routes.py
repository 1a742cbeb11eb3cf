"""Who gets what from which call: the table of all routes but the pages of the back office.

A row for each method of each route: what it answers to each caller, all of whom send the same body, one that is
accepted of whoever may (bodies.py). What the address names is the owner's (objects.py). `unproven` is an administrator
who has shown no second factor.
"""

from __future__ import annotations

from typing import NamedTuple

from tests.security.callers import CALLERS

TABLE = """
#                                                       no  own oth sup ful cat man adm dis un-
#                                                       bdy er  er  prt fil alg agr in  abl prvn
# Users, and what is theirs
POST   /api/users/email/approve                         200 200 200 200 200 200 200 200 200 200
POST   /api/users/email/confirm                         200 200 200 200 200 200 200 200 200 200
POST   /api/users/email/refuse                          204 204 204 204 204 204 204 204 204 204
POST   /api/users/email/undo                            204 204 204 204 204 204 204 204 204 204
POST   /api/users/email/verify                          204 204 204 204 204 204 204 204 204 204
POST   /api/users/email/verify/resend                   401 204 204 204 204 204 204 204 401 401
POST   /api/users/login                                 200 200 200 200 200 200 200 200 200 200
POST   /api/users/login/apple                           409 409 409 409 409 409 409 409 409 409
POST   /api/users/login/code                            204 204 204 204 204 204 204 204 204 204
POST   /api/users/login/code/confirm                    400 400 400 400 400 400 400 400 400 400
POST   /api/users/login/google                          409 409 409 409 409 409 409 409 409 409
POST   /api/users/logout                                204 204 204 204 204 204 204 204 204 204
GET    /api/users/me                                    401 200 200 200 200 200 200 200 401 401
PATCH  /api/users/me                                    401 200 200 200 200 200 200 200 401 401
GET    /api/users/me/addresses                          401 200 200 200 200 200 200 200 401 401
POST   /api/users/me/addresses                          401 201 201 201 201 201 201 201 401 401
GET    /api/users/me/addresses/{id}                     401 200 404 404 404 404 404 404 401 401
PATCH  /api/users/me/addresses/{id}                     401 200 404 404 404 404 404 404 401 401
DELETE /api/users/me/addresses/{id}                     401 204 404 404 404 404 404 404 401 401
DELETE /api/users/me                                    401 409 204 409 409 409 409 409 401 401
GET    /api/users/me/consents                           401 200 200 200 200 200 200 200 401 401
POST   /api/users/me/consents                           401 200 200 200 200 200 200 200 401 401
GET    /api/users/me/export                             401 200 200 200 200 200 200 200 401 401
GET    /api/users/me/email                              401 200 200 200 200 200 200 200 401 401
POST   /api/users/me/email                              401 204 204 204 204 204 204 204 401 401
DELETE /api/users/me/email                              401 204 204 204 204 204 204 204 401 401
GET    /api/users/me/identities                         401 200 200 200 200 200 200 200 401 401
POST   /api/users/me/identities                         401 409 409 409 409 409 409 409 401 401
DELETE /api/users/me/identities/{id}                    401 204 404 404 404 404 404 404 401 401
GET    /api/users/me/notices                            401 200 200 200 200 200 200 200 401 401
DELETE /api/users/me/notices/{id}                       401 204 404 404 404 404 404 404 401 401
POST   /api/users/me/password                           401 204 204 204 204 204 204 204 401 401
POST   /api/users/me/phone                              401 204 204 204 204 204 204 204 401 401
POST   /api/users/me/phone/confirm                      401 400 400 400 400 400 400 400 401 401
GET    /api/users/me/reviews                            401 200 200 200 200 200 200 200 401 401
GET    /api/users/me/sessions                           401 200 200 200 200 200 200 200 401 401
DELETE /api/users/me/sessions                           401 204 204 204 204 204 204 204 401 401
DELETE /api/users/me/sessions/{id}                      401 204 404 404 404 404 404 404 401 401
GET    /api/users/me/wishlist                           401 200 200 200 200 200 200 200 401 401
PATCH  /api/users/me/wishlist                           401 200 200 200 200 200 200 200 401 401
POST   /api/users/me/wishlist/items                     401 201 201 201 201 201 201 201 401 401
DELETE /api/users/me/wishlist/items/{id}                401 204 404 404 404 404 404 404 401 401
POST   /api/users/me/wishlist/link                      401 201 201 201 201 201 201 201 401 401
DELETE /api/users/me/wishlist/link                      401 204 204 204 204 204 204 204 401 401
POST   /api/users/password/reset                        204 204 204 204 204 204 204 204 204 204
POST   /api/users/password/reset/confirm                204 204 204 204 204 204 204 204 204 204
POST   /api/users/register                              201 201 201 201 201 201 201 201 201 201
POST   /api/users/token/refresh                         200 200 200 200 200 200 200 200 200 200
# The catalogue
GET    /api/accessories                                 200 200 200 200 200 200 200 200 200 200
GET    /api/accessories/{id_or_slug}                    200 200 200 200 200 200 200 200 200 200
GET    /api/brands                                      200 200 200 200 200 200 200 200 200 200
GET    /api/brands/{id_or_slug}                         200 200 200 200 200 200 200 200 200 200
GET    /api/categories                                  200 200 200 200 200 200 200 200 200 200
GET    /api/categories/{id_or_slug}                     200 200 200 200 200 200 200 200 200 200
POST   /api/compatibility/check                         200 200 200 200 200 200 200 200 200 200
GET    /api/compatibility/connect                       200 200 200 200 200 200 200 200 200 200
GET    /api/connectors                                  200 200 200 200 200 200 200 200 200 200
GET    /api/connectors/{id_or_code}                     200 200 200 200 200 200 200 200 200 200
GET    /api/events                                      200 200 200 200 200 200 200 200 200 200
POST   /api/events                                      401 403 403 403 403 201 201 201 401 401
GET    /api/events/{id_or_slug}                         200 200 200 200 200 200 200 200 200 200
PATCH  /api/events/{id_or_slug}                         401 403 403 403 403 200 200 200 401 401
DELETE /api/events/{id_or_slug}                         401 403 403 403 403 204 204 204 401 401
GET    /api/images/{id}                                 401 403 403 200 200 200 200 200 401 401
PATCH  /api/images/{id}                                 401 403 403 403 403 200 200 200 401 401
DELETE /api/images/{id}                                 401 403 403 403 403 204 204 204 401 401
GET    /api/products                                    200 200 200 200 200 200 200 200 200 200
POST   /api/products                                    401 403 403 403 403 201 201 201 401 401
POST   /api/products/bulk                               401 403 403 403 403 200 200 200 401 401
GET    /api/products/compare                            200 200 200 200 200 200 200 200 200 200
GET    /api/products/facets                             200 200 200 200 200 200 200 200 200 200
GET    /api/products/suggest                            200 200 200 200 200 200 200 200 200 200
GET    /api/products/{id_or_slug}                       200 200 200 200 200 200 200 200 200 200
PATCH  /api/products/{id_or_slug}                       401 403 403 403 403 200 200 200 401 401
DELETE /api/products/{id_or_slug}                       401 403 403 403 403 409 409 409 401 401
GET    /api/products/{id_or_slug}/compatible            200 200 200 200 200 200 200 200 200 200
POST   /api/products/{id_or_slug}/images                401 403 403 403 403 201 201 201 401 401
PUT    /api/products/{id_or_slug}/images/order          401 403 403 403 403 200 200 200 401 401
POST   /api/products/{id_or_slug}/notify                401 201 201 201 201 201 201 201 401 401
PUT    /api/products/{id_or_slug}/ports                 401 403 403 403 403 200 200 200 401 401
DELETE /api/products/{id_or_slug}/ports                 401 403 403 403 403 204 204 204 401 401
GET    /api/products/{id_or_slug}/price-history         200 200 200 200 200 200 200 200 200 200
GET    /api/products/{id_or_slug}/reviews               200 200 200 200 200 200 200 200 200 200
POST   /api/products/{id_or_slug}/reviews               401 409 201 201 201 201 201 201 401 401
POST   /api/products/{id_or_slug}/variants              401 403 403 403 403 201 201 201 401 401
DELETE /api/review-photos/{id}                          401 204 404 404 404 404 404 404 401 401
GET    /api/reviews/{id}                                200 200 200 200 200 200 200 200 401 401
PATCH  /api/reviews/{id}                                401 200 404 404 404 404 404 404 401 401
DELETE /api/reviews/{id}                                401 204 404 404 404 404 204 204 401 401
POST   /api/reviews/{id}/helpful                        401 409 204 204 204 204 204 204 401 401
DELETE /api/reviews/{id}/helpful                        401 204 204 204 204 204 204 204 401 401
PUT    /api/reviews/{id}/moderation                     401 403 403 200 403 200 200 200 401 401
POST   /api/reviews/{id}/photos                         401 201 404 404 404 404 404 404 401 401
PUT    /api/reviews/{id}/reply                          401 403 403 200 403 403 200 200 401 401
DELETE /api/reviews/{id}/reply                          401 403 403 204 403 403 204 204 401 401
GET    /api/sound-devices                               200 200 200 200 200 200 200 200 200 200
GET    /api/sound-devices/{id_or_slug}                  200 200 200 200 200 200 200 200 200 200
GET    /api/spec-fields                                 200 200 200 200 200 200 200 200 200 200
GET    /api/staff/events/{id_or_slug}                   401 403 403 200 403 200 200 200 401 401
GET    /api/staff/products                              401 403 403 200 200 200 200 200 401 401
GET    /api/staff/products/{id_or_slug}                 401 403 403 200 200 200 200 200 401 401
GET    /api/staff/products/{id_or_slug}/ports           401 403 403 200 200 200 200 200 401 401
GET    /api/staff/reviews                               401 403 403 200 403 200 200 200 401 401
GET    /api/stock/levels                                401 403 403 200 200 200 200 200 401 401
GET    /api/stock/movements                             401 403 403 200 200 200 200 200 401 401
POST   /api/stock/movements                             401 403 403 403 201 403 201 201 401 401
POST   /api/variants/prices                             401 403 403 403 403 200 200 200 401 401
GET    /api/variants/{id}                               401 403 403 200 200 200 200 200 401 401
PATCH  /api/variants/{id}                               401 403 403 403 403 200 200 200 401 401
DELETE /api/variants/{id}                               401 403 403 403 403 409 409 409 401 401
GET    /api/wishlists/{id}                              200 200 200 200 200 200 200 200 200 200
# Orders and carts
GET    /api/cart                                        200 200 200 200 200 200 200 200 401 401
PATCH  /api/cart                                        200 200 200 200 200 200 200 200 401 401
DELETE /api/cart                                        200 200 200 200 200 200 200 200 401 401
POST   /api/cart/lines                                  201 201 201 201 201 201 201 201 401 401
PATCH  /api/cart/lines/{id}                             404 200 404 404 404 404 404 404 401 401
DELETE /api/cart/lines/{id}                             404 200 404 404 404 404 404 404 401 401
POST   /api/cart/merge                                  401 200 200 200 200 200 200 200 401 401
GET    /api/delivery/counties                           200 200 200 200 200 200 200 200 200 200
GET    /api/delivery/options                            200 200 200 200 200 200 200 200 200 200
GET    /api/orders                                      401 200 200 200 200 200 200 200 401 401
POST   /api/orders                                      201 201 201 201 201 201 201 201 401 401
POST   /api/orders/claim                                401 409 200 409 409 409 409 409 401 401
POST   /api/orders/create                               201 201 201 201 201 201 201 201 401 401
POST   /api/orders/quote                                200 200 200 200 200 200 200 200 401 401
GET    /api/orders/{id}                                 404 200 404 404 404 404 404 404 401 401
POST   /api/orders/{id}/cancel                          404 200 404 404 404 404 404 404 401 401
GET    /api/orders/{id}/confirmation                    404 200 404 404 404 404 404 404 401 401
GET    /api/orders/{id}/events                          404 200 404 404 404 404 404 404 401 401
GET    /api/orders/{id}/payments                        404 200 404 404 404 404 404 404 401 401
POST   /api/orders/{id}/payments                        404 201 404 404 404 404 404 404 401 401
# Providers, with a secret that is none
POST   /payments/callbacks/{reference}/{token}          404 404 404 404 404 404 404 404 404 404
POST   /payments/deposits/{token}                       404 404 404 404 404 404 404 404 404 404
POST   /payments/deposits/{token}/check                 404 404 404 404 404 404 404 404 404 404
POST   /payments/events/{provider}                      404 404 404 404 404 404 404 404 404 404
POST   /payments/refunds/{reference}/{token}            404 404 404 404 404 404 404 404 404 404
POST   /payments/refunds/{reference}/{token}/timeout    404 404 404 404 404 404 404 404 404 404
# The rest
GET    /                                                200 200 200 200 200 200 200 200 200 200
GET    /api/docs                                        200 200 200 200 200 200 200 200 200 200
GET    /api/schema                                      200 200 200 200 200 200 200 200 200 200
GET    /api{path}                                       404 404 404 404 404 404 404 404 404 404
POST   /api{path}                                       404 404 404 404 404 404 404 404 404 404
GET    /healthz                                         200 200 200 200 200 200 200 200 200 200
GET    /media/{path}                                    404 404 404 404 404 404 404 404 404 404
GET    /marketing/stop/{token}                          200 200 200 200 200 200 200 200 200 200
POST   /marketing/stop/{token}                          200 200 200 200 200 200 200 200 200 200
GET    /notices/unsubscribe/{token}                     200 200 200 200 200 200 200 200 200 200
POST   /notices/unsubscribe/{token}                     200 200 200 200 200 200 200 200 200 200
GET    /readyz                                          200 200 200 200 200 200 200 200 200 200
"""


class Row(NamedTuple):
    """What a call answers to whom."""

    method: str
    path: str
    statuses: dict[str, int]


def read_table() -> dict[tuple[str, str], Row]:
    """Return the rows by method and path."""
    rows = {}
    for line in TABLE.splitlines():
        if line and not line.startswith("#"):
            method, path, *statuses = line.split()
            rows[method, path] = Row(method, path, dict(zip(CALLERS, map(int, statuses), strict=True)))
    return rows
