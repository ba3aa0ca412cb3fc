"""WARC → corpus."""
