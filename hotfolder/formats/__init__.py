"""Text and bytes from outside into our values, and back; no disk, no network."""
