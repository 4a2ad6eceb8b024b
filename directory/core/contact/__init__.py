from directory.core.contact.online import tidy_email, tidy_website
from directory.core.contact.phone import tel_link, tidy_phone

__all__ = ["tel_link", "tidy_email", "tidy_phone", "tidy_website"]
