"""Accounts, as Django's registry knows them."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Has the shop ask this app about people."""

    name = "accounts"

    def ready(self) -> None:
        """Register the keeper of people's data, and what writes the audit trail, and whom its rows are about."""
        from accounts.audit import write_entries
        from accounts.people import AccountsKeeper  # models are there from now on
        from electroports.history import register_ways_to_people, register_writer
        from electroports.people import register_keeper

        register_keeper(self.label, AccountsKeeper())
        register_writer(write_entries)
        register_ways_to_people(
            {"accounts.user": "pk", "accounts.invitation": "accepted_by_id", "accounts.session": "user_id"}
        )
