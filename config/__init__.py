"""Wiring: settings, addresses, API router, schedule. No logic of the office lives here."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
