"""Who sees which page of the back office, and may do what there: the table of its pages.

Of a model's standard pages: `v` its list, its rows and their history, `a` a new row, `c` change, `d` delete. Whoever is
not staff is sent to the log-in page by every page.
"""

from __future__ import annotations

from accounts.roles import ROLES
from tests.security.admin_pages import Page

STAFF = (*ROLES, "admin")
MODELS = """
#                     support  fulfillment  catalogue  manager  admin
accounts/accountmessage v---     -            -          v---     v---
accounts/auditentry     -        -            -          v---     v---
accounts/failurecount   -        -            -          v---     v---
accounts/invitation     -        -            -          va--     va--
accounts/user           v---     -            -          v---     vac-
auth/group              -        -            -          v---     vacd
catalog/accessory       v---     v---         vacd       vacd     vacd
catalog/brand           -        -            vacd       vacd     vacd
catalog/category        -        -            vacd       vacd     vacd
catalog/connector       -        -            vacd       vacd     vacd
catalog/notice          v---     -            -          v---     v---
catalog/product         v---     v---         vacd       vacd     vacd
catalog/review          v---     -            v---       v--d     v--d
catalog/saleevent       v---     -            vacd       vacd     vacd
catalog/searchsynonym   -        -            vacd       vacd     vacd
catalog/sounddevice     v---     v---         vacd       vacd     vacd
catalog/specfield       -        -            vacd       vacd     vacd
catalog/stocklevel      v---     v---         v---       v---     v---
catalog/stocklocation   v---     v---         v---       vacd     vacd
catalog/stockmovement   v---     v---         v---       v---     v---
catalog/taxclass        -        -            v---       vacd     vacd
catalog/variant         v---     v---         vacd       vacd     vacd
django_q/failure        -        -            -          -        v--d
django_q/ormq           -        -            -          -        v--d
django_q/schedule       -        -            -          -        v---
django_q/success        -        -            -          -        v--d
orders/deliverymethod   v---     v---         -          vacd     vacd
orders/holiday          v---     vacd         -          vacd     vacd
orders/ledgerentry      -        -            -          v---     v---
orders/order            v---     v---         -          v---     v---
orders/ordermessage     v---     -            -          v---     v---
orders/payment          v---     -            -          v---     v---
orders/pickupstation    v---     vacd         -          vacd     vacd
orders/promotion        v---     -            -          vac-     vac-
orders/providermessage  -        -            -          v---     v---
orders/refund           v---     -            -          v---     v---
"""
# What a page of its own is for a row (or a model): y for who may use it.
PAGES = """
#                                             support  fulfillment  catalogue  manager  admin
accounts/failurecount   {object_id}/lift/        -        -            -          y        y
accounts/invitation     {object_id}/resend/      -        -            -          y        y
accounts/invitation     {object_id}/withdraw/    -        -            -          y        y
accounts/user           {id}/password/           -        -            -          -        y
accounts/user           {object_id}/deeds/       -        -            -          y        y
accounts/user           {object_id}/erase-person/ -      -            -          y        y
accounts/user           {object_id}/export-person/ -     -            -          y        y
accounts/user           {object_id}/reset-second-factor/ -   -            -          -        y
accounts/user           {object_id}/sign-out/    -        -            -          y        y
auth/group              matrix/                  -        -            -          y        y
catalog/review          {object_id}/answer/      y        -            -          y        y
catalog/review          {object_id}/publish/     y        -            y          y        y
catalog/review          {object_id}/reject/      y        -            y          y        y
catalog/stocklevel      receive/                 -        y            -          y        y
catalog/stocklevel      {object_id}/adjust/      -        y            -          y        y
catalog/variant         {object_id}/receive/     -        y            -          y        y
orders/order            {object_id}/cancel/      y        y            -          y        y
orders/order            {object_id}/cash/        -        -            -          y        y
orders/order            {object_id}/confirm/     -        y            -          y        y
orders/order            {object_id}/deliver/     -        y            -          y        y
orders/order            {object_id}/give-back/   -        -            -          y        y
orders/order            {object_id}/process/     -        y            -          y        y
orders/order            {object_id}/record/      -        -            -          y        y
orders/order            {object_id}/ship/        -        y            -          y        y
orders/order            {object_id}/write-off/   -        -            -          y        y
orders/payment          {object_id}/check/       -        -            -          y        y
orders/payment          {object_id}/dismiss/     -        -            -          y        y
orders/payment          {object_id}/document/    y        -            -          y        y
orders/payment          {object_id}/fail/        -        -            -          y        y
orders/payment          {object_id}/match/       -        -            -          y        y
orders/payment          {object_id}/refund/      -        -            -          y        y
orders/payment          {object_id}/settle/      -        -            -          y        y
orders/providermessage  {object_id}/again/       -        -            -          y        y
orders/refund           {object_id}/ask/         -        -            -          y        y
orders/refund           {object_id}/dismiss/     -        -            -          y        y
"""
# What can be done with rows that are ticked in a list, beside deleting them.
ACTIONS = """
#                                             support  fulfillment  catalogue  manager  admin
catalog/accessory       publish                  -        -            y          y        y
catalog/accessory       unpublish                -        -            y          y        y
catalog/product         publish                  -        -            y          y        y
catalog/product         unpublish                -        -            y          y        y
catalog/review          publish_chosen           y        -            y          y        y
catalog/sounddevice     publish                  -        -            y          y        y
catalog/sounddevice     unpublish                -        -            y          y        y
django_q/failure        run_again                -        -            -          -        y
django_q/success        run_again                -        -            -          -        y
orders/ordermessage     resend                   y        -            -          y        y
orders/promotion        switch_on                -        -            -          y        y
orders/promotion        switch_off               -        -            -          y        y
"""


def rows(table: str) -> list[list[str]]:
    """Return the words of each line."""
    return [line.split() for line in table.splitlines() if line and not line.startswith("#")]


def read_models() -> dict[str, dict[str, str]]:
    """Return for each model what every role may do."""
    cells = {model: dict(zip(STAFF, cells, strict=True)) for model, *cells in rows(MODELS)}
    return {model: {role: cell.replace("-", "") for role, cell in row.items()} for model, row in cells.items()}


def read_pages(table: str = PAGES) -> dict[Page, dict[str, bool]]:
    """Return for each page, or each action, which roles may use it."""
    return {
        Page(model, rest): dict(zip(STAFF, (cell == "y" for cell in cells), strict=True))
        for model, rest, *cells in rows(table)
    }
