"""How does a file come in? In pieces, into a file without a name, and never more of it than a page takes.

What is too large is thrown away as it comes, so that it fills neither memory nor disk; the form then says so,
and all other fields of it are there.
"""

import re
from io import BytesIO
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler

MOST_AT_ONCE = 5  # files of the size that a page takes, in one request


class RefusedFile(UploadedFile):  # type: ignore[type-arg]  # generic in the stubs only
    """What was too large: its name and its whole size, and nothing of its content."""

    def __init__(self, name: str | None, size: int) -> None:
        super().__init__(BytesIO(), name, size=size)


class BoundedUploadHandler(TemporaryFileUploadHandler):
    """One for each request. Tables are small; a page of LARGE_UPLOADS takes what evidence may have."""

    most = 0
    received = 0  # bytes of all files of the request
    too_large = False

    def handle_raw_input(self, input_data: Any, META: dict[str, Any], *args: Any, **kwargs: Any) -> None:  # noqa: N803  # Django names it so
        place = re.fullmatch(settings.LARGE_UPLOADS, META.get("PATH_INFO", ""))
        self.most = settings.EVIDENCE_MAX_BYTES if place else settings.UPLOAD_MAX_BYTES

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.too_large = False

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.received += len(raw_data)
        is_beyond = start + len(raw_data) > self.most or self.received > MOST_AT_ONCE * self.most
        if is_beyond and not self.too_large:
            self.too_large = True
            self.file.close()  # which deletes it
        if not self.too_large:
            super().receive_data_chunk(raw_data, start)

    def file_complete(self, file_size: int) -> "UploadedFile[bytes] | None":
        if self.too_large:
            return RefusedFile(self.file_name, file_size)
        return super().file_complete(file_size)
