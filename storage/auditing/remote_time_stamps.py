"""Time-stamps of checkpoints by an outside authority (RFC 3161): proof that a checkpoint existed at a time that this department did not choose."""

from __future__ import annotations

import hashlib
from datetime import datetime
from pathlib import Path

import requests
from cryptography import x509
from rfc3161_client import HashAlgorithm, TimestampRequestBuilder, TimeStampResponse, VerificationError, Verifier, VerifierBuilder, decode_timestamp_response

from storage.errors import StorageError, disk_errors

_LONGEST = 64 * 1024  # bytes of an answer
_GRANTED = (0, 1)  # RFC 3161, section 2.4.2: granted, granted with modifications
WAIT_S = 15.0


class NoTimeStamp(StorageError):
    """There is no time-stamp, or it proves nothing. The checkpoint stands by its signature alone."""


def stamped(url: str, note: bytes, wait_s: float = WAIT_S) -> bytes:
    """The authority's answer about `note`, of which it learns the SHA-256 alone; to be kept beside it. Raises NoTimeStamp."""
    asked = TimestampRequestBuilder().data(note).hash_algorithm(HashAlgorithm.SHA256).nonce(nonce=True).cert_request(cert_request=True).build()
    answer = _post(url, asked.as_bytes(), wait_s)
    response = _decoded(answer, url)
    if response.status not in _GRANTED:
        raise NoTimeStamp(f"{url}: the authority refused to stamp (status {response.status}): ask whoever runs it")
    if response.tst_info.nonce != asked.nonce or response.tst_info.message_imprint.message != hashlib.sha256(note).digest():
        raise NoTimeStamp(f"{url}: the authority stamped something else than it was asked to: it cannot be relied on")
    return answer


def stamp_verifier(roots: Path) -> Verifier:
    """What checks stamps by these root certificates (PEM). Raises NoTimeStamp for a file that holds none."""
    try:
        with disk_errors(roots):
            certificates = x509.load_pem_x509_certificates(roots.read_bytes())
    except (FileNotFoundError, ValueError) as error:
        why = "is not there" if isinstance(error, FileNotFoundError) else "holds no PEM certificates"
        raise NoTimeStamp(f"{roots}: {why}: name the authority's root certificates under [audit] timestamp_roots") from None
    builder = VerifierBuilder()
    for certificate in certificates:
        builder = builder.add_root_certificate(certificate)
    return builder.build()


def stamp_time(stamp: bytes, note: bytes, verifier: Verifier) -> datetime:
    """When `note` existed at the latest, as the stamp proves (aware UTC). Raises NoTimeStamp for a stamp that does not hold."""
    response = _decoded(stamp, "the time-stamp")
    try:
        verifier.verify_message(response, note)
    except VerificationError as wrong:
        raise NoTimeStamp(f"the time-stamp does not hold: {wrong}") from None
    return response.tst_info.gen_time


def _decoded(answer: bytes, where: str) -> TimeStampResponse:
    try:
        return decode_timestamp_response(answer)
    except ValueError:
        raise NoTimeStamp(f"{where}: is no time-stamp answer (RFC 3161)") from None


def _post(url: str, body: bytes, wait_s: float) -> bytes:
    headers = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
    try:
        with requests.post(url, data=body, headers=headers, timeout=wait_s, allow_redirects=False, stream=True) as reply:
            content, status = _read(reply), reply.status_code
    except (requests.RequestException, OSError) as error:
        raise NoTimeStamp(f"{url}: the time-stamp authority cannot be reached ({type(error).__name__}): the next checkpoint asks again") from None
    if status != 200 or len(content) > _LONGEST:
        raise NoTimeStamp(f"{url}: the time-stamp authority answered with status {status} and no stamp: the next checkpoint asks again")
    return content


def _read(reply: requests.Response) -> bytes:
    content = b""
    for piece in reply.iter_content(8192):
        content += piece
        if len(content) > _LONGEST:
            break
    return content
