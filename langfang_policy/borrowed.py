"""Which words of Django and of packages are seen on our pages and have no Chinese of their own?

Nothing imports this. makemessages finds the words here; our catalogue is asked before those of the packages.
"""

from django.utils.translation import gettext_noop, ngettext_lazy

WORDS = (
    # Django's admin and its passwords
    gettext_noop("Model name"),
    gettext_noop("Add link"),
    gettext_noop("Change or view list link"),
    gettext_noop("Error:"),
    gettext_noop("After you’ve created a user, you’ll be able to edit more user options."),
    # django-import-export
    gettext_noop("Select all"),
)
COUNTED = (
    ngettext_lazy(
        "This password is too short. It must contain at least %d character.",
        "This password is too short. It must contain at least %d characters.",
        "min_length",
    ),
)
