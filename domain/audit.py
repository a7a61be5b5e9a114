"""Audit events: a closed list. What happened is one of these or it is a defect (invariant 8)."""

from __future__ import annotations

from enum import StrEnum


class AuditAction(StrEnum):
    """Everything that the audit chain records, as `subject:what`."""

    STORE_MIGRATED = "store:migrated"
    ACCOUNT_ADDED = "account:added"
    AUTHORIZATION_GRANTED = "authorization:granted"
    AUTHORIZATION_REVOKED = "authorization:revoked"
    PERMIT_ADDED = "permit:added"
    REFERENCE_ADDED = "reference:added"
    COLLECTION_REFUSED = "collection:refused"
    COLLECTION_STORED = "collection:stored"
    COLLECTION_FAILED = "collection:failed"
    EXPORT_IMPORTED = "export:imported"
    EXAMINATION_STORED = "examination:stored"
    RESCAN_STORED = "rescan:stored"
    CITATION_STORED = "citation:stored"
    BATCH_REFUSED = "batch:refused"
    HIT_OPENED = "hit:opened"
    PICTURE_REVEALED = "picture:revealed"
    HIT_DECIDED = "hit:decided"
    USER_ADDED = "user:added"
    COMPARTMENT_READ = "compartment:read"
    SUBJECT_ADDED = "subject:added"
    SUBJECT_DESTROYED = "subject:destroyed"
    WORKER_ADDED = "worker:added"
    WORKER_REVOKED = "worker:revoked"
    WORKER_DELIVERED = "worker:delivered"
    WORKER_CALLED = "worker:called"
    RETENTION_SET = "retention:set"
    HOLD_PLACED = "hold:placed"
    HOLD_RELEASED = "hold:released"
    ERASURE_BEGUN = "erasure:begun"
    ERASURE_FINISHED = "erasure:finished"
    VAULT_SWEPT = "vault:swept"
    BACKUP_MADE = "backup:made"
    BACKUP_RESTORED = "backup:restored"
