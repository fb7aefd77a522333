"""The only code that touches job files."""
