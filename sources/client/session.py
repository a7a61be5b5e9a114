"""The `requests` session behind the client: who we say we are, and what it must never do by itself."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from http.cookiejar import DefaultCookiePolicy
from importlib.metadata import PackageNotFoundError, version

import requests
from requests_hardened import Config, HTTPSession

from sources.client.address import GuardedAdapter
from sources.client.robots import PRODUCT
from sources.settings import NetworkSettings


class _Session(HTTPSession):  # type: ignore[misc]
    def get_redirect_target(self, resp: requests.Response) -> None:
        """None: redirects are followed by `Http`, which checks them. requests would read a redirect's whole body even where it does not follow it."""


def new_session(settings: NetworkSettings, allow_hosts: frozenset[str]) -> requests.Session:
    """A session that keeps no cookies, obeys no environment, follows no redirect and connects to public addresses and `allow_hosts` alone."""
    config = Config(
        ip_filter_enable=True,
        ip_filter_allow_loopback_ips=False,
        never_redirect=True,
        default_timeout=(settings.connect_timeout_s, settings.read_timeout_s),
    )
    session: requests.Session = _Session(config)
    session.trust_env = False  # no proxy, no .netrc, from wherever it was started
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    session.headers.update({"User-Agent": software(settings), "Accept-Encoding": "gzip, deflate"})
    session.mount("http://", GuardedAdapter(https=False, allow_hosts=allow_hosts))
    session.mount("https://", GuardedAdapter(https=True, allow_hosts=allow_hosts))
    return session


def sent(session: requests.Session, method: str, url: str, headers: Mapping[str, str], body: bytes | None, timeout: tuple[float, float]) -> requests.Response:
    """The answer's head; its body is still to be read.

    requests would first merge the session's settings, cookies and environment into each request, which costs more than all else that it does. There is nothing
    to merge but headers.
    """
    request = requests.PreparedRequest()
    request.prepare(method=method, url=url, headers={**session.headers, **headers}, data=body)
    return session.send(request, stream=True, verify=True, cert=None, proxies={}, timeout=timeout)


def software(settings: NetworkSettings) -> str:
    """Who we say we are: product, version, and whom to write to."""
    return f"{PRODUCT}/{_version()}{f' ({settings.contact})' if settings.contact else ''}"


@cache
def _version() -> str:
    try:
        return version("plainview")
    except PackageNotFoundError:
        return "0"
