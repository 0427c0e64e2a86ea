"""Whether the links of the catalogue's datasets still lead anywhere (docs/links.md).

How a link is requested and judged is the core's (:mod:`hanse_harvesters.links`); here are which
links are due, who may request them, and where the answers are stored.
"""
