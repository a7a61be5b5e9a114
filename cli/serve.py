"""`plainview serve`: the review site, and the store's owner while it runs."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.terminal import tell


def serve(
    host: Annotated[str | None, typer.Option(help="the address to listen on; [site] host in plainview.toml otherwise")] = None,
    port: Annotated[int | None, typer.Option(help="the port; [site] port otherwise")] = None,
) -> None:
    """Serve the review site at http://127.0.0.1:8261 until interrupted."""
    from dashboards.serve import serve as serve_site
    from dashboards.site_settings import SiteSettings
    from storage.settings import StorageSettings

    site = SiteSettings.load()
    serve_site(StorageSettings.load().folder, host if host is not None else site.host, port if port is not None else site.port, tell)
