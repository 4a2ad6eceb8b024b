"""Keeping drafts, and sending them."""
