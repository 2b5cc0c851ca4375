"""How values are drawn: axes, courses, shades and the shapes of places, as numbers for SVG."""
