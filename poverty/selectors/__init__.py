"""What the poverty room reads."""
