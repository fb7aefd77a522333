"""The only code that opens connections."""
