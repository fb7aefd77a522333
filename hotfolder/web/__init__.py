"""The HTTP side: orders come in here."""
