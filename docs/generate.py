"""Write the documents that are read off the product: `python -m docs.generate`; with `--check` only compare."""

import os
import re
import sys
import tempfile
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
NOTE = "*Written by `python -m docs.generate` (`make docs`) from the product itself; do not edit.*"
DOORS = {"public": "anyone", "signed-in": "any account", "worker": "workers", "office": "office accounts"}
TYPES = {"int": "whole number", "decimal": "number", "text": "text", "flag": "yes or no", "date": "date"}


def documents() -> dict[Path, str]:
    """Every generated document with the text it should have now."""
    _load_product()
    return {HERE / "reference.md": _reference(), HERE / "coverage.md": _coverage(), **_diagrams()}


def stale() -> list[Path]:
    """The generated documents that do not say what the product says."""
    return [path for path, text in documents().items() if not path.exists() or path.read_text("utf-8") != text]


def main(arguments: Sequence[str]) -> int:
    """Write, or with `--check` only compare; 1 when something is stale."""
    if "--check" in arguments:
        found = stale()
        for path in found:
            print(f"{path.relative_to(HERE.parent)} 已过时，请运行 make docs", file=sys.stderr)
        return 1 if found else 0
    for path, text in documents().items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        print(path.relative_to(HERE.parent))
    return 0


def _load_product() -> None:
    """Every room, domain and page declared; no database is asked and no home is touched."""
    from django.apps import apps

    if not apps.ready:
        import django

        os.environ.setdefault("JIANGTAI_HOME", str(Path(tempfile.gettempdir()) / "jiangtai-docs"))
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
        django.setup()
    from django.urls import get_resolver

    _ = get_resolver().url_patterns


def _reference() -> str:
    """What the product declares, table by table."""
    parts = (
        "# Reference\n\n" + NOTE,
        "What users read is Chinese where it stands; keys and permissions are the names in the code.",
        _section("Facts", _facts()),
        _section("Flows", _flows()),
        _section("Indicators", _indicators()),
        _section("Figures that wait for facts", _needed()),
        _section("Parameters", _parameters()),
        _section("Roles", _roles()),
        _section("Permissions", _permissions()),
        _section("What a unit can be asked (填报事项)", _topics()),
        _section("Pages", _pages()),
        _section("What the audit records", _audit_actions()),
        _section("Work done in the background", _jobs()),
        _section("The vocabulary", _vocabulary()),
    )
    return "\n\n".join(parts) + "\n"


def _facts() -> str:
    from jiangtai import ledger

    rows = [
        (
            f"`{one.key}`",
            one.label,
            " ".join((one.cls.__doc__ or "").split("\n")[0].split()),
            ", ".join(f"`{name}`" for name in one.fields),
            ", ".join(f"`{name}`" for name in sorted(one.personal)) or "none",
            _end(one),
            ", ".join(one.basis),
        )
        for one in ledger.fact_types()
    ]
    return _table(("Key", "Name", "It says", "Fields, subject first", "Personal", "It ends", "Basis"), rows)


def _end(fact: Any) -> str:
    ways = [f"by `{name}`" for name in fact.enders] + ([f"after `{fact.until}`"] if fact.until else [])
    return " or ".join(ways) or "never: an event"


def _indicators() -> str:
    from jiangtai import indicators

    rows = [
        (f"`{one.key}`", one.label, one.unit.label, one.kind, one.better or "neither", one.method, ", ".join(one.basis))
        for one in sorted(indicators.indicators(), key=lambda one: one.key)
    ]
    return _table(("Key", "Name", "Unit", "Counts", "Better", "Method (口径)", "Basis"), rows)


def _needed() -> str:
    from jiangtai import indicators

    rows = [
        (f"`{one.key}`", one.label, one.unit.label, ", ".join(one.facts), ", ".join(one.basis))
        for one in indicators.needed()
    ]
    return _table(("Key", "Name", "Unit", "Waits for", "Basis"), rows)


def _flows() -> str:
    from jiangtai.flows import flows

    return "\n\n".join(_flow(one) for one in flows()) or "None yet."


