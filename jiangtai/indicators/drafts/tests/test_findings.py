"""What a text says against itself is told, and what may well be so is not."""

import pytest

from jiangtai.documents import document_text
from jiangtai.indicators.drafts import findings_in
from jiangtai.indicators.drafts.tests.test_figures import SEEDS


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("20+20+6=47", "20+20+6 等于 46，文中写 47"),
        ("２０＋２０＋６＝４７", "等于 46，文中写 47"),
        ("共有试点46个，其中市级30个、县级20个。", "30个＋20个为50个，总数写的是46个"),
        ("共有试点46个，其中市级50个。", "50个为50个，总数写的是46个"),
        ("共有试点46个。其中，市级30个、县级20个。", "总数写的是46个"),
        ("评选工匠100名，其中分别为省级20名、市级30名、区级40名。", "为90名，总数写的是100名"),
        ("全面试点20个、项目试点20个、部门试点6个，共47个。", "为46个，总数写的是47个"),
        ("开展首批试点。其中，全面试点20个，项目试点20个，部门试点6个。\n首批47个试点单位。", "总数写的是47个"),
        ("培训职工5000人次，其中农民工2000人。", "人与人次混用：2000人是人数，5000人次是人次"),
        ("今年培训职工5000人次。\n会上说，培训职工5000人。", "人与人次混用：同是“培训职工”"),
        ("参训500人，其中女职工200人，占50%。", "200人占500人的40%，文中写50%"),
        ("参训500人，其中女职工200人（占比50%）。", "文中写50%"),
        ("由400人增加到500人，增长20%。", "400人到500人是增加25%，文中写20%"),
        ("比重由45%提高到60%，提高10个百分点。", "45%到60%是增加15个百分点，文中写10个百分点"),
        ("培训300人，其中男180人、女110人。", "180人＋110人为290人，总数写的是300人"),
        ("培训班12期，一季度300人、二季度400人，共800人。", "300人＋400人为700人，总数写的是800人"),
        ("培训500人，比上年增加100人，增长20%。", "500人，比先前增加100人是增加25%，文中写20%"),
        ("培训400人，比上年减少100人，下降25%。", "400人，比先前减少100人是减少20%，文中写25%"),
        ("由500人减少到400人，下降25%。", "500人到400人是减少20%，文中写25%"),
        ("考核500人，合格450人，合格率85%。", "450人占500人的90%，文中写85%"),
        ("共500人，女职工200人，占50%。", "200人占500人的40%，文中写50%"),
        ("由400人增加到500人，增加90人。", "增加100人，文中写90人"),
    ],
)
def test_what_cannot_be_is_told(text: str, told: str) -> None:
    (found,) = findings_in(text)
    assert told in found.told
    assert all(text[start:end] for start, end in found.spans)


@pytest.mark.parametrize(
    "text",
    [
        "20+20+6=46",
        "1+X证书、2+4+N体系",
        "共有试点46个，其中市级20个、县级20个。",
        "共有试点46个，其中市级20个、县级26个，此外还有示范点30个。",
        "共有试点近50个，其中市级30个、县级30个。",
        "全面试点20个、项目试点20个、部门试点6个，共46个。",
        "开展首批试点。其中，全面试点20个，项目试点20个，部门试点6个。\n第二批119个试点单位。",
        "30家企业参赛，其中5家获奖、3家提名，共8家受到表扬。",
        "培训职工5000人次，举办讲座30场，其中线上12场、线下18场。",
        "培训职工5000人次，表彰劳模20人。",
        "培训职工5000人次，惠及企业职工300人。",
        "参训500人，其中女职工200人，占40%。",
        "参训512人，其中女职工200人，占39%。",
        "参训500人，其中女职工200人，占女职工总数的80%。",
        "由400人增加到500人，增长25%。",
        "培训300人，其中男180人、女120人。",
        "培训300人，其中男职工干部80人。",
        "培训班12期，一季度300人、二季度400人，共700人。",
        "全区800人，一季度300人、二季度400人，共700人。",
        "培训500人，比上年增加100人，增长25%。",
        "培训400人，比上年减少100人，下降20%。",
        "由500人减少到400人，下降20%。",
        "比重由60%下降到45%，下降15个百分点。",
        "考核500人，合格450人，合格率90%。",
        "考核500人，合格450人，满意率95%。",
        "共500人，女职工200人，占40%。",
        "表彰500人、女职工200人，占女性的50%。",
        "比重由45%提高到60%，提高15个百分点。",
        "由近400人增加到500人，增长30%。",
        "其中女职工200人。",
        "",
    ],
)
def test_what_may_be_is_left_alone(text: str) -> None:
    assert findings_in(text) == []


@pytest.mark.skipif(not SEEDS.exists(), reason="the published texts are not in the repository")
def test_published_texts_hold_and_an_altered_one_does_not() -> None:
    texts = {path.name[:3]: document_text(path) for path in SEEDS.glob("*.txt")}
    assert all(findings_in(text) == [] for text in texts.values())
    (found,) = findings_in(texts["002"].replace("46个", "47个"))
    assert found.kind == "sum"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("由500人减少到400人，下降25%。", "降幅不符：500人到400人是减少20%，文中写25%"),
        ("困难职工从500户降到400户，降幅25%。", "降幅不符：500户到400户是减少20%，文中写25%"),
        ("培训400人，比上年减少100人，下降30%。", "降幅不符：400人，比先前减少100人是减少20%，文中写30%"),
        ("由400人增加到500人，增长30%。", "增幅不符：400人到500人是增加25%，文中写30%"),
    ],
)
def test_a_decline_is_called_one(text: str, told: str) -> None:
    assert [one.told for one in findings_in(text)] == [told]


def test_a_number_beyond_reckoning_is_told() -> None:
    (found,) = findings_in("由1亿亿人增加到" + "9" * 18 + "亿亿人，增加3人。")
    assert "增加9" in found.told


@pytest.mark.parametrize(
    "text", ["培训职工3人，", "其中3人，", "共3人、", "培训300人，培训300人次，", "共300人、女200人，占40%，"]
)
def test_a_sentence_without_end_is_read_once(text: str) -> None:
    """Each figure is held against those near by: as many again take no more than as long again."""
    assert len(findings_in(text * 4000)) <= 8000
