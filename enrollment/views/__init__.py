"""The pages of the register: thin doors to services and selectors."""
