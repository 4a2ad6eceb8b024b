"""The map document, and the cells and pins of a viewport. The only importer of folium."""
