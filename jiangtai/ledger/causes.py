"""What made a fact: a step of a case, an import, an act of an officer, or the correction of another fact."""

from dataclasses import dataclass
from uuid import UUID

KINDS = {"case": "流程", "import": "导入", "act": "登记", "correction": "更正"}


@dataclass(frozen=True)
class Cause:
    """The case and step, the batch, the act or the correction that a fact came from."""

    kind: str
    id: UUID | None = None
    step: str = ""

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"a cause is one of {', '.join(KINDS)}, not {self.kind!r}")

    @classmethod
    def case(cls, case: UUID, step: str) -> "Cause":
        """A step of a case."""
        return cls("case", case, step)

    @classmethod
    def imported(cls, batch: UUID) -> "Cause":
        """A batch of an import."""
        return cls("import", batch)

    @classmethod
    def act(cls, name: str, about: UUID | None = None) -> "Cause":
        """A named act outside a flow."""
        return cls("act", about, name)

    @classmethod
    def correction(cls, of: UUID) -> "Cause":
        """The fact that is corrected."""
        return cls("correction", of)
