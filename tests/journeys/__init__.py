"""Clerks at their screens: a browser, a live server, and a small office with a year of work behind it."""
