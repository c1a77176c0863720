"""Pages of the poverty room."""
