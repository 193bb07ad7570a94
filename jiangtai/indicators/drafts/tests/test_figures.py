"""Every figure of a text is found with its value, its unit and its hedge, and nothing that only looks like one."""

import json
from decimal import Decimal
from pathlib import Path

import pytest

from jiangtai.documents import document_text
from jiangtai.indicators.drafts import figures_in

SEEDS = Path(__file__).resolve().parents[5] / "shared" / "seeds"
ANSWERS = json.loads((Path(__file__).parent / "answers.json").read_text(encoding="utf-8"))


@pytest.mark.skipif(not SEEDS.exists(), reason="the published texts are not in the repository")
@pytest.mark.parametrize("seed", ANSWERS)
def test_published_texts_give_the_figures_that_were_written_down_before(seed: str) -> None:
    (path,) = SEEDS.glob(f"{seed}-*.txt")
    found = {(*one.span, one.value, one.unit, one.hedge) for one in figures_in(document_text(path))}
    wanted = {(start, end, Decimal(value), unit, hedge) for start, end, value, unit, hedge in ANSWERS[seed]}
    assert (sorted(map(str, wanted - found)), sorted(map(str, found - wanted))) == ([], [])


FIGURES = [
    # digits, wide digits, scales
    ("培训３６００人次", "３６００人次 3600 人次"),
    ("培训职工1.2万人次", "1.2万人次 12000 人次"),
    ("发放补助1.2亿元", "1.2亿元 120000000 元"),
    ("产值1.5万亿元", "1.5万亿元 1500000000000 元"),
    ("涉案金额59.3万元", "59.3万元 593000 元"),
    ("发放奖金12,500元", "12,500元 12500 元"),
    ("共有工人1,200,300人,其中", "1,200,300人 1200300 人"),
    ("培训班5期,学员30名", "5期 5 期;30名 30 名"),
    ("新建工会1 200家", "1 200家 1200 家"),
    ("会员达到35.7万", "35.7万 357000 人"),
    ("吸纳 226 家 企业", "226 家 226 家"),
    ("投入资金3000多万", "3000多万 30000000 元 over"),
    ("600万产业工人", "600万 6000000 人"),
    ("40万新就业形态劳动者", "40万 400000 人"),
    ("组织800职工参加", "800 800 人"),
    # shares
    ("增长3.2%", "3.2% 3.2 %"),
    ("增长３．２％", "３．２％ 3.2 %"),
    ("同比为-3.2%", "-3.2% -3.2 %"),
    ("占百分之三十", "百分之三十 30 %"),
    ("占百分之三点五左右", "百分之三点五左右 3.5 % approx"),
    ("千分之二", "千分之二 2 ‰"),
    ("提高5个百分点", "5个百分点 5 个百分点"),
    ("提高三个百分点", "三个百分点 3 个百分点"),
    ("高出2.5百分点", "2.5百分点 2.5 个百分点"),
    ("超过三成", "超过三成 30 % over"),
    ("约占三分之一", "三分之一 33.33 %"),
    ("女职工占一半以上", "一半以上 50 % over"),
    ("过半数企业", "过半 50 % over"),
    ("收入是上年的两倍", "两倍 2 倍"),
    ("增长1.5倍", "1.5倍 1.5 倍"),
    ("人数翻一番", "翻一番 2 倍"),
    ("产值翻了两番", "翻了两番 4 倍"),
    # hedges
    ("20余家", "20余家 20 家 over"),
    ("十余家", "十余家 10 家 over"),
    ("20多万元", "20多万元 200000 元 over"),
    ("65万多名", "65万多名 650000 名 over"),
    ("两千余万元", "两千余万元 20000000 元 over"),
    ("近百名", "近百名 100 名 near"),
    ("接近2万人", "接近2万人 20000 人 near"),
    ("上千人次", "上千人次 1000 人次 over"),
    ("逾百家", "逾百家 100 家 over"),
    ("突破万亿元", "突破万亿元 1000000000000 元 over"),
    ("突破了300家", "突破了300家 300 家 over"),
    ("约30名", "约30名 30 名 approx"),
    ("签约30家企业", "30家 30 家"),
    ("附近3家企业", "3家 3 家"),
    ("280名左右", "280名左右 280 名 approx"),
    ("20来个", "20来个 20 个 approx"),
    ("60%以上", "60%以上 60 % over"),
    ("不低于60%", "不低于60% 60 % over"),
    ("不超过60%", "不超过60% 60 %"),
    ("10名以内", "10名以内 10 名"),
    ("不到100人，不足3%", "不到100人 100 人;不足3% 3 %"),
    ("举办了3届大赛", "3届 3 届"),
    ("其余20家", "20家 20 家"),
    ("历时3年多", "3年多 3 年 over"),
    ("培训人次累计达到1.86亿", "1.86亿 186000000 人次"),
    ("参训人数达3600", "3600 3600 人"),
    ("分别提高8.2个、16.2个和3.1个百分点", "8.2个 8.2 个百分点;16.2个 16.2 个百分点;3.1个百分点 3.1 个百分点"),
    # signs
    ("三百二十名", "三百二十名 320 名"),
    ("一千零五十人", "一千零五十人 1050 人"),
    ("三万名", "三万名 30000 名"),
    ("三家企业、两名职工", "三家 3 家;两名 2 名"),
    ("三十五项", "三十五项 35 项"),
    # ranges
    ("用3—5年时间", "3 3 年;5年 5 年"),
    ("培训30-50名", "30 30 名;50名 50 名"),
    ("奖励3至5万元", "3 30000 元;5万元 50000 元"),
    ("奖励2万元~3万元", "2万元 20000 元;3万元 30000 元"),
    ("连续5年", "5年 5 年"),
    # several at once
    ("1名公职律师+4名志愿律师", "1名 1 名;4名 4 名"),
    ("2026年5月培训36人、60名以上", "36人 36 人;60名以上 60 名 over"),
    ("“五小”11项,“月度之星”14名", "11项 11 项;14名 14 名"),
]
NO_FIGURES = [
    *("2026年", "二〇二六年", "2026 年 5 月 1 日", "5月1日", "2021—2025年", "1—9月", "1至6月", "9:30", "2026-05-01"),
    *("2026年度", "上世纪90年代", "80后职工", "近3年来", "近五年", "未来5年", "过去三年", "2026职工技能大赛"),
    *("川工发〔2026〕12号", "〔２０２６〕１２号", "[2026]12号", "(2026)3号", "GB/T 9704—2012", "第12届", "第三季度"),
    *("第三十二次会议", "全国第2", "前三季度", "前3名选手", "前9个月", "世界500强", "12345热线", "拨打12351"),
    *("电话028-85551234", "手机13800000000", "5G网络", "A4纸", "PM2.5", "三届八次全会", "二十大", "十九届四中全会"),
    *("五位一体", "四位一体", "十四五", "一匠三创", "三助推六提升", "四个体系", "三张清单", "六比六创", "两个中心"),
    *("“两个中心”", "“百名劳模宣讲团”", "“1+2+6+N”", "“33618”体系", "2+4+N", "1+X证书", "《三十六条措施》"),
    *(
        "一线职工",
        "统一",
        "十佳",
        "一批",
        "一系列",
        "一站式",
        "一支队伍",
        "一名工人",
        "二维码",
        "千方百计",
        "三八红旗手",
    ),
    *("五一劳动奖章", "八级工", "高级工以上", "千家万户", "成百上千名", "百年党史", "百万职工大赛", "数百名", "几十家"),
    *("三五名", "七大活动", "五类", "一半路", "一成不变", "二十四节气", "建党100周年", "24小时服务", "15分钟服务圈"),
    *(
        "三年行动",
        "3年行动计划",
        "五年计划",
        "三人小组",
        "二元结构",
        "万元户",
        "双百计划",
        "1.企业",
        "（2）人才",
        "2026",
    ),
]


