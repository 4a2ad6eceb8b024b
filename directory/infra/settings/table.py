"""The table of every setting: its name, its check, its default, what it means, an example.

``docs/settings.md`` is made from it (``directory settings``), and a test proves that the two agree.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from directory.infra.settings import checks

PREFIX: Final = "DIRECTORY_"


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One setting. ``default`` is the text that stands for it; None means that the code works it out."""

    name: str  # in settings.toml; in the environment PREFIX + NAME
    check: checks.Check
    wanted: str
    default: str | None
    default_says: str = ""  # what the documentation says when the default is worked out
    meaning: str
    example: str
    secret: bool = False  # its value is never shown
    may_be_empty: bool = False  # an empty text is a value; otherwise it means "not set"
    in_file: bool = True

    @property
    def variable(self) -> str:
        """Its name in the environment."""
        return f"{PREFIX}{self.name.upper()}"


_WHERE = (
    Setting(
        name="instance",
        check=checks.path,
        wanted="a folder",
        default="instance",
        meaning="The folder of everything this installation keeps: database, secret key, backups, "
        "settings.toml. Relative to where the command starts.",
        example="/var/lib/directory",
        in_file=False,
    ),
    Setting(
        name="place",
        check=checks.text,
        wanted="a place that comes with the code (birmingham, uk), or the path of a place's TOML file",
        default="birmingham",
        meaning="What this installation covers.",
        example="uk",
    ),
    Setting(
        name="database_url",
        check=checks.database_url,
        wanted="sqlite:////absolute/path/of/file.sqlite or postgresql://user:password@host:5432/name "
        "(an @ in the password is written %40)",
        default=None,
        default_says="`instance/<place>.sqlite`",
        meaning="Where the data is kept: an SQLite file, or a PostgreSQL database (15 or newer) that many "
        "machines share.",
        example="postgresql://directory@127.0.0.1:5432/directory",
        secret=True,
    ),
    Setting(
        name="read_urls",
        check=checks.database_urls,
        wanted="postgresql://user:password@host:5432/name of one or more streaming standbys of DIRECTORY_DATABASE_URL, "
        "with blanks between them; none twice, and not DIRECTORY_DATABASE_URL itself",
        default="",
        meaning="Standbys that readers are answered from; see scaling.md. One that does not answer, is behind, or is "
        "no standby of that database is left out, and taken back when that is over.",
        example="postgresql://directory@10.0.0.2/directory postgresql://directory@10.0.0.3/directory",
        secret=True,
    ),
    Setting(
        name="read_lag",
        check=checks.whole(1, 600),
        wanted="a whole number of seconds from 1 to 600",
        default="10",
        meaning="How far a standby may be behind and still be read. For so long, and a few seconds more, people who "
        "have just sent something are answered from the primary.",
        example="5",
    ),
    Setting(
        name="secret_key",
        check=checks.secret,
        wanted="32 characters or more, random",
        default="",
        default_says="made once, in `instance/secret_key`, mode 600",
        meaning="What signs cookies and tokens. Set it only when several machines serve one site: they must share it.",
        example="(output of: openssl rand -hex 32)",
        secret=True,
    ),
)

_SERVING = (
    Setting(
        name="site_address",
        check=checks.site_address,
        wanted="https://host, or http://host:port of this machine alone; no path",
        default=None,
        default_says="`http://127.0.0.1:<port>`",
        meaning="The address that people type. Links in mails and in files are made from it. With https, "
        "cookies are Secure. An http address of another machine is refused unless DIRECTORY_INSECURE is on.",
        example="https://directory.example.org",
    ),
    Setting(
        name="insecure",
        check=checks.flag,
        wanted="1 or 0",
        default="0",
        meaning="Allow a site address that is http and not of this machine. Only for a try-out in a closed "
        "network: sessions can be stolen.",
        example="1",
    ),
    Setting(
        name="trusted_proxies",
        check=checks.whole(0, 10),
        wanted="a whole number from 0 to 10",
        default="0",
        meaning="How many proxies stand in front and are ours: so many entries of X-Forwarded-For and "
        "X-Forwarded-Proto are believed. Behind a proxy with 0, all visitors count as one.",
        example="1",
    ),
    Setting(
        name="host",
        check=checks.host,
        wanted="an address of this machine, or a host name",
        default="127.0.0.1",
        meaning="The address that `directory serve` listens on. The default is reached from this machine "
        "alone; 0.0.0.0 is all of them.",
        example="192.168.1.20",
    ),
    Setting(
        name="port",
        check=checks.whole(1, 65_535),
        wanted="a whole number from 1 to 65535",
        default="8000",
        meaning="The port that `directory serve` listens on.",
        example="8080",
    ),
    Setting(
        name="workers",
        check=checks.whole(1, 64),
        wanted="a whole number from 1 to 64",
        default="2",
        meaning="Processes that answer requests. One for each core is about right.",
        example="4",
    ),
    Setting(
        name="threads",
        check=checks.whole(2, 256),
        wanted="a whole number from 2 to 256",
        default="32",
        meaning="Threads of each process. A slow client holds one while it sends its request.",
        example="64",
    ),
    Setting(
        name="reads_a_minute",
        check=checks.whole(0, 1_000_000),
        wanted="a whole number from 0 to 1000000",
        default="1200",
        meaning="How many pages one client may ask for in a minute, of each process; beyond it the answer is "
        "429. 0: no limit (for measuring).",
        example="600",
    ),
    Setting(
        name="files_a_minute",
        check=checks.whole(0, 1_000_000),
        wanted="a whole number from 0 to 1000000",
        default="60",
        meaning="How many files of data one client may have made in a minute, of each process; beyond it the answer "
        "is 429. What has not changed since it was last taken is not made again, and not counted. 0: no limit.",
        example="20",
    ),
    Setting(
        name="package_mb",
        check=checks.whole(1, 1_000_000),
        wanted="a whole number from 1 to 1000000",
        default="4096",
        meaning="How large a package of another directory may be when it is unpacked, in MB (`directory import hsds`). "
        "Its rows lie in a temporary file meanwhile, which takes two to three times as much of the disk (TMPDIR says "
        "which).",
        example="500",
    ),
    Setting(
        name="jobs",
        check=checks.flag,
        wanted="1 or 0",
        default="1",
        meaning="Whether `directory serve` also runs the background jobs. Of all processes on one database, one does. "
        "With 0 they need a process of their own: `directory jobs run`.",
        example="0",
    ),
    Setting(
        name="log_format",
        check=checks.one_of("plain", "json"),
        wanted="plain or json",
        default="plain",
        meaning="How each line of the log is written.",
        example="json",
    ),
)

