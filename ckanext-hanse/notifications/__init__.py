"""Mails and webhooks about runs and pending decisions."""
