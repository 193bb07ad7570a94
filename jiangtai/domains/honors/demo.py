"""The demo's season: one selection from call to certificates, one under notice, one under way, all by the users' calls.

Every step is taken by an account that the case asks, on its day; names, firms, documents and numbers are invented.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import date, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from jiangtai import flows, people
from jiangtai.access import Account, Grant, Unit, UnitGroup, acting_as, acting_as_job
from jiangtai.flows import Case, Round, Seat, engine, notices, rankings, rounds
from jiangtai.kernel import clock, office_calendar

from . import actions, queries
from .facts import Part, Tier
from .flow import GrantHonor, SelectTalent
from .models import HonorTitle

Kind = HonorTitle.Kind
ISSUER = "中共锦川区委、锦川区人民政府"
TITLES = (
    # name, kind, tier, issuer, years, award, years in trade, oldest, basis
    ("锦川工匠", Kind.CRAFTSMAN, Tier.DISTRICT, ISSUER, 5, 10_000, 5, None, "003#8.1"),
    ("锦川区劳动模范", Kind.MODEL_WORKER, Tier.DISTRICT, ISSUER, None, 5_000, 3, None, "003#14.2"),
    ("锦川区技术能手", Kind.TECHNICIAN, Tier.DISTRICT, "锦川区人力资源和社会保障局", 3, 0, 3, None, "003#14.1"),
    ("十佳一线班组长", Kind.TEN_BEST, Tier.DISTRICT, "锦川区总工会", 3, 1_000, 3, None, "003#14.2"),
    ("青年技能拔尖人才", Kind.YOUNG_TALENT, Tier.DISTRICT, "锦川区人力资源和社会保障局", 3, 0, 2, 35, "003#11.4"),
    (
        "产业生态圈领军人才",
        Kind.ECOSYSTEM_TALENT,
        Tier.DISTRICT,
        "锦川区产业工人队伍建设改革工作领导小组",
        3,
        0,
        3,
        None,
        "000",
    ),
    ("川府工匠", Kind.CRAFTSMAN, Tier.PROVINCIAL, "川府省总工会（虚构）", None, 0, 5, None, "001"),
    ("全国技术能手", Kind.TECHNICIAN, Tier.NATIONAL, "国家主管部门（演示）", None, 0, 5, None, "001"),
    ("企业首席工匠", Kind.CRAFTSMAN, Tier.ENTERPRISE, "企业", 2, 0, 2, None, "002"),
    ("产改先进标杆企业", Kind.PLAQUE, Tier.DISTRICT, "锦川区产业工人队伍建设改革工作领导小组", 3, 0, 0, None, "004"),
)
BENEFITS = ["每年一次健康体检", "景区和公共文化场馆优先预约", "技能提升研修优先"]
DEEDS = (
    "带班攻克薄壁零件变形难题，合格率由 91% 提到 99%。", "改进工装十二项，单件工时缩短三成，带出徒弟九名。",
    "总结“看听摸比”检修法，全厂停机时间减少四成。", "十年零差错，承担国产化样件试制二十余项。",
    "主持改造老旧线体，年节约用电四十万度。", "抢修突发故障两百余次，无一次误判。",
)  # fmt: skip


def fill(people_of: list[Any] | None = None, *, say: Callable[[str], None] = lambda text: None) -> None:
    """The season, about today."""
    season = Season()
    with acting_as_job("演示初始化"):
        for name, kind, tier, issuer, years, award, trade, oldest, basis in TITLES:
            season.titles[name] = HonorTitle.objects.create(
                name=name, kind=kind, tier=tier.value, issuer=issuer, years=years, award=Decimal(award),
                years_in_trade=trade, oldest=oldest, basis=basis, benefits=BENEFITS if award else [],
            )  # fmt: skip
    season.first_selection()
    say("首届锦川工匠：推荐、公示、联审、评审、排名、异议、命名、发证、发奖")
    season.under_notice()
    season.under_way()
    season.talents()
    season.registers()
    say("第二届锦川工匠受理中，技术能手公示中，生态圈人才评审中，牌匾和劳模五册")


class Season:
    """Takes every step as whoever is asked, on a given day."""

    def __init__(self) -> None:
        self.titles: dict[str, HonorTitle] = {}
        self.today = clock.today()
        self.deeds = count()
        with acting_as_job("演示初始化"):
            self.office = Account.objects.get(username="jiangwei")
            self.host = Unit.objects.get(name="锦川区总工会（工会）")
            self.judges = list(Account.objects.filter(grants__role="expert").distinct().order_by("made_at"))
            self.departments = list(Unit.objects.filter(short_name__in=("区人社局", "区应急局", "区税务局")))
            self.workers = self._candidates()

    def first_selection(self) -> None:
        """The first selection of craftsmen, finished a month ago."""
        start = self.today - timedelta(days=110)
        made = self._round("首届锦川工匠", "锦川工匠", start, quota=5)
        cases = [
            self._nominate(worker, made, start + timedelta(days=2 + number))
            for number, worker in enumerate(self.workers[:9])
        ]
        day = self._shown(cases, start + timedelta(days=12))
        self._answer(cases[8], day, "nominate", "事迹材料过于简单，请补充近三年成果")
        self._nominate_again(cases[8], day + timedelta(days=1))
        day = self._shown([cases[8]], day + timedelta(days=2))
        self._answer(cases[7], day, "refused", "从业经历核实不一致")
        rest = [one for one in cases if one is not cases[7]]
        for step in ("examine", "joint", "review"):
            day = self._next(day)
            for case in rest:
                self._answer(case, day, step)
        day = self._next(day)
        for number, case in enumerate(rest):
            self._mark(case, day, 95 - number)
        day = self._rank(made, self._next(day))
        listed = self._at(made, "notice")
        with self._on(day), acting_as(self.office):
            notice = notices.publish([one.pk for one in listed])
        with self._on(day + timedelta(days=2)):
            shown = notice.shown.get(case=listed[-1])
            notices.object_to(shown.pk, name="匿名职工", phone="19900020001", text="所列专利的第一发明人并非本人。")
        day = notice.last + timedelta(days=1)
        with self._on(day):
            notices.end_due()
        self._answer(listed[-1], self._next(day), "refused", "经核查，所列专利的第一发明人并非本人")
        day = self._next(self._next(day))
        for case in self._at(made, "decide")[:-1]:  # the last is left for the committee's own desk
            self._answer(case, day, "granted", data={"document": f"锦川委发〔{day.year}〕18号", "named_on": str(day)})
        self._pay(self._next(day))
        with self._on(day), acting_as(self.office):
            rounds.close(made)

    def under_notice(self) -> None:
        """A selection of technicians whose list hangs out now."""
        start = self.today - timedelta(days=60)
        made = self._round("锦川区技术能手（第一批）", "锦川区技术能手", start, quota=4)
        cases = [self._nominate(one, made, start + timedelta(days=1)) for one in self.workers[9:14]]
        day = self._shown(cases, start + timedelta(days=3))
        for step in ("examine", "joint", "review"):
            day = self._next(day)
            for case in cases:
                self._answer(case, day, step)
        for number, case in enumerate(cases):
            self._mark(case, self._next(day), 93 - number)
        self._rank(made, self._next(self._next(day)))
        with self._on(self._working_day_before(2)), acting_as(self.office):
            notices.publish([one.pk for one in self._at(made, "notice")])

    def under_way(self) -> None:
        """The second selection of craftsmen: cases at every early step, some of them late."""
        start = self.today - timedelta(days=25)
        made = self._round("第二届锦川工匠", "锦川工匠", start, quota=5, days=60)
        workers = self.workers[14:21]
        early = [self._nominate(one, made, start + timedelta(days=2)) for one in workers[:5]]
        day = self._shown(early, start + timedelta(days=3))
        self._answer(early[0], self._next(day), "examine")
        self._answer(early[1], self._next(day), "examine")
        self._answer(early[0], self._next(self._next(day)), "joint")
        self._answer(early[2], self._next(day), "nominate", "请补充工会会员证明")
        for one in workers[5:]:
            self._nominate(one, made, self._working_day_before(2))

    def talents(self) -> None:
        """Talents of an ecosystem, judged by bodies that may judge."""
        day = self.today - timedelta(days=40)
        with acting_as_job("演示初始化"):
            circle = UnitGroup.objects.order_by("made_at")[0]
            firm = next(one for one in Unit.objects.filter(groups__group=circle, name="锦川精密制造有限公司"))
        with self._on(day), acting_as(self.office):
            for unit in {one.unit for one in self.judges if one.unit}:
                actions.give_right(unit, circle, f"锦产改办〔{day.year}〕5号", day)
        made = self._round(
            "生态圈领军人才（第一批）", "产业生态圈领军人才", day, quota=3, days=90, flow=SelectTalent, circle=circle
        )
        here = [one for one in self.workers if people.unit_of(one.pk) == firm][:4]
        cases = [self._nominate(one, made, day + timedelta(days=1)) for one in here]
        for case in cases:
            self._answer(case, self._next(day + timedelta(days=3)), "review")
        for number, case in enumerate(cases[:2]):
            self._mark(case, self._next(day + timedelta(days=5)), 92 - number)

    def registers(self) -> None:
        """Earlier honours, plaques, and the registers of model workers."""
        with acting_as(Account.objects.get(username="zhoumin")):
            for number, worker in enumerate(self.workers[20:26]):
                title = self.titles[("锦川区劳动模范", "川府工匠", "全国技术能手", "企业首席工匠")[number % 4]]
                actions.record_honor(
                    worker.pk, title, f"演示文件〔{2019 + number}〕{number + 1}号", date(2019 + number, 4, 28)
                )
            models = [
                one
                for one in self.workers[20:26]
                if any(fact.name == "锦川区劳动模范" for _, fact in queries.honors_of(one.pk))
            ]
            for worker, part in zip(models, Part, strict=False):
                actions.enter_register(worker.pk, part, f"锦川区{part.label}", self.today - timedelta(days=30))
            firms = [people.unit_of(one.pk) for one in self.workers[:3]]
            for unit in {one.pk: one for one in firms if one}.values():
                actions.give_plaque(
                    unit,
                    self.titles["产改先进标杆企业"],
                    f"锦产改组〔{self.today.year}〕2号",
                    self.today - timedelta(days=50),
                )

    def _round(
        self,
        name: str,
        title: str,
        start: date,
        *,
        quota: int,
        days: int = 30,
        flow: Any = GrantHonor,
        circle: Any = None,
    ) -> Round:
        with self._on(start), acting_as(self.office):
            made = rounds.make(
                flow.key, name=name, host=self.host, opens=start, closes=start + timedelta(days=days), quota=quota,
                approval=f"川评组批〔{start.year}〕{len(self.titles)}号", telephone="028-85550007",
                materials=[{"name": "职工推荐会记录", "required": False}, {"name": "获奖和成果证明", "required": False}],
                terms={"title": str(self.titles[title].pk)},
            )  # fmt: skip
            for unit in self.departments:
                rounds.add_consulted(made, unit)
            for judge in self.judges:
                rounds.add_judge(made, judge)
            if circle is not None:
                rounds.set_shares(made, [(circle, quota)])
            return rounds.start(made)

    def _candidates(self) -> list[Any]:
        """Members who work at the front line of a firm that has a union desk, the longest there first."""
        served = Grant.objects.filter(role="enterprise_union", revoked_at__isnull=True).values("unit__serves")
        rows = people.Employment.unscoped.filter(until__isnull=True, unit__in=served, is_production=True)
        found = {row.person_id: row.person for row in rows.select_related("person").order_by("since", "id")}
        return [one for one in found.values() if people.membership_of(one.pk)]

    def _nominate(self, worker: Any, made: Round, day: date) -> Case:
        with acting_as_job("演示初始化"):
            unit = people.unit_of(worker.pk)
            assert unit is not None
            role = flows.flow_named(made.flow).opens.role
            grant = Grant.objects.filter(role=role, unit__serves=unit).first() or Grant.objects.get(
                role=role, unit=unit
            )
        with self._on(day), acting_as(grant.account, grant.unit_id):
            case = engine.open_case(made.flow, worker.pk, unit, round=made)
            seat = case.seats.get(state=Seat.State.OPEN)
            engine.decide(seat.pk, next(iter(engine.step_of(case).outcomes)), data=self._filled(day, worker.pk))
        return case

    def _nominate_again(self, case: Case, day: date) -> None:
        self._answer(case, day, "firm_notice", data=self._filled(day, case.subject))

    def _filled(self, day: date, person: Any) -> dict[str, Any]:
        number, work = next(self.deeds), people.employment_of(person, day)
        most = (queries.age_of(person) or 30) - 19
        return {
            "trade": (work and work.occupation) or "装配钳工", "years_in_trade": str(min(8 + number % 17, most)),
            "deed": DEEDS[number % len(DEEDS)], "met_on": str(day - timedelta(days=3)), "expected": str(60 + number),
            "attended": str(52 + number), "agreed": str(48 + number),
        }  # fmt: skip

    def _answer(self, case: Case, day: date, outcome: str, opinion: str = "同意", data: Any = None) -> None:
        """Everyone who is asked gives the same answer."""
        for seat in self._open_seats(case):
            with self._on(day), self._as(seat):
                engine.decide(seat.pk, outcome, data=data, opinion=opinion)

    def _mark(self, case: Case, day: date, mark: int) -> None:
        for number, seat in enumerate(self._open_seats(case)):
            with self._on(day), self._as(seat):
                engine.decide(seat.pk, "marked", mark=mark + (number - 2) * Decimal("0.5"))

    def _rank(self, made: Round, day: date) -> date:
        with self._on(day), acting_as(self.office):
            rankings.settle(made)
        return self._next(day)

    def _shown(self, cases: list[Case], day: date) -> date:
        """Each firm shows its own; the day on which all of it is over."""
        last = day
        for case in cases:
            (seat,) = self._open_seats(case)
            with self._on(day), self._as(seat):
                last = max(last, notices.publish([case.pk], telephone="028-85560001").last)
        with self._on(last + timedelta(days=1)):
            notices.end_due()
        return self._next(last)

    def _pay(self, day: date) -> None:
        with self._on(day), acting_as(Account.objects.get(username="feiliyan")):
            due = [row.pk for row in queries.awards_due()]
            actions.pay(due[:2], f"锦财付〔{day.year}〕0317", day)

    def _at(self, made: Round, step: str) -> list[Case]:
        return list(Case.unscoped.filter(round=made, step=step).order_by("place"))

    def _open_seats(self, case: Case) -> list[Seat]:
        return list(case.seats.filter(state=Seat.State.OPEN).select_related("unit", "account").order_by("id"))

    @contextmanager
    def _as(self, seat: Seat) -> Iterator[None]:
        """Act as an account that the seat asks."""
        with acting_as_job("演示初始化"):
            rows = Grant.objects.filter(unit=seat.unit, role=seat.role, revoked_at__isnull=True)
            account = seat.account or rows.select_related("account")[0].account
        with acting_as(account, seat.unit_id):
            yield

    @contextmanager
    def _on(self, day: date) -> Iterator[None]:
        """On a day, never later than today."""
        with ExitStack() as held:
            if day < self.today:
                held.enter_context(clock.at(day))
            yield

    def _next(self, day: date) -> date:
        return min(office_calendar().add(day, 1).result, self.today)

    def _working_day_before(self, days: int) -> date:
        day = self.today
        while days:
            day -= timedelta(days=1)
            days -= office_calendar().is_working(day)
        return day
