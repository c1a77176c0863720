#!/usr/bin/env python
"""Django's command line for the office; an unusable setting ends in one line."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.environ.setdefault("OFFICE_PROCESS", "job")
    from django.core.management import execute_from_command_line

    from launcher.refusals import Unusable

    try:
        execute_from_command_line(sys.argv)
    except Unusable as refusal:
        sys.exit(f"manage.py: {refusal}")


if __name__ == "__main__":
    main()
