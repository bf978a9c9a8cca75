"""Sources: where releases come from."""
