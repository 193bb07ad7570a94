"""Who keeps the blacklist, and how a fact of the ledger is told."""

LABOUR_DEPARTMENT = "人力资源和社会保障"
"""What every such department is called by law, whatever its place."""


def keeps_the_blacklist(is_root: bool, kind: str, name: str) -> bool:
    """The labour department of the place does, and the office at the root."""
    return is_root or (kind == "department" and LABOUR_DEPARTMENT in name)


def told(values: dict[str, object], labels: dict[str, str]) -> str:
    """The fields of a fact that have a label, as one line; an empty value says nothing."""
    return "；".join(f"{label}：{spoken(values[name])}" for name, label in labels.items() if spoken(values.get(name)))


def spoken(value: object) -> str:
    """One value as people read it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    return str(getattr(value, "label", value))
