"""The one place that draws: series in, SVG text out; the same input gives the same bytes.

`model` says what can be drawn, `drawing.svg` draws it, `treatment` makes the charts of a session (injections, current).
Nothing here reads a store, a clock or a font. Every series is told apart by its shape or dashes too, not by colour
alone; colours are those of Okabe and Ito (https://jfly.uni-koeln.de/color/), which the colour-blind can tell apart.
"""
