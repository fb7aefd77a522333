"""Hotfolder: a hot-folder workflow daemon for Cloudprinter.com print partners."""

__version__ = "0.1.0"
