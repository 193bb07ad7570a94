"""The square: the plans in force that citizens may see, with measures, units and days, and nothing of what goes on."""

from typing import Any

from django.http import Http404

from jiangtai.web import PUBLIC, ObjectMixin, Page, page

from ..models import Measure, Part, Plan
from ..queries import plans as queries


class PublicPlans(Page):
    """Every plan that is public."""

    face, permission, title, template = "square", PUBLIC, "改革方案", "reform/public_plans.html"
    keywords, place_note = "产改 实施方案 举措", "看本地产业工人队伍建设改革要做什么、谁来做"

    def get_context(self) -> dict[str, Any]:
        """The newest first."""
        return {**super().get_context(), "plans": queries.with_counts(queries.public_plans())}


class PublicPlan(ObjectMixin, Page):
    """One plan as citizens may see it."""

    face, permission, title, template = "square", PUBLIC, "改革方案", "reform/public_plan.html"
    is_listed = False

    def get_object(self) -> Plan:
        """What is public; at the address of an earlier version the one that took its place."""
        found = queries.public_version(self.kwargs["id"])
        if found is None:
            raise Http404
        return found

    def get_title(self) -> str:
        """Its name."""
        return str(self.object)

    def get_context(self) -> dict[str, Any]:
        """Its measures by section."""
        return {
            **super().get_context(),
            "plan": self.object,
            "measures": [_shown(one) for one in queries.measures(self.object)],
        }


def _shown(one: Measure) -> dict[str, Any]:
    parts = {role: [str(part) for part in one.parts.all() if part.role == role] for role in Part.Role}
    return {
        "row": one,
        "section": one.section,
        "actions": [action.text for action in one.actions.all()],
        "leads": "、".join(parts[Part.Role.LEAD]),
        "supports": "、".join(parts[Part.Role.SUPPORT]) + (" 等" if one.is_open else ""),
    }


routes = [
    page("plans/", PublicPlans, "public_plans.list"),
    page("plans/<uuid:id>/", PublicPlan, "public_plans.show"),
]
