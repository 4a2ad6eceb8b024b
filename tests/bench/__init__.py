"""``make bench``: seeded listings through the real import, then the real server, measured side by side.

``python -m tests.bench --listings 5000 --database sqlite`` writes what it measured into docs/performance.md.
"""
