"""Whether the catalogue is well: doctor, health, metrics; and what waits for a city."""
