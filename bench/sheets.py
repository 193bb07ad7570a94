"""Invented departments' sheets, for the benchmarks of linking: who is who is kept aside, and nothing here is real.

Two ways of going wrong. `plain` is what four offices do: people change employer and phone between one list and the
next, names are misspelt, numbers are lost or mistyped. `rough` was written after the linker and never tuned to: an
agent's phone stands for a whole shop, families share one, numbers are lost three times as often, employers go by short
names, birthdays by the lunar calendar, and a quarter of the people stand twice on one list.
"""

import argparse
from dataclasses import dataclass, fields
from pathlib import Path

import duckdb

SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任卢姚沈钟姜崔"
    "谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
GIVEN = (
    "伟芳娜敏静丽强磊军洋勇艳杰涛明超秀霞平刚桂英华玉萍红娥玲芬建国文辉力志飞鹏宇浩轩子涵梓欣怡佳琪思雨晨博睿铭泽俊"
    "豪嘉诚海波斌峰林森晓东春梅兰竹菊云龙凤成立新民德才福贵财旺兴盛家和顺安康宁永昌世荣光宗耀祖学勤俭朴忠孝仁义礼智"
    "信美慧贤淑雅琴书画诗婷婧妍姝媛瑶琳璐珊珍珠翠碧青蓝紫金银铜铁钢木水火土山川江河湖溪泉雪冰霜露星月日阳天地乾坤宏"
    "伯仲叔季元亨利贞万千百亿大小中正方圆长短高低远近左右前后内外上下来去往返行走跑跳坐卧站立朝夕晚早夜昼秋冬夏阴晴"
    "风雷电霆霞虹彩瑞祥吉庆喜乐欢笑颜悦愉快畅舒展翔翼羽鹤雁燕莺鹂鸿鹄虎豹狮熊马骏骐骥驰骋奔腾跃进步升登攀峻岭岩石磐"
    "坚固恒毅韧勇猛威武雄壮健康强盛"
)
ALIKE = (
    "伟玮 芳方 娜那 敏闽 静靖 丽莉 强蔷 磊雷 军君 洋阳 勇永 艳燕 杰洁 涛焘 明铭 超朝 秀琇 霞侠 平萍 刚钢 "
    "英瑛 华桦 红宏 玲铃 芬芳 建健 国果 文雯 辉晖 志智 飞菲 宇雨 浩皓 轩宣 涵函 欣新 怡宜 佳嘉 琪祺 晨辰 "
    "博搏 俊骏 豪毫 诚成 海诲 波坡 峰锋 林琳 晓小 东冬 张章 李季 刘留 陈程 杨扬 黄皇 赵肇 吴武 周洲 徐许 "
    "孙荪 马玛 朱株 胡湖 郭廓 何荷 高皋 罗萝 郑邓 梁粱 谢榭 宋末"
)


@dataclass(frozen=True)
class Model:
    """How often each thing goes wrong on a row, and what a sheet carries at all."""

    no_number: tuple[float, float, float, float]
    mistyped: float
    swapped: float
    old_number: float
    misspelt: float
    no_phone: float
    moved: float
    other_phone: float
    no_birth: float
    wrong_birth: float
    shared_phone: float
    twice: float
    short_employer: float
    names: float


PLAIN = Model((0.02, 0.18, 0.05, 0.12), 0.015, 0.005, 0.003, 0.02, 0.08, 0.25, 0.22, 0.03, 0.012, 0.0, 0.0, 0.0, 2.0)
ROUGH = Model((0.06, 0.45, 0.2, 0.35), 0.03, 0.01, 0.02, 0.035, 0.2, 0.4, 0.3, 0.15, 0.03, 0.06, 0.06, 0.3, 2.3)
SOURCES = {"insurance": 0.86, "union": 0.62, "certificates": 0.38, "employers": 0.5}

