"""What can be read of claims."""
