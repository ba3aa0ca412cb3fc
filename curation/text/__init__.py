"""Pure functions over the text of a story."""
