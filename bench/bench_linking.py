"""Who is who on four invented lists: the product's own command beside Splink alone, on the same files in the same run.

The command is run as an office would run it, and so is the peer: a process of its own, its peak of memory read from the
system. Splink is set up in two ways. *Quick* blocks on pairs of values that are seldom shared; it misses who changed or
misspelt two of them. *Thorough* looks for these too, by phone alone and by birthday with surname or with employer, and
so finds more of them. Both put together whom they hold for the same at one half, which gave the best F1 at six million.
`--quick-up-to` and `--thorough-up-to` say up to how many people each is asked.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import sheets
from served import table

ROOT = Path(__file__).resolve().parent.parent
DELTA = 100_000
MODELS = {"plain": sheets.PLAIN, "rough": sheets.ROUGH}


def main() -> None:
    """Make the lists, link them, and print what came of it."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--persons", type=int, nargs="+", default=[1_000_000, 6_000_000])
    words.add_argument("--errors", nargs="+", choices=MODELS, default=list(MODELS))
    words.add_argument("--quick-up-to", type=int, default=6_000_000)
    words.add_argument("--thorough-up-to", type=int, default=1_000_000)
    words.add_argument("--peer", type=Path, help=argparse.SUPPRESS)
    words.add_argument("--is-thorough", action="store_true", help=argparse.SUPPRESS)
    chosen = words.parse_args()
    if chosen.peer:
        _splink(chosen.peer, chosen.is_thorough)
        return
    found, deltas = [], []
    for persons in chosen.persons:
        for name in chosen.errors:
            model = MODELS[name]
            with tempfile.TemporaryDirectory(prefix="jl-") as folder:
                paths = sheets.write(Path(folder), persons, model)
                found.append((persons, name, "jiangtai", *_ours(Path(folder), paths)))
                print(*found[-1], f"load {os.getloadavg()[0]:.1f}", flush=True)
                if name == "plain" and persons > 2 * DELTA:
                    deltas.append((persons, *_delta(Path(folder), paths)))
                    print("a delta", *deltas[-1], f"load {os.getloadavg()[0]:.1f}", flush=True)
                for way, most in (("quick", chosen.quick_up_to), ("thorough", chosen.thorough_up_to)):
                    if persons <= most and name == "plain":
                        found.append((persons, name, f"Splink alone, {way}", *_peer(Path(folder), way)))
                        print(*found[-1], f"load {os.getloadavg()[0]:.1f}", flush=True)
    heads = ("persons", "errors", "who", "rows", "seconds", "CPU s", "µs a row", "peak MB", "precision", "recall", "F1")
    table(heads, found)
    table(
        ("persons", "rows before", "seconds", "CPU s", "delta", "seconds", "CPU s", "share", "F1 of its pairs"), deltas
    )


def _delta(folder: Path, paths: dict[str, Path]) -> tuple[Any, ...]:
    """The last rows of one list come later: all before them linked anew, then they alone beside what was kept."""
    import duckdb

    con = duckdb.connect()
    before = con.execute(f"SELECT count(*) - {DELTA} FROM '{paths['employers']}'").fetchone()[0]  # type: ignore[index]
    parts = {"before": f"LIMIT {before}", "delta": f"LIMIT {DELTA} OFFSET {before}"}
    for name, part in parts.items():
        con.execute(f"COPY (SELECT * FROM '{paths['employers']}' {part}) TO '{folder / name}.parquet'")
    prior, out = folder / "prior.parquet", folder / "delta-out.parquet"
    full = _timed(paths | {"employers": folder / "before.parquet"}, prior)
    delta = _timed({"delta": folder / "delta.parquet"}, out, "--known", prior)
    con.execute(
        f"CREATE VIEW o AS SELECT source, row, person FROM '{prior}'"
        f" UNION ALL SELECT 'employers', row + {before}, person FROM '{out}'"
    )
    con.execute(
        "CREATE TABLE t AS SELECT t.person AS a, o.person AS b,"
        f" o.source = 'employers' AND o.row >= {before} AS is_new"
        f" FROM '{folder}/truth.parquet' t JOIN o USING (source, row)"
    )
    pairs = (
        "SELECT coalesce(sum(c * (c - 1) // 2 - n * (n - 1) // 2), 0) FROM"
        " (SELECT count(*) AS c, count(*) FILTER (NOT is_new) AS n FROM t GROUP BY {})"
    )
    both, said, true = (con.execute(pairs.format(keys)).fetchone()[0] for keys in ("a, b", "b", "a"))  # type: ignore[index]
    con.close()
    told = (f"{2 * both / (said + true):.5f}",)
    return (full[0], *full[1:], delta[0], *delta[1:], f"{float(delta[1]) / float(full[1]):.3f}", *told)


