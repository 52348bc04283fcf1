#!/usr/bin/env python
"""The door for every command of the project; it decides nothing itself."""

import os
import sys
from importlib import import_module


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "langfang_policy.settings")
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        # Before Django, which would bury the sentence in a traceback. Only here: what a command finds
        # badly configured later is a fault of ours, and keeps its traceback.
        import_module(os.environ["DJANGO_SETTINGS_MODULE"])
    except ImproperlyConfigured as wrong:
        sys.exit(str(wrong))
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
