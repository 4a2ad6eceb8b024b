"""Words to a point. The only importer of geopy."""
