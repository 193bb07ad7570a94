"""Who is who on four invented lists: the product's own command beside Splink alone, on the same files in the same run.

The command is run as an office would run it, and so is the peer: a process of its own, its peak of memory read from the
system. `--peer-up-to` says up to how many people Splink is asked too (at six million 80 to 2,000 s, and 11 GB).
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


def main() -> None:
    """Make the lists, link them, and print what came of it."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--persons", type=int, nargs="+", default=[1_000_000, 6_000_000])
    words.add_argument("--peer-up-to", type=int, default=1_000_000)
    words.add_argument("--peer", type=Path, help=argparse.SUPPRESS)
    chosen = words.parse_args()
    if chosen.peer:
        _splink(chosen.peer)
        return
    found, deltas = [], []
    for persons in chosen.persons:
        for name, model in (("plain", sheets.PLAIN), ("rough", sheets.ROUGH)):
            with tempfile.TemporaryDirectory(prefix="jl-") as folder:
                paths = sheets.write(Path(folder), persons, model)
                found.append((persons, name, "jiangtai", *_ours(Path(folder), paths)))
                print(*found[-1], f"load {os.getloadavg()[0]:.1f}", flush=True)
                if name == "plain":
                    deltas.append((persons, *_delta(Path(folder), paths)))
                    print("a delta", *deltas[-1], f"load {os.getloadavg()[0]:.1f}", flush=True)
                if persons <= chosen.peer_up_to and name == "plain":
                    found.append((persons, name, "Splink alone", *_peer(Path(folder))))
                    print(*found[-1], flush=True)
    heads = ("persons", "errors", "who", "rows", "seconds", "µs a row", "peak MB", "precision", "recall", "F1")
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
    began, used = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
    said = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - used.ru_utime - used.ru_stime
    return said["rows"], f"{time.monotonic() - began:.1f}", f"{cpu:.1f}"


def _ours(folder: Path, paths: dict[str, Path]) -> tuple[Any, ...]:
    out = folder / "out.parquet"
    words = [word for name, path in paths.items() for word in ("--source", f"{name}={path}")]
    command = [ROOT / ".venv/bin/jiangtai", "register", "link", *words, "--out", out, "--json"]
    began = time.monotonic()
    said = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout)
    return _line(folder, said["rows"], time.monotonic() - began, said["peak_mb"], out)


def _peer(folder: Path) -> tuple[Any, ...]:
    began = time.monotonic()
    done = subprocess.run([sys.executable, __file__, "--peer", folder], check=True, stdout=subprocess.PIPE)
    said = json.loads(done.stdout.splitlines()[-1])
    return _line(folder, said["rows"], time.monotonic() - began, said["peak_mb"], folder / "peer.parquet")


def _line(folder: Path, rows: int, seconds: float, peak: int, out: Path) -> tuple[Any, ...]:
    right = sheets.score(folder / "truth.parquet", out)
    shares = (f"{right[one]:.5f}" for one in ("precision", "recall", "f1"))
    return rows, f"{seconds:.1f}", f"{seconds / rows * 1e6:.1f}", peak, *shares


def _splink(folder: Path) -> None:
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
        ],
    )
    api = DuckDBAPI(con)
    linker = Linker(api.register("people") if hasattr(api, "register") else "people", settings)
    linker.training.estimate_probability_two_random_records_match([block_on("id_number")], recall=0.8)
    linker.training.estimate_u_using_random_sampling(max_pairs=2e6)
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("id_number"))
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("name", "birth"))
    pairs = linker.inference.predict(threshold_match_probability=0.5)
    groups = linker.clustering.cluster_pairwise_predictions_at_threshold(pairs, 0.9)
    found = groups.as_duckdbpyrelation()
    con.register("found", found)
    con.execute(f"COPY (SELECT list AS source, row, cluster_id AS person FROM found) TO '{folder}/peer.parquet'")
    rows = con.execute("SELECT count(*) FROM people").fetchone()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps({"rows": rows[0] if rows else 0, "peak_mb": peak}))


if __name__ == "__main__":
    main()
