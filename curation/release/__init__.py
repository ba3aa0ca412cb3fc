"""What a release holds beside its tables."""
