"""Imports and the sample, through the door."""
