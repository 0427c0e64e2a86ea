"""Send a notification to a webhook: a POST under the same rules as harvesting.

The same addresses are allowed, time limits apply, no redirect is followed and no response
body is read.  There is one try only: the caller decides when to retry.
"""

from __future__ import annotations

from collections.abc import Mapping

import requests

from hanse_harvesters.errors import AddressRefused, StopRun, recast
from hanse_harvesters.http import address
from hanse_harvesters.http.client import Client
from hanse_harvesters.http.connect import Deadline

#: Seconds: to connect, until the response begins, in total.
CONNECT, READ, DEADLINE = 10.0, 15.0, 20.0


class Poster(Client):
    """A client that sends notifications instead of fetching documents."""

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> None:
        """Send ``body`` to ``url``; return once it was answered with a 2xx.

        Raises AddressRefused or StopRun with the reason otherwise.
        """
        address.split(url)
        if self._proxied:
            self._check_by_name(url)
        status = self._deliver(url, body, headers)
        if not 200 <= status < 300:
            raise StopRun("webhook-refused", where=url, status=status)

    def _deliver(self, url: str, body: bytes, headers: Mapping[str, str]) -> int:
        with Deadline(DEADLINE) as deadline:
            self._guard.deadline = deadline
            try:
                with self._session.post(
                    url,
                    data=body,
                    headers=dict(headers),
                    stream=True,
                    allow_redirects=False,
                    timeout=(CONNECT, READ),
                ) as response:
                    return response.status_code
            except AddressRefused as error:
                raise recast(error, AddressRefused, where=url) from error
            except requests.RequestException as error:
                raise StopRun("webhook-unsent", where=url, reason=_short(error)) from error
            except (UnicodeError, ValueError) as error:
                raise AddressRefused("address-unusable", where=url, reason=error) from error
            finally:
                self._guard.deadline = None


def _short(error: Exception) -> str:
    """Return the reason without the object addresses of urllib3."""
    text = " ".join(str(error).rsplit(">: ", 1)[-1].split())
    return (text.strip("()'\"") or type(error).__name__)[:200]
