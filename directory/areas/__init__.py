"""Wards, districts and neighbourhoods: their outlines, and which of them a point lies in."""