def _timed(sources: dict[str, Path], out: Path, *more: Any) -> tuple[int, str, str]:
    """Rows, seconds of the clock, and of the processors."""
    words = [word for name, path in sources.items() for word in ("--source", f"{name}={path}")]
    command = [ROOT / ".venv/bin/jiangtai", "register", "link", *words, "--out", out, "--json", *more]
    said, seconds, used = _run(command)
    return said["rows"], f"{seconds:.2f}", f"{used:.2f}"


def _ours(folder: Path, paths: dict[str, Path]) -> tuple[Any, ...]:
    out = folder / "out.parquet"
    words = [word for name, path in paths.items() for word in ("--source", f"{name}={path}")]
    return _line(folder, [ROOT / ".venv/bin/jiangtai", "register", "link", *words, "--out", out, "--json"], out)


def _peer(folder: Path, way: str) -> tuple[Any, ...]:
    words = ["--is-thorough"] if way == "thorough" else []
    return _line(folder, [sys.executable, __file__, "--peer", folder, *words], folder / "peer.parquet")


def _line(folder: Path, command: list[Any], out: Path) -> tuple[Any, ...]:
    said, seconds, used = _run(command)
    right = sheets.score(folder / "truth.parquet", out)
    shares = (f"{right[one]:.5f}" for one in ("precision", "recall", "f1"))
    each = seconds / said["rows"] * 1e6
    return said["rows"], f"{seconds:.1f}", f"{used:.1f}", f"{each:.1f}", said["peak_mb"], *shares


def _run(command: list[Any]) -> tuple[dict[str, Any], float, float]:
    """What it says at its end, seconds of the clock, and of the processors."""
    began, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    took, after = time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return json.loads(done.stdout.splitlines()[-1]), took, used


def _splink(folder: Path, is_thorough: bool) -> None:
    """Splink as its documentation sets it up: trained on the lists, blocked on what two rows may share."""
    import duckdb
    import splink.comparison_level_library as levels
    import splink.comparison_library as comparisons
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    con = duckdb.connect()
    con.execute(f"SET memory_limit = '16GB'; SET temp_directory = '{folder}/spill'")
    parts = " UNION ALL ".join(
        f"SELECT '{name}' AS list, file_row_number AS row, name, upper(id_number) AS id_number, phone, birth, employer"
        f" FROM read_parquet('{folder}/{name}.parquet', file_row_number = true)"
        for name in sheets.SOURCES
    )
    con.execute(f"CREATE TABLE people AS SELECT row_number() OVER () AS unique_id, * FROM ({parts})")
    name = comparisons.CustomComparison(
        output_column_name="name",
        comparison_levels=[
            levels.NullLevel("name"),
            levels.ExactMatchLevel("name", term_frequency_adjustments=True),
            levels.JaroWinklerLevel("name", 0.8),
            levels.ElseLevel(),
        ],
    )
    settings = SettingsCreator(
        link_type="dedupe_only",
        comparisons=[
            name,
            comparisons.DamerauLevenshteinAtThresholds("id_number", [1]),
            comparisons.DamerauLevenshteinAtThresholds("birth", [1]),
            comparisons.ExactMatch("phone"),
            comparisons.ExactMatch("employer").configure(term_frequency_adjustments=True),
        ],
        blocking_rules_to_generate_predictions=[
            block_on("id_number"),
            block_on("name", "birth"),
            block_on("name", "phone"),
            block_on("birth", "phone"),
            block_on("name", "employer"),
            *(
                [block_on("phone"), block_on("birth", "substr(name, 1, 1)"), block_on("birth", "employer")]
                if is_thorough
                else []
            ),
        ],
    )
    api = DuckDBAPI(con)
    linker = Linker(api.register("people") if hasattr(api, "register") else "people", settings)
    linker.training.estimate_probability_two_random_records_match([block_on("id_number")], recall=0.8)
    linker.training.estimate_u_using_random_sampling(max_pairs=2e6)
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("id_number"))
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("name", "birth"))
    pairs = linker.inference.predict(threshold_match_probability=0.5)
    groups = linker.clustering.cluster_pairwise_predictions_at_threshold(pairs, 0.5)
    found = groups.as_duckdbpyrelation()
    con.register("found", found)
    con.execute(f"COPY (SELECT list AS source, row, cluster_id AS person FROM found) TO '{folder}/peer.parquet'")
    rows = con.execute("SELECT count(*) FROM people").fetchone()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps({"rows": rows[0] if rows else 0, "peak_mb": peak}))


if __name__ == "__main__":
    main()