@pytest.mark.parametrize(("text", "wanted"), FIGURES, ids=[text for text, _ in FIGURES])
def test_a_figure_is_found(text: str, wanted: str) -> None:
    found = [
        " ".join(filter(None, (one.text, f"{one.value.normalize():f}", one.unit, one.hedge)))
        for one in figures_in(text)
    ]
    assert ";".join(found) == wanted
    assert all(text[one.start : one.end] == one.text for one in figures_in(text))


@pytest.mark.parametrize("text", NO_FIGURES)
@pytest.mark.parametrize("around", ["{}", "围绕{}，加快建设。", "\n{}\n"])
def test_what_only_looks_like_a_figure_is_none(text: str, around: str) -> None:
    assert figures_in(around.format(text)) == []


def test_a_quote_that_says_something_is_read() -> None:
    (figure,) = figures_in("他说：“今年培训了3600人次，明年还要办。”")
    assert (figure.text, figure.value) == ("3600人次", 3600)


def test_places_are_those_of_the_text() -> None:
    text = "一、培训\n组织３０名职工，\r\n《十条》下发。覆盖近2.1万名职工。"
    assert [text[one.start : one.end] for one in figures_in(text)] == ["３０名", "近2.1万名"]


def test_it_is_the_same_every_time_and_ends_on_long_texts() -> None:
    text = "培训三百二十名职工，占1,200人的26.7%，" * 2000 + "一二三四五六七八九十" * 3000 + "1" * 30000
    assert figures_in(text) == figures_in(text)
    assert len(figures_in(text)) == 6000
