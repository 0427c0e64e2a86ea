"""Settings of sources and cities: dataclasses, how they are loaded and checked, schedules."""
