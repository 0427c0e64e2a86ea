"""Settings of sources and cities: dataclasses, loading, validation, schedules."""
