"""The map: its pins and cells kept in step by the door, and the document that Folium makes."""

from directory.maps.rules import Pin, pins
from directory.maps.service.cells import drop, put, rebuild
from directory.maps.service.document import ELEMENT, Ground, script

__all__ = ["ELEMENT", "Ground", "Pin", "drop", "pins", "put", "rebuild", "script"]
