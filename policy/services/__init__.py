"""What changes policy: local sets, national values, findings and snapshots."""
