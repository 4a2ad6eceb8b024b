"""How somebody shows that they speak for a listing that is there already."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from directory.listings.rules.record import Record

# Whoever has a page or a mailbox at one of these shows nothing by it: anybody gets one.
SHARED: Final = frozenset(
    {
        *("facebook.com", "instagram.com", "x.com", "twitter.com", "youtube.com", "linkedin.com", "nextdoor.co.uk"),
        *("google.com", "blogspot.com", "wordpress.com", "wixsite.com", "weebly.com", "github.io", "linktr.ee"),
        *("gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "hotmail.co.uk", "live.co.uk", "live.com"),
        *("yahoo.com", "yahoo.co.uk", "icloud.com", "btinternet.com", "sky.com", "aol.com", "btconnect.com"),
        *("justgiving.com", "eventbrite.co.uk", "meetup.com", "netlify.app", "square.site", "tiktok.com"),
    }
)
# Nobody owns these: whoever owns something is below them.
SUFFIXES: Final = frozenset({"co.uk", "org.uk", "ac.uk", "gov.uk", "nhs.uk", "sch.uk", "me.uk", "ltd.uk", "net.uk"})
PUBLISHED: Final = "published"
DOMAIN: Final = "domain"
EVIDENCE: Final = "evidence"


@dataclass(frozen=True, slots=True)
class Ways:
    """Where a link may go: the addresses that are published, and the domain of the website that a register gave."""

    addresses: tuple[str, ...] = ()
    domain: str = ""


def ways(record: Record, register_website: str) -> Ways:
    """What can prove that somebody speaks for ``record``. ``register_website``: "" when no register gave one."""
    found = (record.email, *(each.email for each in record.contacts), *(each.email for each in record.services))
    return Ways(tuple(dict.fromkeys(address.lower() for address in found if address)), domain_of(register_website))


def domain_of(website: str) -> str:
    """The domain whose mailboxes belong to whoever owns ``website``: "example.org"; "" for one that many share."""
    host = (urlsplit(website if "//" in website else f"//{website}").hostname or "").rstrip(".").lower()
    host = host.removeprefix("www.")
    labels = host.split(".")
    if len(labels) < 2 or host in SUFFIXES or host.replace(".", "").isdigit():
        return ""
    return "" if any(".".join(labels[at:]) in SHARED for at in range(len(labels))) else host


def is_at(email: str, domain: str) -> bool:
    """Whether a mailbox is at exactly this domain."""
    return bool(domain) and email.lower().rpartition("@")[2] == domain
