"""The settings of one installation, once they are known to be right."""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path

from directory.core.errors import Invalid
from directory.infra.settings import secret_key


class SettingsError(Invalid):
    """A setting that cannot be used: its name, what was given, what is wanted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """One field for each row of the table (``directory.infra.settings.table``), which says what it means."""

    instance: Path
    place: str
    database_url: str = field(repr=False)  # it may hold a password
    read_urls: tuple[str, ...] = field(repr=False)  # as above
    read_lag: int  # seconds
    site_address: str
    insecure: bool
    trusted_proxies: int
    host: str
    port: int
    workers: int
    threads: int
    reads_a_minute: int  # 0: no limit
    files_a_minute: int  # as above
    package_mb: int
    tiles_url: str | None  # None: the place's own; "": no tiles
    tiles_file: Path | None  # None: no file of tiles
    tiles_attribution: str | None  # None: the place's own
    nominatim_url: str
    nominatim_contact: str
    feeds_allow: tuple[IPv4Network | IPv6Network, ...]  # private addresses that feeds may be read from
    smtp_url: str = field(repr=False)  # it may hold a password
    mail_from: str
    log_format: str
    jobs: bool
    pseudo: bool
    given_secret: str = field(repr=False)

    @property
    def secret_key(self) -> str:
        """What signs cookies and tokens: the one given, else the instance's, made at the first use."""
        return self.given_secret or secret_key.kept_in(self.instance)

    @property
    def sqlite_file(self) -> Path | None:
        """The file of an SQLite database; None for PostgreSQL."""
        scheme, _, path = self.database_url.partition(":///")
        return Path(path) if scheme == "sqlite" else None

    @property
    def secure(self) -> bool:
        """Whether people reach the site by https: then cookies are Secure and have ``__Host-`` names."""
        return self.site_address.startswith("https://")
