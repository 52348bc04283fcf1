"""Where are sessions stored? In the database, each with its person, so that one can list and end them.

The engine that settings name; it does what Django's own does, and copies what the session says of itself.
"""

from datetime import UTC, datetime
from typing import Any, Final

from django.apps import apps
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore

# In the data of a session. Instants are seconds since 1970.
ADDRESS: Final = "address"
DEVICE: Final = "device"
SINCE: Final = "since"
LAST_SEEN: Final = "last_seen"


class SessionStore(DatabaseStore):
    @classmethod
    def get_model_class(cls) -> type[Any]:
        return apps.get_model("departments", "Session")  # the model names this engine: no import in a ring

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        row: Any = super().create_model_instance(data)
        row.user_id = int(data[SESSION_KEY]) if SESSION_KEY in data else None
        row.address = data.get(ADDRESS, "")
        row.device = data.get(DEVICE, "")
        row.since = instant(data.get(SINCE))
        row.last_seen = instant(data.get(LAST_SEEN)) or row.since
        return row


def instant(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
