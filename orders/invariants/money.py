"""What is true of payments and the ledger at any moment."""

from __future__ import annotations

from orders.invariants.rules import Invariant, quoted
from orders.models import Order, Payment, ProviderMessage, Refund

OPEN = quoted(Payment.OPEN)
REFUND_OPEN = quoted(Refund.OPEN)
OVER = quoted(Order.OVER)

OF_MONEY = (
    Invariant(
        3,
        "what an order's row says was paid, repaid and written off is the sum of its ledger",
        "orders_order",
        """SELECT parent.number || ': ' || parent.paid || ' paid, ' || parent.repaid || ' repaid, '
               || parent.written_off || ' written off, but the ledger has ' || coalesce(money.paid, 0) || ', '
               || coalesce(money.repaid, 0) || ' and ' || coalesce(off.amount, 0)
           FROM orders_order parent
           LEFT JOIN (SELECT payment.order_id,
                             sum(CASE WHEN entry.kind = 'captured' THEN entry.amount ELSE 0 END) AS paid,
                             sum(CASE WHEN entry.kind = 'refunded' THEN entry.amount ELSE 0 END) AS repaid
                      FROM orders_ledgerentry entry JOIN orders_payment payment ON payment.id = entry.payment_id
                      GROUP BY payment.order_id) money ON money.order_id = parent.id
           LEFT JOIN (SELECT order_id, sum(amount) AS amount FROM orders_ledgerentry
                      WHERE kind = 'written_off' GROUP BY order_id) off ON off.order_id = parent.id
           WHERE abs(parent.paid - coalesce(money.paid, 0)) >= 0.005
               OR abs(parent.repaid - coalesce(money.repaid, 0)) >= 0.005
               OR abs(parent.written_off - coalesce(off.amount, 0)) >= 0.005""",
    ),
    Invariant(
        3,
        "a paid order has what it is worth, and what came beyond that, or for an order that is over, is owed back",
        "orders_order",
        f"""SELECT books.number || ' (' || books.status || ', ' || books.payment_status || '): ' || books.net
               || ' of ' || books.worth || ', ' || books.owed || ' owed'
           FROM (SELECT number, status, payment_status, owed, paid, repaid, paid - repaid AS net,
                        total - written_off AS worth,
                        CASE WHEN status IN ({OVER}) THEN 0 ELSE total - written_off END AS wanted
                 FROM orders_order) books
           WHERE abs(books.owed - CASE WHEN books.net > books.wanted THEN books.net - books.wanted ELSE 0 END) >= 0.005
               OR books.payment_status <> CASE
                   WHEN books.repaid > 0.004 AND books.net < 0.005 THEN 'refunded'
                   WHEN books.net > books.worth - 0.005 THEN 'paid'
                   WHEN books.repaid > 0.004 THEN 'partially_refunded'
                   WHEN books.paid > 0.004 THEN 'partially_paid'
                   ELSE 'unpaid' END""",  # noqa: S608
    ),
    Invariant(
        3,
        "a payment succeeded exactly if its whole amount is in the ledger, once, under its own currency",
        "orders_payment",
        """SELECT 'payment ' || payment.id || ' (' || payment.status || '): ' || payment.captured || ' captured of '
               || payment.amount || ', ' || coalesce(money.entries, 0) || ' entries of ' || coalesce(money.amount, 0)
           FROM orders_payment payment
           LEFT JOIN (SELECT payment_id, count(*) AS entries, sum(amount) AS amount, min(currency) AS currency
                      FROM orders_ledgerentry WHERE kind = 'captured' GROUP BY payment_id) money
               ON money.payment_id = payment.id
           WHERE CASE WHEN payment.status = 'succeeded'
                      THEN coalesce(money.entries, 0) <> 1 OR abs(money.amount - payment.amount) >= 0.005
                          OR abs(payment.captured - payment.amount) >= 0.005 OR money.currency <> payment.currency
                      ELSE money.entries IS NOT NULL OR payment.captured > 0 END""",
    ),
    Invariant(
        3,
        "a receipt is of one payment",
        "orders_payment",
        """SELECT provider || ' ' || receipt || ': ' || count(*) || ' payments'
           FROM orders_payment WHERE receipt <> '' GROUP BY provider, receipt HAVING count(*) > 1""",
    ),
    Invariant(
        4,
        "no more is given back, or on its way back, than came, and what was given back is in the ledger",
        "orders_payment",
        """SELECT 'payment ' || payment.id || ': ' || payment.captured || ' came, ' || payment.refunding
               || ' goes back, ' || payment.refunded || ' went back, but refunds make '
               || coalesce(refunds.asked, 0) || ' and the ledger ' || coalesce(money.amount, 0)
           FROM orders_payment payment
           LEFT JOIN (SELECT payment_id, sum(amount) AS amount FROM orders_ledgerentry
                      WHERE kind = 'refunded' GROUP BY payment_id) money ON money.payment_id = payment.id
           LEFT JOIN (SELECT payment_id, sum(amount) AS asked FROM orders_refund
                      WHERE status <> 'failed' GROUP BY payment_id) refunds ON refunds.payment_id = payment.id
           WHERE payment.refunding > payment.captured + 0.005 OR payment.refunded > payment.refunding + 0.005
               OR abs(payment.refunded - coalesce(money.amount, 0)) >= 0.005
               OR abs(payment.refunding - coalesce(refunds.asked, 0)) >= 0.005""",
    ),
    Invariant(
        4,
        "a refund that went through is one entry of the ledger",
        "orders_refund",
        """SELECT 'refund ' || refund.id || ' (' || refund.status || '): ' || count(entry.id) || ' entries'
           FROM orders_refund refund
           LEFT JOIN orders_ledgerentry entry ON entry.kind = 'refunded' AND entry.payment_id = refund.payment_id
               AND entry.reference = replace(CAST(refund.reference AS text), '-', '')
           GROUP BY refund.id, refund.status
           HAVING count(entry.id) <> CASE WHEN refund.status = 'succeeded' THEN 1 ELSE 0 END""",
    ),
    Invariant(
        5,
        "an idempotency key of a payment has one payment",
        "orders_paymentanswer",
        """SELECT 'key ' || answer.id || ': payment ' || coalesce(answer.payment_id, 0)
           FROM orders_paymentanswer answer
           WHERE answer.payment_id IS NULL OR EXISTS (SELECT 1 FROM orders_paymentanswer other
               WHERE other.payment_id = answer.payment_id AND other.id <> answer.id)""",
    ),
    Invariant(
        7,
        "a payment that is decided is asked about no more, and one that is not will be, or a person looks at it",
        "orders_payment",
        f"""SELECT 'payment ' || id || ' (' || status || ')'
           FROM orders_payment
           WHERE CASE WHEN status IN ({OPEN})
                      THEN next_check_at IS NULL AND attention = '' AND provider <> 'cash_on_delivery'
                      ELSE next_check_at IS NOT NULL OR is_live END""",  # noqa: S608
    ),
    Invariant(
        8,
        "every message of a provider is done with, or is to be acted upon, and none is late",
        "orders_providermessage",
        f"""SELECT provider || ' ' || kind || ' ' || id || ': ' || status
           FROM orders_providermessage
           WHERE CASE WHEN status = '{ProviderMessage.Status.RECEIVED.value}'
                      THEN next_attempt_at IS NULL OR next_attempt_at < %(late)s
                      ELSE next_attempt_at IS NOT NULL OR processed_at IS NULL END""",  # noqa: S608
    ),
    Invariant(
        8,
        "every refund is done with, or its provider is to be asked, or a person looks at it",
        "orders_refund",
        f"""SELECT 'refund ' || id || ': ' || status
           FROM orders_refund
           WHERE CASE WHEN status IN ({REFUND_OPEN})
                      THEN next_check_at IS NULL AND attention = '' ELSE next_check_at IS NOT NULL END""",  # noqa: S608
    ),
    Invariant(
        9,
        "the last comparison with each provider found no difference",
        "orders_reconciliation",
        """SELECT provider || ' at ' || ran_at || ': ' || differences || ' differences'
           FROM orders_reconciliation latest
           WHERE differences > 0 AND NOT EXISTS (SELECT 1 FROM orders_reconciliation later
               WHERE later.provider = latest.provider AND later.id > latest.id)""",
    ),
)
