"""The map: its pins and cells kept in step by the door, and the document that Folium makes."""

from directory.maps.rules import Pin, pins
from directory.maps.service.cells import checksum, drift, drop, put, rebuild
from directory.maps.service.document import ELEMENT, MAX_ZOOM, Ground, script

__all__ = ["ELEMENT", "MAX_ZOOM", "Ground", "Pin", "checksum", "drift", "drop", "pins", "put", "rebuild", "script"]
