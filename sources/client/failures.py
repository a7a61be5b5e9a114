"""What goes wrong on the way, said in our own words: those of requests hold query strings."""

from __future__ import annotations

import requests
import urllib3.exceptions
from requests_hardened.ip_filter import InvalidIPAddress

from sources.client.address import host_and_port, where
from sources.client.deadline import Deadline
from sources.source import NotPermitted, TryAgainLater, UnexpectedReply


class Unreached(Exception):
    """The connection failed, which may be mended by trying again."""


def too_slow(url: str, deadline: Deadline) -> TryAgainLater:
    """The answer did not come whole in time."""
    return TryAgainLater(None, f"{where(url)}: no whole answer within {deadline.seconds:g} s")


def as_ours(problem: Exception, url: str, deadline: Deadline) -> Exception:
    """The same failure without what requests says of it, which holds query strings."""
    if isinstance(problem, InvalidIPAddress):
        return NotPermitted(f"{where(url)}: leads to a private address; if that is meant, name {host_and_port(url)} in [network] allow_hosts")
    if deadline.left() <= 0 or isinstance(problem, requests.Timeout | urllib3.exceptions.TimeoutError | TimeoutError):
        return too_slow(url, deadline)
    if isinstance(problem, requests.exceptions.SSLError | urllib3.exceptions.SSLError):
        return NotPermitted(f"{where(url)}: its certificate is not valid for this host, or not known here")
    if isinstance(problem, urllib3.exceptions.DecodeError | requests.exceptions.ContentDecodingError):
        return UnexpectedReply(where(url), "the body is not packed as its Content-Encoding says")
    if isinstance(problem, ValueError) and not isinstance(problem, requests.JSONDecodeError):
        return NotPermitted(f"{where(url)}: not an address that can be asked")
    return Unreached()
