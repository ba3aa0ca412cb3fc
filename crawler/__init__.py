"""The web → WARC."""
