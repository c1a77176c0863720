"""Pages of the claims room: thin doors to services and selectors."""
