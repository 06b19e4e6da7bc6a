"""Background jobs: all for the administrator, one's own for everybody."""

from __future__ import annotations

from flask import Response, flash, redirect, request
from flask import render_template as render

from marketplace.administration import operations, queries
from marketplace.administration.views import administration_pages
from marketplace.core.jobs import STATES
from marketplace.core.messages import gettext as _
from marketplace.core.numbers import as_number
from marketplace.core.web import is_htmx


@administration_pages.get("/admin/jobs")
def jobs() -> str:
    state, before = request.args.get("state", ""), as_number(request.args.get("before"))
    found = queries.jobs(state=state, before=before)
    shown = found[:queries.PAGE]
    part = "_jobs" if is_htmx() else "jobs"
    return render(f"administration/{part}.html", jobs=shown, state=state, states=STATES,
                  before=before, counts=queries.job_counts(),
                  following=shown[-1].id if len(found) > queries.PAGE else None)


@administration_pages.get("/jobs/<int:job_id>")
def job(job_id: int) -> str:
    part = "_job" if is_htmx() else "job"
    return render(f"administration/{part}.html", job=queries.job(job_id))


@administration_pages.post("/jobs/<int:job_id>/retry")
def retry_job(job_id: int) -> Response:
    operations.retry_job(found=queries.job(job_id))
    flash(_("The job waits for its turn again."), "success")
    return redirect(f"/jobs/{job_id}", 303)  # type: ignore[return-value]
