"""The least speed: who drips a file for hours takes the place of a server that works."""

import time

from hotfolder.errors import FetchError, FetchKind


class Speed:
    """Measures one answer, a window of `seconds` after the other. `least` in bytes a second."""

    def __init__(self, least: int, seconds: float) -> None:
        self._least = least
        self._seconds = seconds
        self._began = time.monotonic()
        self._came = 0

    def came(self, size: int) -> None:
        """So many bytes more. Raises FetchError when those of a whole window were too few."""
        self._came += size
        lasted = time.monotonic() - self._began
        if lasted < self._seconds:
            return
        if self._came < self._least * lasted:
            raise FetchError(
                f"it comes with {self._came / lasted:.0f} bytes a second, less than {self._least} "
                "(downloads.least_speed_kib)",
                FetchKind.TOO_SLOW,
            )
        self._began, self._came = time.monotonic(), 0
