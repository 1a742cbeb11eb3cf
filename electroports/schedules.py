"""Which jobs run on a schedule."""

# Job path → minutes between runs; `manage.py sync_schedules` writes them to the job queue.
SCHEDULES = {
    "orders.tasks.expire_orders": 1,
    "orders.tasks.check_payments": 1,
    "orders.tasks.process_messages": 1,
    "orders.tasks.check_refunds": 5,
    "orders.tasks.reconcile_payments": 24 * 60,
    "orders.tasks.forget_messages": 24 * 60,
    "orders.tasks.sweep_messages": 1,
    "catalog.tasks.refresh_late_listings": 10,
    "orders.tasks.forget_idempotency_keys": 60,
    "orders.tasks.sweep_carts": 60,
    "orders.tasks.load_holidays": 24 * 60,
    "catalog.tasks.forget_answers": 60,
    "catalog.tasks.sweep_notices": 5,
    "orders.tasks.count_pairs": 15,
    "accounts.tasks.forget_answers": 60,
    "accounts.tasks.sweep_messages": 1,
    "accounts.tasks.forget_spent_tokens": 60,
    "accounts.tasks.forget_phone_codes": 60,
    "accounts.tasks.tell_of_locks": 1,
    "accounts.tasks.forget_failures": 60,
    "accounts.tasks.delete_dead_sessions": 24 * 60,
    "accounts.tasks.sweep_erasures": 60,
    "accounts.tasks.sweep_invitations": 24 * 60,
    "accounts.tasks.sweep_audit_trail": 24 * 60,
}
