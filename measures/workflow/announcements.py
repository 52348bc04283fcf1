"""How does the office tell something to all departments of a policy? As a clerk, once for all of them."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from departments.actors import Actor
from measures import permissions
from measures.models import ANNOUNCEMENT_LENGTH, Act, Announcement, Policy
from measures.workflow.acting import one_act
from measures.workflow.checks import check_written, require
from measures.workflow.recording import record


def announce(actor: Actor, policy: Policy, title: str, text: str, at: datetime) -> Announcement:
    """Tell it to everybody who writes or reviews where the policy binds. Raises ValidationError by field."""
    require(permissions.can_announce(actor, policy))
    written = {"title": title.strip(), "text": text.strip()}
    limits = {"title": Announcement._meta.get_field("title").max_length or 0, "text": ANNOUNCEMENT_LENGTH}
    for name, value in written.items():
        if not value:
            raise ValidationError({name: _("This field is required.")})
        check_written(name, value, limits[name])
    with one_act():
        row = Announcement.objects.create(policy=policy, by=actor.person, at=at, **written)
        record(Act.ANNOUNCE, actor, policy.coordinator, at, comment=row.title, policy=policy, about=[row])
    return row
