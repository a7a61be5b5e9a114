"""How tests keep passwords: as the site does, with next to none of the work."""

from __future__ import annotations

from django.contrib.auth.hashers import Argon2PasswordHasher


class Quick(Argon2PasswordHasher):
    """Argon2 at its weakest."""

    time_cost = 1
    memory_cost = 8
    parallelism = 1
