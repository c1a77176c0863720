"""Settings of the test run: the same office, with cheap password hashes."""

from config.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
SECURE_SSL_REDIRECT = False
IS_TESTING = True  # switches that exist for a negative control alone ask for this
