"""What units can be asked, and what an answer changes."""

from typing import Any

from jiangtai import vault
from jiangtai.access import Inquiry, Liaison, Unit, inquiries, phones, units
from jiangtai.kernel import clock

from .forms.inquiries import LiaisonForm, UnitDetailsAnswerForm
from .queries import liaison_of


def name_liaison(inquiry: Inquiry, values: dict[str, Any]) -> None:
    """The unit's liaison officer from today on; the one before goes."""
    unit = inquiry.unit
    Liaison.objects.filter(Liaison.NOW, unit=unit).update(until=clock.today())
    liaison = Liaison.objects.create(
        unit=unit, name=values["name"], position=values["position"], since=clock.today(), inquiry=inquiry
    )
    vault.put(liaison.id, phones.LIAISON, values["phone"], path=unit.path)


def known_liaison(unit: Unit) -> dict[str, Any]:
    """The form arrives with the officer named before; the phone is typed anew, for nobody sees one without a reason."""
    liaison = liaison_of(unit)
    if liaison is None:
        return {}
    return {"name": liaison.name, "position": liaison.position}


def correct_details(inquiry: Inquiry, values: dict[str, Any]) -> None:
    """What the unit says of itself is what the tree says from today on."""
    units.change(
        inquiry.unit, reason=f"{inquiries.TOPICS[inquiry.topic].label}（{inquiry.get_source_display()}）", **values
    )


def known_details(unit: Unit) -> dict[str, Any]:
    """The form arrives with what the tree says."""
    return {name: getattr(unit, name) for name in ("name", "code", "address", "telephone")}


inquiries.declare(
    inquiries.Topic(
        key="liaison",
        label="报送联络员",
        method="请确定一名联络员，负责本单位产改任务的日常联系和填报。",
        form=LiaisonForm,
        known=known_liaison,
        apply=name_liaison,
        personal=("name", "phone"),
    )
)
inquiries.declare(
    inquiries.Topic(
        key="details",
        label="核对单位信息",
        method="请核对本单位的名称、代码、地址和公开电话，有误的直接改正。",
        form=UnitDetailsAnswerForm,
        known=known_details,
        apply=correct_details,
        personal=(),
    )
)
