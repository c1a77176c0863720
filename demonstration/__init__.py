"""The demonstration office: generated people and bills, and the main job that takes them through a year. Never used in production."""
