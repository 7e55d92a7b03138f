"""The portal's tasks (procrastinate's tables): those that wait, those that did not succeed."""

from datetime import timedelta

from django.db import IntegrityError, connection, transaction
from django.db.models import Count, Exists, Max, Min, OuterRef, Q
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from lemans_solidaire.network import registry
from lemans_solidaire.network.actions import record

LONG = timedelta(minutes=15)  # a task that waits longer than that has nobody to do it
AT_MOST = 30
ONE_WORKER = 1_906_210  # any number of ours: the advisory lock that one worker of the portal holds


def worker_is_there():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND granted AND classid = 0"
            " AND objid = %s AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))",
            [ONE_WORKER],
        )
        return cursor.fetchone()[0]


def words_for(task_name):
    return registry.jobs.get(task_name, "Une tâche du portail")


def failed():
    """Those that were given up; a task that comes back by itself and went well since is no matter any more."""
    jobs = ProcrastinateJob.objects.filter(status="failed")
    went_well_since = ProcrastinateJob.objects.filter(
        task_name=OuterRef("task_name"), status="succeeded", pk__gt=OuterRef("pk")
    )
    comes_back = {task.task.name for task in app.periodic_registry.periodic_tasks.values()}
    return jobs.exclude(Q(task_name__in=comes_back) & Exists(went_well_since)).order_by("-pk")


def failed_told():
    jobs = failed().annotate(since=Max("procrastinateevent__at"))[:AT_MOST]
    return [{"pk": job.pk, "words": words_for(job.task_name), "since": job.since} for job in jobs]


def to_do():
    """Those that could be done now."""
    now = timezone.now()
    return ProcrastinateJob.objects.filter(Q(scheduled_at=None) | Q(scheduled_at__lte=now), status="todo")


def tried_again():
    """Those that did not succeed yet, and that the portal will try again by itself."""
    return ProcrastinateJob.objects.filter(status="todo", scheduled_at__gt=timezone.now(), attempts__gt=0)


def waiting_told():
    """[{words, count, since or at}] by sort of task."""
    lines = to_do().values("task_name").annotate(count=Count("pk", distinct=True), since=Min("procrastinateevent__at"))
    later = tried_again().values("task_name").annotate(count=Count("pk"), at=Min("scheduled_at"))
    told = [{"at": None, **line} for line in lines.order_by("task_name")]
    told += [{"since": None, **line} for line in later.order_by("task_name")]
    return [{**line, "words": words_for(line["task_name"])} for line in told]


def waits_long():
    """One that was to be tried again later waits since then."""
    long_ago = timezone.now() - LONG
    since_then = to_do().filter(Q(scheduled_at=None) | Q(scheduled_at__lt=long_ago))
    return since_then.filter(procrastinateevent__at__lt=long_ago).exists()


def held(job):
    """Whether it is still to be decided about; of two people who press at once, the second finds it decided."""
    return ProcrastinateJob.objects.select_for_update().filter(pk=job.pk, status="failed").first()


@transaction.atomic
def do_again(*, job, by):
    """False when the same task already waits its turn, or somebody did it again a moment ago."""
    if not held(job):
        return False
    try:
        with transaction.atomic():
            app.job_manager.retry_job_by_id(job.pk, timezone.now())
    except IntegrityError:
        return False
    record(by=by, verb="job_done_again", about=job, changes={"task": job.task_name})
    return True


@transaction.atomic
def give_up(*, job, by):
    if not held(job):
        return
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'cancelled' WHERE id = %s", [job.pk])
    record(by=by, verb="job_given_up", about=job, changes={"task": job.task_name})
