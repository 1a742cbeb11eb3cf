"""The pages before the back office."""

from django.urls import path

from accounts.office import second_factor

urlpatterns = [
    path("second-factor/", second_factor.code_page, name="second-factor"),
    path("second-factor/leave/", second_factor.leave, name="second-factor-leave"),
    path("second-factor/set-up/", second_factor.set_up_page, name="second-factor-set-up"),
    path("second-factor/recovery-codes/", second_factor.recovery_codes_page, name="recovery-codes"),
]
