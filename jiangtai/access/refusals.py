"""A refusal: who asked may not, and is told why and what to do."""

from django.core.exceptions import PermissionDenied


class Refused(PermissionDenied):
    """The act is not allowed; the message is shown to whoever asked, and the audit keeps it."""

    def __init__(self, message: str, rule: str = "") -> None:
        super().__init__(message)
        self.message, self.rule = message, rule

    def __str__(self) -> str:
        return self.message
