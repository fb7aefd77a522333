"""YAML to a configuration and flows, or every Problem with its file, line and key."""
