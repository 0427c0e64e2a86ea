"""Errors of services, worded for the person who started them."""

from pathlib import Path


class ServiceError(Exception):
    """A service cannot do what was requested; the message states the reason and a remedy.

    ``log`` is the log file with details, if there is one.
    """

    def __init__(self, message: str, log: Path | None = None) -> None:
        super().__init__(message)
        self.log = log

    def __str__(self) -> str:
        message = super().__str__()
        return f"{message}\n  Log: {self.log}" if self.log else message
