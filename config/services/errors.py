"""What can go wrong with a service, phrased for the person who started it."""

from pathlib import Path


class ServiceError(Exception):
    """A service cannot do what was asked; the message says why and what helps.

    ``log`` names the file to read on, where there is one.
    """

    def __init__(self, message: str, log: Path | None = None) -> None:
        super().__init__(message)
        self.log = log

    def __str__(self) -> str:
        message = super().__str__()
        return f"{message}\n  Log: {self.log}" if self.log else message
