"""From records to datasets of this CKAN: the end of the line (compare, write, report)."""
