"""State of the catalogue: doctor, health, metrics; and pending tasks of a city."""
