"""The base class of all services."""

import os
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from pathlib import Path

from hanse_config.services import ports
from hanse_config.services.errors import ServiceError
from hanse_config.services.instance import HOST, Instance
from hanse_config.services.process import POLITE, Daemon, Running, Signals


class Service(ABC):
    """A server on the loopback address with a data folder of its own.

    Starting has three steps, so that several services start in parallel:
    `launch`, `wait` until it answers, `settle` what is needed inside it.
    """

    name: str
    """Name of the folder, the log and the process."""
    title: str
    """Name in messages."""
    port_variable: str
    packages: Sequence[str] = ()
    """Debian packages that provide its programs."""
    signals: Signals = POLITE
    patience: float = 60.0
    """Seconds within which it must answer."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.folder = instance.folder(self.name)
        self.daemon = Daemon(self.name, instance.folder("run"))

    @property
    @abstractmethod
    def port(self) -> int:
        """The port to listen on."""

    @abstractmethod
    def missing(self) -> list[str]:
        """Return the Debian packages that are not installed yet."""

    def install(self) -> None:  # noqa: B027 - most need only their packages
        """Install what is needed in addition to Debian packages; fast if it is installed."""

    @abstractmethod
    def prepare(self) -> None:
        """Create the data folder and the configuration."""

    @abstractmethod
    def command(self) -> Sequence[str]:
        """Return the server's command line."""

    @abstractmethod
    def ailment(self) -> str:
        """Query the server itself; return why it does not answer, "" if it does."""

    def fault(self) -> str:
        """Return a problem inside a running server that waiting would not solve, "" if none."""
        return ""

    def settle(self) -> None:  # noqa: B027 - not every server contains data of ours
        """Create what must exist inside the running server."""

    @property
    def address(self) -> str:
        """Host and port."""
        return f"{HOST}:{self.port}"

    @property
    def log(self) -> Path:
        """The server's log file."""
        return self.daemon.log

    def running(self) -> Running | None:
        """Return the server's process if it is alive."""
        return self.daemon.running()

    def launch(self) -> bool:
        """Start the process; return whether that was necessary.

        Raises `ServiceError` if the port is taken, a program is missing or
        the data folder cannot be written.
        """
        found = self.running()
        if found is not None:
            self._expect_same_port(found)
            return False
        self._expect_programs()
        self._expect_port()
        try:
            self.prepare()
        except OSError as error:
            raise ServiceError(
                f"{self.title}: {error.filename or self.folder} cannot be written: "
                f"{error.strerror}. Choose another folder with HANSE_DATA."
            ) from error
        self.daemon.launch(
            self.command(),
            port=self.port,
            account=self.instance.account,
            cwd=self.folder,
            environ=self.environ(),
        )
        return True

    def environ(self) -> Mapping[str, str]:
        """Return the server's environment, with only the necessary variables of ours."""
        kept = {
            name: os.environ[name]
            for name in ("PATH", "JAVA_HOME", "JAVA_TOOL_OPTIONS")
            if name in os.environ
        }
        return {**kept, "HOME": str(self.folder), "LANG": "C.UTF-8"}

    def wait(self) -> None:
        """Wait until the server is healthy.

        Raises `ServiceError` with the end of its log if it ends or does not become healthy.
        """
        end = time.monotonic() + self.patience
        ailment = self.ailment()
        while ailment:
            if self.running() is None:
                raise ServiceError(
                    f"{self.title} ended while starting. Its last words:\n"
                    f"{self.daemon.last_words()}",
                    self.log,
                )
            if time.monotonic() > end:
                raise ServiceError(
                    f"{self.title} does not become healthy within {self.patience:.0f} s: {ailment}",
                    self.log,
                )
            time.sleep(0.1)
            ailment = self.ailment()

    def stop(self) -> bool:
        """End the server; return whether it was running."""
        return self.daemon.stop(self.signals)

    def _expect_same_port(self, found: Running) -> None:
        if found.port != self.port:
            raise ServiceError(
                f"{self.title} runs already, but on port {found.port}; {self.port} is asked for. "
                f"Stop it first (make stop)."
            )

    def _expect_programs(self) -> None:
        missing = self.missing()
        if missing:
            raise ServiceError(
                f"{self.title} is not installed: run 'make install', "
                f"or 'apt-get install {' '.join(missing)}' as root."
            )

    def _expect_port(self) -> None:
        if not ports.is_free(self.port):
            raise ServiceError(
                f"{self.title} cannot start: port {self.port} is taken "
                f"({ports.holder(self.port)}). Free it, "
                f"or set {self.port_variable} or HANSE_PORT_BASE to others."
            )
