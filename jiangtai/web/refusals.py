"""What went wrong, as sentences a user can act on."""

from django.core.exceptions import ValidationError


def words_of(error: Exception) -> list[str]:
    """The sentences an exception carries."""
    if isinstance(error, ValidationError):
        return [str(message) for message in error.messages]
    return [str(error)]
