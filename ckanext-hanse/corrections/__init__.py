"""Officers' corrections of harvested datasets, and how they persist across runs."""
