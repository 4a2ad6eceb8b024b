"""The kit that every page uses: access, errors, security headers, limits, paging."""

from directory.web.install import install

__all__ = ["install"]
