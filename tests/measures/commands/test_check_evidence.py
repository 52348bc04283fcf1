"""The nightly check of all evidence: quiet when all is whole, status 1 and every name when not."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests import builders
from tests.evidence import added

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("evidence_folder"),
    pytest.mark.once("compares files with hashes"),
]


def test_check_evidence_names_each_file_that_is_not_what_was_handed_in(evidence_folder: Path) -> None:
    out = StringIO()
    call_command("check_evidence", stdout=out)
    [row] = added(builders.an_update())
    call_command("check_evidence", stdout=out)
    assert out.getvalue().splitlines() == [
        "已核对佐证材料 0 份，内容与提交时一致。",
        "已核对佐证材料 1 份，内容与提交时一致。",
    ]
    (evidence_folder / row.stored_as).write_bytes(b"%PDF-1.4")
    out = StringIO()
    with pytest.raises(CommandError, match="佐证材料发现 1 处问题"):
        call_command("check_evidence", stdout=out)
    assert f"“竞赛名单.pdf”（{row.stored_as}）：文件内容被改动。" in out.getvalue()
