"""Every call that the store answers, by name, and how a call and its answer travel as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from inspect import Parameter, signature
from typing import Any, TypeAlias, get_type_hints

from pydantic import BaseModel, ConfigDict, TypeAdapter, create_model

from storage import (
    account_health,
    accounts,
    authorizations,
    captures,
    checkpoints,
    errors,
    examinations,
    health,
    hits,
    permits,
    posts,
    references,
    rescans,
    reviews,
    robots,
)
from storage.auditing import audit, audit_trees
from storage.backups import backup
from storage.batching import ingest
from storage.erasure import erasures, holds, retention
from storage.owner import workers
from storage.sealed import compartments, subject_erasures, subjects
from storage.store import Store

Call: TypeAlias = Callable[..., Any]

CALLS: Mapping[str, Call] = {
    "account_health.every": account_health.every,
    "accounts.add": accounts.add,
    "accounts.every": accounts.every,
    "accounts.standing": accounts.standing,
    "audit.entries": audit.entries,
    "audit.record": audit.record,
    "audit.verify": audit.verify,
    "audit.verify_files": audit.verify_files,
    "audit_trees.newest": audit_trees.newest,
    "audit_trees.recomputed": audit_trees.recomputed,
    "authorizations.every": authorizations.every,
    "authorizations.grant": authorizations.grant,
    "authorizations.revoke": authorizations.revoke,
    "backup.make": backup.make,
    "captures.listing": captures.listing,
    "checkpoints.due": checkpoints.due,
    "checkpoints.spent": checkpoints.spent,
    "erasures.erase": erasures.erase,
    "erasures.every": erasures.every,
    "erasures.outstanding": erasures.outstanding,
    "erasures.purge": erasures.purge,
    "erasures.show": erasures.show,
    "compartments.closed": compartments.closed,
    "compartments.is_open": compartments.is_open,
    "examinations.findings": examinations.findings,
    "examinations.fingerprints": examinations.fingerprints,
    "examinations.flagged": examinations.flagged,
    "examinations.pending": examinations.pending,
    "examinations.uncited": examinations.uncited,
    "health.overview": health.overview,
    "hits.count": hits.count,
    "hits.listing": hits.listing,
    "hits.queue": hits.queue,
    "hits.show": hits.show,
    "holds.every": holds.every,
    "holds.place": holds.place,
    "holds.release": holds.release,
    "ingest.sweep": ingest.sweep,
    "ingest.take_in": ingest.take_in,
    "permits.add": permits.add,
    "permits.every": permits.every,
    "posts.listing": posts.listing,
    "posts.of_account": posts.of_account,
    "posts.uncaptured": posts.uncaptured,
    "references.add": references.add,
    "references.every": references.every,
    "rescans.backlog": rescans.backlog,
    "rescans.finished": rescans.finished,
    "rescans.found": rescans.found,
    "rescans.standing": rescans.standing,
    "retention.clear": retention.clear,
    "retention.every": retention.every,
    "retention.put": retention.put,
    "reviews.decide": reviews.decide,
    "reviews.listing": reviews.listing,
    "robots.get": robots.get,
    "robots.put": robots.put,
    "robots.remembered": robots.remembered,
    "subject_erasures.erase": subject_erasures.erase,
    "subjects.add_account": subjects.add_account,
    "subjects.destroy": subjects.destroy,
    "subjects.every": subjects.every,
    "workers.add": workers.add,
    "workers.every": workers.every,
    "workers.revoke": workers.revoke,
}

_ERRORS: Mapping[str, type[errors.StorageError]] = {
    one.__name__: one
    for one in (
        errors.StorageError,
        errors.StoreBusy,
        errors.StoreNewer,
        errors.StoreDamaged,
        errors.StoreUnwritable,
        errors.DiskFull,
        errors.OutboxFull,
        errors.WorkerRefused,
        errors.Refused,
        errors.CompartmentClosed,
        errors.KeyDestroyed,
        errors.NotFound,
    )
}


@dataclass(frozen=True, slots=True)
class _Shape:
    arguments: type[BaseModel]
    result: TypeAdapter[Any]


def name_of(call: Call) -> str:
    """The name under which `call` travels. Raises KeyError for a function that is not in CALLS."""
    return next(name for name, known in CALLS.items() if known is call)


def asked(call: Call, arguments: Mapping[str, Any]) -> bytes:
    """The body that asks for `call` with these keyword arguments."""
    return _shape(call).arguments(**arguments).model_dump_json().encode()


def dispatch(store: Store, name: str, body: bytes) -> bytes:
    """Does the call and answers its result as JSON.

    Raises KeyError for an unknown name, pydantic's ValidationError for a body that does not fit, and the call's own StorageError.
    """
    call = CALLS[name]
    shape = _shape(call)
    arguments = shape.arguments.model_validate_json(body)
    return shape.result.dump_json(call(store, **{field: getattr(arguments, field) for field in shape.arguments.model_fields}))


def result(call: Call, body: bytes) -> Any:
    """What the answer `body` to `call` says."""
    return _shape(call).result.validate_json(body)


def error_in(body: bytes) -> errors.StorageError:
    """The error that an answer with status 409 tells of."""
    said = json.loads(body)
    return _ERRORS.get(said["error"], errors.StorageError)(said["message"])


@cache
def _shape(call: Call) -> _Shape:
    hints = get_type_hints(call)
    given = {name: one for name, one in signature(call).parameters.items() if name != "store"}
    fields: dict[str, Any] = {name: (hints[name], ... if one.default is Parameter.empty else one.default) for name, one in given.items()}
    arguments = create_model(f"{call.__name__}_arguments", __config__=ConfigDict(extra="forbid", protected_namespaces=()), **fields)
    return _Shape(arguments, TypeAdapter(hints["return"]))