def _flow(flow: Any) -> str:
    rows = [
        (
            f"`{name}`",
            step.label,
            type(step).__name__,
            step.by.label if getattr(step, "by", None) else "",
            "; ".join(f"{label} → `{target}`" for target, label in step.outcomes.items()),
            ", ".join(f"`{key}`" for key in (getattr(step, one, "") for one in ("due", "days", "seats")) if key),
            _held_back(step),
        )
        for name, step in flow.steps.items()
    ]
    about = f"{' '.join((flow.__doc__ or '').split())} From {flow.since}; basis {', '.join(_several(flow.basis))}."
    picture = f"![{flow.label}](flows/{flow.key}.svg)"
    heads = ("Step", "Name", "Kind", "Who", "Outcomes", "Days and seats", "What holds it back")
    return f"### `{flow.key}` {flow.label}\n\n{about}\n\n{picture}\n\n" + _table(heads, rows)


def _held_back(step: Any) -> str:
    said = [f"not by who decided `{step.not_by}`"] if getattr(step, "not_by", "") else []
    said += [f"`{step.check.rule.__name__}`"] if hasattr(getattr(step, "check", None), "rule") else []
    said += [f"recusal by `{step.recuse.__name__}`"] if getattr(step, "recuse", None) else []
    said += [f"objection leads to `{step.objection}`"] if getattr(step, "objection", "") else []
    said += [f"appeal leads to `{step.appeal}`"] if getattr(step, "appeal", "") else []
    return "; ".join(said)


def _several(basis: Any) -> tuple[str, ...]:
    return (basis,) if isinstance(basis, str) else tuple(basis)


def _diagrams() -> dict[Path, str]:
    """The picture of every flow."""
    from jiangtai.flows import diagram, flows

    return {HERE / "flows" / f"{one.key}.svg": diagram.svg(one) for one in flows()}


def _parameters() -> str:
    from jiangtai.kernel import parameters

    rows = [
        (
            f"`{one.key}`",
            one.label,
            "; ".join(f"{one.show(value)} from {since}" for since, value in one.values),
            f"{TYPES[one.type]}, {_bounds(one)}".removesuffix(", "),
            "yes" if one.unit_may_override else "no",
            one.basis,
            one.note,
        )
        for one in parameters.registry.all()
    ]
    heads = ("Key", "Name", "Value", "Kind", "A unit may set its own", "Basis", "Note")
    return _table(heads, rows)


def _bounds(parameter: Any) -> str:
    if parameter.min is None and parameter.max is None:
        return ""
    return f"{'' if parameter.min is None else parameter.min} to {'' if parameter.max is None else parameter.max}"


def _roles() -> str:
    from jiangtai.access import ROLES

    rows = [(f"`{role.key}`", role.label, role.duty.label, role.note) for role in ROLES.values()]
    after = "An account has one duty (职责), and holds roles of that duty only: a constraint of the database."
    return _table(("Key", "Role", "Duty", "What it is for"), rows) + f"\n\n{after}"


def _permissions() -> str:
    from jiangtai.access import PERMISSIONS, ROLES

    heads = ("Permission", "Allows", *(role.label for role in ROLES.values()))
    rows = [
        (f"`{name}`", label, *("✓" if key in holders else "" for key in ROLES))
        for name, (label, holders) in PERMISSIONS.items()
    ]
    return _table(heads, rows)


def _topics() -> str:
    from jiangtai.access import inquiries

    rows = [
        (f"`{one.key}`", one.label, one.method, ", ".join(f"`{name}`" for name in one.personal) or "none")
        for _, one in sorted(inquiries.TOPICS.items())
    ]
    return _table(("Key", "Name", "What is asked", "Personal fields, kept out of the stored answer"), rows)


def _pages() -> str:
    from jiangtai.access import PERMISSIONS
    from jiangtai.web import every_page

    rows = [
        (f"`/{one.route}`", one.kind.title, one.kind.face, _door(one.kind.permission, PERMISSIONS), f"`{one.name}`")
        for one in sorted(every_page(), key=lambda one: (one.kind.face, one.route, one.name))
    ]
    return f"{len(rows)} pages, beside those of the sign-in library.\n\n" + _table(
        ("Address", "Title", "Face", "Who may open it", "Name"), rows
    )


def _door(permission: str, permissions: dict[str, Any]) -> str:
    return f"`{permission}`" if permission in permissions else DOORS[permission]