_MACROS = """
CREATE OR REPLACE MACRO u(i, k) AS (hash(i * 1009 + k) % 1000000007) / 1000000007.0;
CREATE OR REPLACE MACRO pick(text, x) AS substr(text, 1 + CAST(floor(x * length(text)) AS INTEGER), 1);
CREATE OR REPLACE MACRO digit(v, p) AS (v // p) % 10;
CREATE OR REPLACE MACRO check_sign(t) AS substr('10X98765432', 1 + (
    7*CAST(t[1] AS INT)+9*CAST(t[2] AS INT)+10*CAST(t[3] AS INT)+5*CAST(t[4] AS INT)+8*CAST(t[5] AS INT)
    +4*CAST(t[6] AS INT)+2*CAST(t[7] AS INT)+1*CAST(t[8] AS INT)+6*CAST(t[9] AS INT)+3*CAST(t[10] AS INT)
    +7*CAST(t[11] AS INT)+9*CAST(t[12] AS INT)+10*CAST(t[13] AS INT)+5*CAST(t[14] AS INT)+8*CAST(t[15] AS INT)
    +4*CAST(t[16] AS INT)+2*CAST(t[17] AS INT)) % 11, 1);
"""


def write(folder: Path, persons: int, model: Model = PLAIN, seed: int = 7) -> dict[str, Path]:
    """Four Parquet sheets and `truth.parquet` (source, row, person) beside them."""
    folder.mkdir(parents=True, exist_ok=True)
    con = duckdb.connect()
    con.execute(f"SET memory_limit='10GB'; SET temp_directory='{folder}/spill'; SET preserve_insertion_order=true")
    con.execute(_MACROS)
    firms = max(20, persons // 180)
    con.execute(
        f"""CREATE TABLE person AS SELECT *, seventeen || check_sign(seventeen) AS id_number FROM (
        SELECT i, surname, surname || given1 || CASE WHEN u(i,4)<0.8 THEN given2 ELSE '' END AS name, birth,
            (990001 + spread % 24)::VARCHAR || strftime(birth, '%Y%m%d')
              || lpad((spread // (24 * 16000))::VARCHAR, 3, '0') AS seventeen
        FROM (SELECT i, spread, pick('{SURNAMES}', pow(u(i,1), 2.2)) AS surname,
            pick('{GIVEN}', pow(u(i,2), {model.names})) AS given1,
            pick('{GIVEN}', pow(u(i,3), {model.names})) AS given2,
            DATE '1962-01-01' + CAST(spread // 24 % 16000 AS INT) AS birth
            FROM (SELECT i, i * 104729 % (24 * 16000 * 1000) AS spread
                FROM (SELECT range + {seed * 100_000_000} AS i FROM range({persons})))))"""
    )
    con.execute(
        "CREATE TABLE alike AS SELECT w[1] AS right_sign, w[2] AS wrong_sign FROM (SELECT unnest(string_split("
        f"'{ALIKE}', ' ')) AS w) QUALIFY row_number() OVER (PARTITION BY w[1]) = 1"
    )
    paths = {}
    for number, (source, coverage) in enumerate(SOURCES.items()):
        paths[source] = folder / f"{source}.parquet"
        con.execute(_sheet(number, coverage, model, firms))
        columns = "name, id_number, phone, birth, employer"
        con.execute(f"COPY (SELECT {columns} FROM sheet ORDER BY n) TO '{paths[source]}'")
        con.execute(f"CREATE TABLE truth{number} AS SELECT '{source}' AS source, n - 1 AS row, i AS person FROM sheet")
    union = " UNION ALL ".join(f"SELECT * FROM truth{number}" for number in range(len(SOURCES)))
    con.execute(f"COPY ({union}) TO '{folder}/truth.parquet'")
    con.close()
    return paths


def _sheet(number: int, coverage: float, model: Model, firms: int) -> str:
    """The rows of one list: what is true on its day, then what went wrong in writing it."""
    k = 100 * (number + 1)
    m = {one.name: getattr(model, one.name) for one in fields(model)}
    return f"""CREATE OR REPLACE TABLE sheet AS
    WITH here AS (
        SELECT i, name, birth, id_number, 0 AS again FROM person WHERE u(i,{k}) < {coverage}
        UNION ALL
        SELECT i, name, birth, id_number, 1 FROM person WHERE u(i,{k}) < {coverage} AND u(i,{k}+1) < {m["twice"]}
    ), dated AS (
        SELECT *, i * 2 + again AS j,
            CAST(floor({firms} * pow(
                u(i, CASE WHEN u(i,{k}+2) < {m["moved"]} OR again=1 THEN {k}+3 ELSE 11 END), 1.7)) AS INT) AS firm,
            CASE WHEN u(i*2+again,{k}+4) < {m["other_phone"]} THEN {k}+5 ELSE 12 END AS phone_key
        FROM here
    ), phoned AS (
        SELECT *, CASE WHEN u(j,{k}+6) < {m["shared_phone"]}
                THEN 13000000000 + CAST(floor(u(firm, 77) * 6999999999) AS BIGINT)
                ELSE 13000000000 + CAST(floor(u(i, phone_key) * 6999999999) AS BIGINT) END AS tel,
            1 + CAST(floor(u(j,{k}+7) * length(name)) AS INT) AS spot,
            1 + CAST(floor(u(j,{k}+8) * 17) AS INT) AS dig, CAST(1 + floor(u(j,{k}+9) * 9) AS INT) AS slip
        FROM dated
    )
    SELECT row_number() OVER (ORDER BY hash(j * 31 + {k})) AS n, i,
        CASE WHEN u(j,{k}+10) >= {m["misspelt"]} THEN name
             WHEN u(j,{k}+11) < 0.55 AND wrong_sign IS NOT NULL
                 THEN substr(name,1,spot-1) || wrong_sign || substr(name,spot+1)
             WHEN u(j,{k}+11) < 0.7 AND length(name) > 2 THEN substr(name,1,spot-1) || substr(name,spot+1)
             ELSE substr(name,1,spot-1) || pick('{GIVEN}', u(j,{k}+12)) || substr(name,spot+1) END AS name,
        CASE WHEN u(j,{k}+13) < {model.no_number[number]} THEN NULL
             WHEN u(j,{k}+14) < {m["mistyped"]} THEN substr(id_number,1,dig-1)
                 || ((CAST(id_number[dig] AS INT) + slip) % 10)::VARCHAR || substr(id_number,dig+1)
             WHEN u(j,{k}+14) < {m["mistyped"] + m["swapped"]} THEN substr(id_number,1,dig-1)
                 || id_number[dig+1] || id_number[dig] || substr(id_number,dig+2)
             WHEN u(j,{k}+15) < {m["old_number"]} AND year(birth) < 1985
                 THEN substr(id_number,1,6) || substr(id_number,9,9)
             WHEN u(j,{k}+15) > 0.97 THEN lower(id_number) ELSE id_number END AS id_number,
        CASE WHEN u(j,{k}+16) < {m["no_phone"]} THEN NULL ELSE tel::VARCHAR END AS phone,
        CASE WHEN u(j,{k}+17) < {m["no_birth"]} THEN NULL
             WHEN u(j,{k}+18) < {m["wrong_birth"]} / 3
                 THEN strftime(birth + CAST(20 + floor(u(j,{k}+19) * 30) AS INT), '%Y-%m-%d')
             WHEN u(j,{k}+18) < {m["wrong_birth"]} / 1.5 AND day(birth) <= 12 THEN strftime(birth, '%Y-%d-%m')
             WHEN u(j,{k}+18) < {m["wrong_birth"]} THEN strftime(birth - INTERVAL 1 YEAR, '%Y-%m-%d')
             ELSE strftime(birth, '%Y-%m-%d') END AS birth,
        '虚拟' || firm::VARCHAR
            || CASE WHEN u(j,{k}+20) < {m["short_employer"]} THEN '' ELSE '号有限公司' END AS employer
    FROM phoned LEFT JOIN alike ON right_sign = substr(name, spot, 1)"""


def score(truth: Path, out: Path) -> dict[str, float]:
    """Precision, recall and F1 over pairs of rows."""
    con = duckdb.connect()
    con.execute(
        f"CREATE VIEW t AS SELECT t.person AS a, o.person AS b FROM '{truth}' t JOIN '{out}' o USING (source, row)"
    )
    pairs = "SELECT coalesce(sum(c * (c - 1) // 2), 0) FROM (SELECT count(*) AS c FROM t GROUP BY {})"
    both, said, true = (con.execute(pairs.format(keys)).fetchone()[0] for keys in ("a, b", "b", "a"))
    precision, recall = both / max(said, 1), both / max(true, 1)
    return {"precision": precision, "recall": recall, "f1": 2 * precision * recall / max(precision + recall, 1e-9)}


if __name__ == "__main__":
    words = argparse.ArgumentParser()
    words.add_argument("folder", type=Path)
    words.add_argument("--persons", type=int, default=100_000)
    words.add_argument("--model", choices=("plain", "rough"), default="plain")
    chosen = words.parse_args()
    write(chosen.folder, chosen.persons, {"plain": PLAIN, "rough": ROUGH}[chosen.model])
