"""Mails and webhooks about runs and what waits for a decision."""
