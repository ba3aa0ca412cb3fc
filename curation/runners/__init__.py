"""Ways to map work over tasks; they know Callable only."""
