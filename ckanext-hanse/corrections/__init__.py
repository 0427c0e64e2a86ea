"""What officers set right in harvested datasets, and how it lasts."""
