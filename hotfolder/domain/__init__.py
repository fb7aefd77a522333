"""Pure nouns and decisions: no clock, disk, database, network or log."""
