"""Backup and restore: databases, uploaded files and settings in one folder."""
