"""What a worker's token opens: literal sets of calls and kinds of batches. What is not named here is closed to every worker."""

from __future__ import annotations

from collections.abc import Mapping

from domain.worker import Scope

CALLS_OF: Mapping[Scope, frozenset[str]] = {
    Scope.COLLECT: frozenset({"checkpoints.due", "checkpoints.spent", "ingest.take_in", "posts.uncaptured", "robots.get", "robots.put", "robots.remembered"}),
    Scope.EXAMINE: frozenset(
        {
            "accounts.standing",
            "examinations.findings",
            "examinations.fingerprints",
            "examinations.flagged",
            "examinations.pending",
            "examinations.uncited",
            "ingest.take_in",
            "permits.every",
            "references.every",
            "rescans.backlog",
            "rescans.finished",
            "rescans.found",
            "rescans.standing",
        }
    ),
}
KINDS_OF: Mapping[Scope, frozenset[str]] = {Scope.COLLECT: frozenset({"collected"}), Scope.EXAMINE: frozenset({"examined", "cited", "rescanned"})}
CHANGING = frozenset({"robots.put"})  # calls of these scopes that change something beyond batches: each use is put on record with the worker's name
