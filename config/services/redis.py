"""Redis: sessions and the queue of background jobs."""

import shutil
import socket
from collections.abc import Sequence

from hanse_config.services import folders, secret
from hanse_config.services.instance import HOST
from hanse_config.services.service import Service

SECRET = "redis"


class Redis(Service):
    """The key-value server.

    Debian's package ``redis-tools`` contains the server too (one program with
    several names) and, unlike ``redis-server``, does not start one by itself.
    """

    name = "redis"
    title = "Redis"
    port_variable = "HANSE_REDIS_PORT"
    packages = ("redis-tools",)

    @property
    def port(self) -> int:
        return self.instance.ports.redis

    def missing(self) -> list[str]:
        return [] if _program() else list(self.packages)

    def prepare(self) -> None:
        folders.make(self.folder, self.instance.account, 0o700)
        # The program's function depends on the name it is called by.
        program = self.folder / "redis-server"
        program.unlink(missing_ok=True)
        program.symlink_to(_program())
        settings = {
            "bind": HOST,
            "port": str(self.port),
            "protected-mode": "yes",
            "requirepass": secret.get(self.instance.data, SECRET),
            "dir": f'"{self.folder}"',
            # Waiting jobs survive a stop, and all but the last second a crash.
            "appendonly": "yes",
            "maxmemory-policy": "noeviction",
        }
        text = "".join(f"{key} {value}\n" for key, value in settings.items())
        folders.write(self.folder / "redis.conf", text, self.instance.account, 0o600)

    def command(self) -> Sequence[str]:
        return [str(self.folder / "redis-server"), str(self.folder / "redis.conf")]

    def ailment(self) -> str:
        password = secret.get(self.instance.data, SECRET)
        try:
            with socket.create_connection((HOST, self.port), timeout=2) as connection:
                connection.sendall(f"AUTH {password}\r\nPING\r\n".encode())
                answer = b""
                while answer.count(b"\r\n") < 2:
                    more = connection.recv(200)
                    if not more:
                        break
                    answer += more
        except OSError as error:
            return str(error)
        return "" if answer == b"+OK\r\n+PONG\r\n" else answer.decode("ascii", "replace").strip()


def _program() -> str:
    return shutil.which("redis-server") or shutil.which("redis-check-rdb") or ""
