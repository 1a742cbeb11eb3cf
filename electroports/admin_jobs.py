"""The job queue in the back office: to be looked at, and to run again what failed."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django_q.admin import FailAdmin, QueueAdmin, ScheduleAdmin, TaskAdmin, resubmit_task
from django_q.models import Failure, OrmQ, Schedule, Success
from unfold.contrib.filters.admin import ChoicesDropdownFilter

from electroports.admin import ShopModelAdmin
from electroports.admin_history import Told

for _model in (Schedule, Success, Failure, OrmQ):
    admin.site.unregister(_model)


class JobAdmin(ShopModelAdmin):
    """Rows that the job queue writes. A job names any function of the process, so that none is written by hand.

    They may be deleted: what is done is no record of the shop, and what is stuck has to go.
    """

    list_filter: tuple[Any, ...] = ()
    list_per_page = 50
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Refuse: jobs come from the code."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse: what ran, ran, and what waits belongs to the workers."""
        return False


class FinishedJobAdmin(JobAdmin):
    """Jobs that ran, as they went."""

    actions = ("run_again",)
    fields = ("name", "func", "args", "kwargs", "started", "stopped", "attempt_count", "result")
    ordering = ("-started",)

    def has_run_again_permission(self, request: HttpRequest) -> bool:
        """Tell whether this user may put finished jobs back into the queue."""
        user: Any = request.user
        return bool(user.has_perm(f"django_q.change_{self.opts.model_name}"))

    @admin.action(description="Run again", permissions=["run_again"])
    def run_again(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Put jobs back into the queue; failures leave their list."""
        for job in queryset:
            self.log_change(request, job, Told("Put back into the queue.", {"waits for": (None, job.func)}))
        resubmit_task(self, request, queryset)


@admin.register(Success)
class SuccessAdmin(FinishedJobAdmin, TaskAdmin):
    """Jobs that succeeded: the newest thousand."""

    list_display = ("func", "name", "started", "stopped", "attempt_count")


@admin.register(Failure)
class FailureAdmin(FinishedJobAdmin, FailAdmin):
    """Jobs that failed for good."""

    list_display = ("func", "name", "started", "attempt_count", "short_result")


@admin.register(Schedule)
class JobScheduleAdmin(JobAdmin, ScheduleAdmin):
    """What runs at intervals. The SCHEDULES setting is written here at every release."""

    list_display = ("name", "schedule_type", "minutes", "next_run", "get_last_run", "get_success")
    list_display_links = ("name",)
    list_filter = (("schedule_type", ChoicesDropdownFilter),)
    list_filter_submit = True

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse: without its schedules the shop would, for one, never give back the stock of unpaid orders."""
        return False


@admin.register(OrmQ)
class QueuedJobAdmin(JobAdmin, QueueAdmin):
    """Jobs that wait for a worker, or are with one."""

    list_display = ("func", "name", "lock", "key")
    fields = ("name", "func", "args", "kwargs", "lock", "key")
