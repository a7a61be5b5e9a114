"""TLS by the site itself, with a certificate and key that are checked before the port is used."""

from __future__ import annotations

import ssl
import stat
from dataclasses import dataclass
from pathlib import Path
from socket import socket

from cheroot.server import HTTPConnection
from cheroot.ssl.builtin import BuiltinSSLAdapter

from dashboards.listening import Listener, ServeError
from dashboards.site_settings import SiteSettings
from domain.identity import sha256_hex

HANDSHAKE_S = 10


@dataclass(frozen=True, slots=True)
class Encryption:
    """What the listener needs, and the SHA-256 of the certificate's DER form, by which this machine's own commands know it."""

    adapter: EncryptingAdapter
    certificate_sha256: str

    def put_on(self, listener: Listener) -> None:
        """Lets that listener speak TLS."""
        listener.encrypt(self.adapter, EncryptedConnection)


def encryption(settings: SiteSettings) -> Encryption | None:
    """The site's encryption, or None where it has none. Raises ServeError for files that cannot be used."""
    if settings.certificate is None:
        if settings.private_key is not None:
            raise ServeError("[site] private_key is set, but certificate is not: name both, or neither")
        return None
    if settings.private_key is None:
        raise ServeError("[site] certificate is set, but private_key is not: name both, or neither")
    _for_this_user_alone(settings.private_key)
    try:
        adapter = EncryptingAdapter(str(settings.certificate), str(settings.private_key))
        return Encryption(adapter, _fingerprint(settings.certificate))
    except (OSError, ValueError) as wrong:  # ssl.SSLError is an OSError
        raise ServeError(f"{settings.certificate} and {settings.private_key}: are no certificate in PEM form with its key ({wrong})") from None


def _for_this_user_alone(key: Path) -> None:
    try:
        mode = key.stat().st_mode
    except OSError as wrong:
        raise ServeError(f"{key}: cannot be read ({wrong.strerror}): name the file under [site] private_key") from None
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise ServeError(f"{key}: others on this machine may read the site's private key; run: chmod 600 {key}")


def _fingerprint(certificate: Path) -> str:
    text = certificate.read_text(encoding="ascii")
    first = text[text.index("-----BEGIN CERTIFICATE-----") : text.index("-----END CERTIFICATE-----")]
    return sha256_hex(ssl.PEM_cert_to_DER_cert(f"{first}-----END CERTIFICATE-----\n"))


class EncryptedConnection(HTTPConnection):
    """Shakes hands in the thread that serves the connection, before its first request; who does not speak TLS, or says nothing, is let go without a word."""

    def communicate(self) -> bool:
        """Serves one request; whether the connection stays open."""
        try:
            self.socket.settimeout(HANDSHAKE_S)
            self.socket.do_handshake()  # done already: returns at once
            self.socket.settimeout(self.server.timeout)
        except OSError:  # ssl.SSLError is one
            return False
        return bool(super().communicate())  # type: ignore[no-untyped-call]


class EncryptingAdapter(BuiltinSSLAdapter):
    """Cheroot's own, save that the handshake is left to the thread that serves the connection: whoever connects and says nothing would hold up all others."""

    def wrap(self, sock: socket) -> tuple[ssl.SSLSocket, dict[str, str]]:
        """The socket, encrypted from its first byte on, and what requests learn of that."""
        encrypted = self.context.wrap_socket(sock, do_handshake_on_connect=False, server_side=True)
        return encrypted, {"wsgi.url_scheme": "https", "HTTPS": "on"}