_OUTSIDE = (
    Setting(
        name="tiles_url",
        check=checks.tiles,
        wanted="an http or https address with {z}, {x} and {y} in it, or nothing for no tiles",
        default=None,
        default_says="the place's own",
        meaning="Where browsers fetch map tiles. Empty: none, and the outlines of areas are the map.",
        example="https://tile.openstreetmap.org/{z}/{x}/{y}.png",
        may_be_empty=True,
    ),
    Setting(
        name="tiles_file",
        check=checks.pmtiles,
        wanted="a file of map tiles, in the format PMTiles 3, that this process may read; or nothing",
        default="",
        meaning="A file with the map, served from this site in parts and drawn by the reader's browser: then no other "
        "site is asked for tiles, whatever DIRECTORY_TILES_URL says. Empty: none.",
        example="(a file that is there, for example /var/lib/directory/birmingham.pmtiles)",
    ),
    Setting(
        name="tiles_attribution",
        check=checks.text,
        wanted="a line of text",
        default=None,
        default_says="the place's own",
        meaning="Whom the map thanks for the tiles, in plain text.",
        example="© OpenStreetMap contributors",
        may_be_empty=True,
    ),
    Setting(
        name="nominatim_url",
        check=checks.web_address,
        wanted="an http or https address, with a contact in DIRECTORY_NOMINATIM_CONTACT; or nothing",
        default="",
        meaning="A Nominatim server that jobs may ask where an address is. Empty: none is ever asked. "
        "Hidden and private addresses are never sent.",
        example="https://nominatim.openstreetmap.org",
    ),
    Setting(
        name="nominatim_contact",
        check=checks.contact,
        wanted="an e-mail address; Nominatim's operators want one",
        default="",
        meaning="Who answers when the Nominatim server's operators have a question. Sent with each request.",
        example="directory@example.org",
    ),
    Setting(
        name="feeds_allow",
        check=checks.networks,
        wanted="addresses or networks of machines (10.0.0.7, 192.168.4.0/24, ::1) with blanks between them; or nothing",
        default="",
        meaning="Private addresses that feeds may be read from (`directory feeds`), for a neighbour in the same closed "
        "network. Whatever is not named here and is not reached by everybody is refused.",
        example="10.0.0.7 192.168.4.0/24",
    ),
    Setting(
        name="smtp_url",
        check=checks.smtp_url,
        wanted="smtp://user:password@host:587 (encrypted by STARTTLS) or smtps://user:password@host:465, with a sender "
        "in DIRECTORY_MAIL_FROM; or nothing",
        default="",
        meaning="The server that takes the directory's mail. Letters that an address may not have are written as %40 "
        "and so on. A server without encryption is used only if it is this machine. Empty: mails lie readable in "
        "`instance/outbox/` for 30 days, and nobody gets them.",
        example="smtp://directory:password@mail.example.org:587",
        secret=True,
    ),
    Setting(
        name="mail_from",
        check=checks.sender,
        wanted="an e-mail address, or a name and an address as in Directory <directory@example.org>",
        default="",
        meaning="Whom the directory's mails are from. Answers and refusals go there: let somebody read them.",
        example="Community Directory <directory@example.org>",
    ),
    Setting(
        name="pseudo",
        check=checks.flag,
        wanted="1 or 0",
        default="0",
        meaning="Offer two made-up languages for tests: en-XA (accented, longer) and ar-XB (right to left).",
        example="1",
    ),
)

TABLE: Final = _WHERE + _SERVING + _OUTSIDE
