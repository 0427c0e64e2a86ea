"""Old dotted paths of job functions: what was queued before an upgrade still runs once.

To be removed with the next release.
"""