def _audit_actions() -> str:
    from jiangtai.access import audit

    return _table(
        ("Action", "As the audit shows it"), ((f"`{key}`", audit.ACTIONS[key]) for key in sorted(audit.ACTIONS))
    )


def _jobs() -> str:
    from procrastinate.contrib.django import app

    from jiangtai.kernel import jobs

    crons = {one.task.name: one.cron for one in app.periodic_registry.periodic_tasks.values()}
    rows = [
        (f"`{name}`", jobs.LABELS[name], f"`{crons[name]}`" if name in crons else "when called")
        for name in sorted(jobs.LABELS)
    ]
    return _table(("Job", "Name", "When (UTC)"), rows)


def _vocabulary() -> str:
    rows = [
        (term["zh"], f"{term['en']}{' (planned)' if term.get('planned') else ''}", term["is"], "、".join(term["avoid"]))
        for term in glossary()
    ]
    return "From [glossary.toml](glossary.toml), which also says what each is not.\n\n" + _table(
        ("Users read", "Code says", "It is", "Not called"), rows
    )


def glossary() -> list[dict[str, Any]]:
    """Every term, in the file's order."""
    return tomllib.loads((HERE / "glossary.toml").read_text("utf-8"))["term"]


def sentences() -> dict[str, str]:
    """The ids of the plan's sentences, each with a few words of our own."""
    return tomllib.loads((HERE / "sentences.toml").read_text("utf-8"))


def _coverage() -> str:
    """The plan's sentences and what carries each out."""
    carried = _carried()
    words = sentences()
    rows = [(f"`{key}`", gloss, "<br>".join(_carriers(key, carried)) or "nothing yet") for key, gloss in words.items()]
    done = sum(1 for key in words if _carriers(key, carried))
    parts = (
        "# Coverage\n\n" + NOTE,
        "The sentences of source 003 ([sources.md](sources.md)), each by its id and a few words of our own, with the"
        " declarations of the product whose basis names it. A sentence that nothing carries out says so.",
        f"**{done} of {len(words)} sentences are carried out by a declaration.**",
        _section("Mechanisms", _mechanisms()),
        _section("Sentences", _table(("Sentence", "It asks for", "Carried out by"), rows)),
    )
    return "\n\n".join(parts) + "\n"


def _carriers(sentence: str, carried: dict[str, list[str]]) -> list[str]:
    """What names the sentence, or the whole section it stands in."""
    return sorted({*carried.get(sentence, ()), *carried.get(sentence.rpartition(".")[0], ())})


def _carried() -> dict[str, list[str]]:
    """Basis -> the declarations that stand on it."""
    from jiangtai.kernel import parameters
    from jiangtai.kernel.catalog import catalog  # the face's own name is hidden by the module's

    found: dict[str, list[str]] = {}
    for row in catalog:
        for basis in row.basis:
            found.setdefault(basis, []).append(f"{row.kind} `{row.key}` {row.label}")
    for one in parameters.registry.all():
        for basis in one.basis.split():
            found.setdefault(basis.strip(",;"), []).append(f"parameter `{one.key}` {one.label}")
    return found


def _mechanisms() -> str:
    """What each domain says of the mechanism rows it answers."""
    rows = [(f"`{name}`", answer) for name, answer in _answers()]
    return (
        "The mechanisms that the sources tell of are numbered from 1 to 114."
        " Each domain says in its first lines which it answers.\n\n" + _table(("Domain", "Answers"), rows)
    )


def _answers() -> Iterator[tuple[str, str]]:
    from importlib import import_module

    from django.conf import settings

    for name in settings.DOMAINS:
        text = import_module(f"jiangtai.domains.{name}").__doc__ or ""
        found = re.search(r"^Answers mechanisms? (.+?)(?:\n\s*\n|\Z)", text, re.M | re.S)
        yield name, " ".join(found[1].split()) if found else "none yet"


def _section(title: str, text: str) -> str:
    return f"## {title}\n\n{text}"


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(_cell(cell) for cell in line) + " |" for line in lines)


def _cell(text: object) -> str:
    return str(text).replace("|", "\\|").replace("\n", " ")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
