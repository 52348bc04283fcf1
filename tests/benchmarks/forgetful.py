"""A folder that keeps nothing, so that every reader of a document has it made anew."""

from typing import Any

from django.core.files import File
from django.core.files.storage import Storage


class Forgetful(Storage):
    def exists(self, name: str) -> bool:
        return False

    def _save(self, name: str, content: "File[Any]") -> str:
        return name

    def _open(self, name: str, mode: str = "rb") -> "File[Any]":
        raise FileNotFoundError(name)

    def delete(self, name: str) -> None:
        """There is none."""
