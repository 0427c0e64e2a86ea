"""Stand-in portals of the four cities: believable municipal data, served on loopback.

Everything in here is made up for the demo and the tests.
"""
