"""Passwords: hashed as OWASP advises for a server that must take a morning's rush on little memory, and long enough."""

from typing import Any

from django.contrib.auth.hashers import Argon2PasswordHasher
from django.contrib.auth.password_validation import MinimumLengthValidator, get_default_password_validators
from django.core.exceptions import ValidationError


class Argon2(Argon2PasswordHasher):
    """Argon2id with 19 MiB and two passes: 16 at once stay under 310 MiB."""

    time_cost = 2
    memory_cost = 19456
    parallelism = 1


def policy() -> str:
    """What a password must be like, for whoever chooses one."""
    lengths = [one.get_help_text() for one in get_default_password_validators() if isinstance(one, LongEnough)]
    return "，".join([*lengths, "不能全是数字", "不能与登录名、姓名相近", "不能是常见密码"])


class LongEnough(MinimumLengthValidator):
    """A least length, said in Chinese with what was typed; Django's own sentence has no translation."""

    def validate(self, password: str, user: Any = None) -> None:
        """Refuse what is shorter."""
        if len(password) < self.min_length:
            raise ValidationError(
                f"密码只有 {len(password)} 位，至少要 {self.min_length} 位", code="password_too_short"
            )

    def get_help_text(self) -> str:
        """The rule."""
        return f"至少 {self.min_length} 位"
