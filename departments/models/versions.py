"""How does a table keep every version of its rows? As django-simple-history does it, without its waste."""

from functools import cache
from typing import Any

from simple_history.manager import HistoryManager
from simple_history.models import HistoricalRecords


class VersionManager(HistoryManager):
    """Its class is made once. The library makes it anew, method by method, for each row that is saved."""

    @classmethod
    @cache
    def from_queryset(cls, queryset_class: type, class_name: str | None = None) -> Any:
        return super().from_queryset(queryset_class, class_name)


class KeptVersions(HistoricalRecords):
    def __init__(self, **options: Any) -> None:
        super().__init__(history_manager=VersionManager, **options)
