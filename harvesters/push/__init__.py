"""Push: a city reads its own sources and sends the records to the catalogue."""
