"""Tasks come of a confirmed plan."""

from jiangtai.kernel import clock

from ..models import Plan, Task
from ..queries import plans as queries
from ..rules.plans import cut

_TITLE = 300


def hand_out(plan: Plan) -> int:
    """One task for each action that has none yet, at the unit that is asked for its measure; how many."""
    since = max(plan.since or clock.today(), clock.today())
    if plan.until and plan.until < since:
        since = plan.until
    has_one = set(Task.unscoped.filter(action__measure__plan=plan).values_list("action_id", flat=True))
    rows = []
    for measure in queries.measures(plan):
        unit = queries.asked(measure)
        if unit is None:
            continue
        begins = min(since, measure.deadline) if measure.deadline else since
        rows += [
            Task(
                measure=measure, action=action, unit=unit, title=cut(" ".join(action.text.split()), _TITLE),
                year=begins.year, since=begins, due=measure.deadline,
            )
            for action in measure.actions.all()
            if action.pk not in has_one
        ]  # fmt: skip
    Task.unscoped.bulk_create(rows, batch_size=2_000)
    return len(rows)
