"""The pages before the back office, and the one on which staff change their own password."""

from django.urls import path

from accounts.office import invitations, second_factor
from accounts.office.own_password import own_password_page

urlpatterns = [
    path("invitation/", invitations.invitation_page, name="invitation"),
    path("password_change/", own_password_page),  # in place of Django's, which is what `admin:password_change` names
    path("second-factor/", second_factor.code_page, name="second-factor"),
    path("second-factor/leave/", second_factor.leave, name="second-factor-leave"),
    path("second-factor/set-up/", second_factor.set_up_page, name="second-factor-set-up"),
    path("second-factor/recovery-codes/", second_factor.recovery_codes_page, name="recovery-codes"),
]
