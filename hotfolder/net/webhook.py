"""Messages to the admin as a POST of JSON, as chat programs and monitoring take it."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import requests

SECONDS = 20.0


class Webhook:
    """Each message is one POST. The address may be a secret and is named by its host alone."""

    def __init__(self, url: str, ca_file: str = "", seconds: float = SECONDS) -> None:
        self._url = url
        self._ca_file = ca_file
        self._seconds = seconds

    def tell(self, message: Mapping[str, Any]) -> str:
        """Empty when it was answered with a status of success, otherwise why not."""
        try:
            with requests.Session() as session:
                session.trust_env = False
                answer = session.post(
                    self._url,
                    json={**message, "text": f"{message['subject']}\n{message['text']}"},
                    timeout=self._seconds,
                    verify=self._ca_file or True,
                    allow_redirects=False,
                    stream=True,
                )
                answer.close()
        except requests.exceptions.SSLError:
            return f"{self._place} has no certificate that is trusted (alerts.webhook_ca_file)"
        except requests.Timeout:
            return f"{self._place} did not answer within {self._seconds:g} seconds"
        except (requests.RequestException, ValueError) as error:
            return f"{self._place} can not be reached ({type(error).__name__})"
        except OSError:
            return f"{self._place} is not asked: alerts.webhook_ca_file can not be read"
        return "" if answer.ok and not answer.is_redirect else self._refused(answer.status_code)

    @property
    def _place(self) -> str:
        return f"webhook at {urlsplit(self._url).hostname}"

    def _refused(self, status: int) -> str:
        return f"{self._place} answers {status}"
