"""Bytes of a page → tree → blocks → body and metadata; pure."""
