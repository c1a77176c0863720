"""The steps of the main job, one noun a file. Each is safe to run again and then changes nothing."""
