"""What people send: groups add themselves, page by page."""
