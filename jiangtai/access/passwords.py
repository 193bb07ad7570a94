"""Password hashing as OWASP advises for a server that must take a morning's rush on little memory."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2(Argon2PasswordHasher):
    """Argon2id with 19 MiB and two passes: 16 at once stay under 310 MiB."""

    time_cost = 2
    memory_cost = 19456
    parallelism = 1
