"""The one door into the published record: publish, withdraw, undo, revisions, numbered changes."""
