"""Files of responsibilities and commitments: round trips, errors by row and column, updates that follow."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from import_export.results import Result
from tablib import Dataset

from departments.models import WorkingDay
from departments.resources import SheetResource
from departments.sheets import Csv, Workbook
from measures import summaries
from measures.models import (
    Act,
    Commitment,
    CommitmentValue,
    Event,
    InterimTarget,
    Measure,
    ProgressUpdate,
    Responsibility,
    ResponsibilityRole,
    UpdateState,
)
from measures.resources import CommitmentResource, ResponsibilityResource
from tests import cast
from tests.builders import (
    a_commitment,
    a_measure,
    a_responsibility,
    a_working_calendar,
    an_open_period,
    an_update,
    moment,
    text_in_work,
    update_of,
)
from tests.cast import DAY, a_department
from tests.departments.test_workbooks import a_book

pytestmark = pytest.mark.django_db

RESPONSIBILITIES = ["政策", "版本", "举措", "单位", "角色", "位次", "起", "止（含）", "指定（原文未列明）"]
COMMITMENTS = [
    *("政策", "版本", "举措", "序号", "类型", "简称", "原文表述", "约束性", "填报方式", "计量单位"),
    *("下限", "上限", "周期", "起", "止（含）", "填报单位", "分项", "阶段目标"),
]


def import_rows(resource: type[SheetResource], dataset: Dataset, *, dry_run: bool = False) -> Result:
    return resource(actor=cast.admin(), at=moment()).import_data(
        dataset, dry_run=dry_run, file_name="分工.xlsx", rollback_on_validation_errors=True
    )


def errors(result: Result) -> list[tuple[int, dict[str, list[str]]]]:
    assert not result.base_errors
    assert not result.error_rows
    return [(row.number + 1, row.error_dict) for row in result.invalid_rows]


def responsibility_row(**changes: Any) -> dict[str, Any]:
    usual = ["a-policy", 1, "二（一）", "市财政局", "参与", 1, None, None, "否"]
    names = ["policy", "edition", "measure", "department", "role", "position", "begins", "ends", "designated"]
    return {**dict(zip(names, usual, strict=True)), **changes}


def import_responsibilities(*rows: dict[str, Any], dry_run: bool = False) -> Result:
    dataset = Dataset(*[list(row.values()) for row in rows], headers=RESPONSIBILITIES)
    return import_rows(ResponsibilityResource, dataset, dry_run=dry_run)


def commitment_row(**changes: Any) -> dict[str, Any]:
    usual = [
        *("a-policy", 1, "二（一）", 1, "数量指标", "技能竞赛", "组织开展全市劳动和技能竞赛", "是", "填数量"),
        *("次", 1, 2, "每年", "2019-01-01", "2022-12-31", "", "", ""),
    ]
    names = [
        *(
            "policy",
            "edition",
            "measure",
            "position",
            "kind",
            "label",
            "wording",
            "binding",
            "answer",
            "unit",
        ),
        *("floor", "ceiling", "cycle", "starts", "ends", "entered_by", "subjects", "targets"),
    ]
    return {**dict(zip(names, usual, strict=True)), **changes}


def import_commitments(*rows: dict[str, Any], dry_run: bool = False) -> Result:
    dataset = Dataset(*[list(row.values()) for row in rows], headers=COMMITMENTS)
    return import_rows(CommitmentResource, dataset, dry_run=dry_run)


# --- responsibilities ----------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [Workbook, Csv])
def test_responsibilities_come_back_as_no_change(kind: type[Workbook | Csv]) -> None:
    measure = a_measure(leads=("zgh", "rsj"), participants=("czj",))
    row = a_responsibility(measure, "jyj", position=2, valid_from=date(2019, 1, 1))
    Responsibility.objects.filter(pk=row.pk).update(valid_to=date(2019, 12, 31))
    a_responsibility(measure, "jyj", position=2)
    data = kind().export_data(ResponsibilityResource().export())
    result = import_rows(ResponsibilityResource, kind().create_dataset(data))
    assert errors(result) == []
    assert (result.totals["skip"], result.totals["update"], result.totals["new"]) == (5, 0, 0)


def test_responsibilities_are_written_in_chinese_and_clause_order() -> None:
    a_measure(leads=("zgh",), participants=("czj",))
    dataset = ResponsibilityResource().export()
    assert dataset.title == "责任分工"
    assert dataset[0][:7] == ("a-policy", 1, "二（一）", "举措1", "市总工会", "牵头", 1)
    assert dataset[1][4:7] == ("市财政局", "参与", 1)


def test_responsibility_is_stored_from_a_file() -> None:
    a_measure()
    a_department("czj")
    assert errors(import_responsibilities(responsibility_row(designated="是", begins="2020年1月1日"))) == []
    row = Responsibility.objects.get(department__slug="czj")
    assert (row.role, row.position, row.designated) == ("participant", 1, True)
    assert row.valid_from == date(2020, 1, 1)
    assert "分工.xlsx" in row.history.get().history_change_reason


@pytest.mark.sample(
    "a cell is read before the database; that an error is told at its column is seen with the first"
)
@pytest.mark.parametrize("code", ["二（一）", "二(一)", " 二（一） "])
def test_measure_is_found_with_either_bracket(code: str) -> None:
    a_measure()
    a_department("czj")
    assert errors(import_responsibilities(responsibility_row(measure=code))) == []


@pytest.mark.sample(
    "a cell is read before the database; that an error is told at its column is seen with the first"
)
@pytest.mark.parametrize(
    ("changes", "column", "part"),
    [
        ({"measure": "二（九）"}, "举措", "二（一）"),
        ({"measure": ""}, "举措", "二（一）"),
        ({"policy": "b-policy"}, "举措", "a-policy"),
        ({"edition": 2}, "举措", "2"),
        ({"department": "市财政厅"}, "单位", "市财政局"),
        ({"department": ""}, "单位", ""),
        ({"role": "主办"}, "角色", "牵头、参与"),
        ({"role": None}, "角色", "牵头、参与"),
        ({"position": "一"}, "位次", "一"),
        ({"position": 0}, "位次", ""),
        ({"position": None}, "位次", ""),
        ({"role": "lead"}, "位次", ""),
        ({"begins": "去年"}, "起", "去年"),
        ({"begins": "2020-02-01", "ends": "2020-01-01"}, "止（含）", ""),
        ({"designated": "是的"}, "指定（原文未列明）", "是"),
    ],
)
def test_responsibility_error_names_the_row_and_the_column(
    changes: dict[str, Any], column: str, part: str
) -> None:
    a_measure()
    a_department("czj")
    ((row, found),) = errors(import_responsibilities(responsibility_row(**changes)))
    assert (row, list(found)) == (2, [column])
    assert part in "".join(found[column])
    assert Responsibility.objects.count() == 1


def test_responsibility_position_taken_by_another_row_is_told() -> None:
    a_measure()
    a_department("czj")
    a_department("jyj")
    ((row, found),) = errors(
        import_responsibilities(responsibility_row(), responsibility_row(department="jyj"))
    )
    assert (row, list(found)) == (3, ["位次"])
    assert not Responsibility.objects.filter(role=ResponsibilityRole.PARTICIPANT).exists()


def places(measure: Measure) -> dict[str, int]:
    """Participants in force and their positions."""
    rows = measure.responsibilities.filter(role=ResponsibilityRole.PARTICIPANT, valid_to=None)
    return dict(rows.values_list("department__slug", "position"))


def test_responsibilities_change_places_in_one_file() -> None:
    measure = a_measure(participants=("czj", "jyj", "gzw"))
    an_open_period()
    rows = [
        responsibility_row(position=2),
        responsibility_row(department="jyj", position=3),
        responsibility_row(department="gzw"),
    ]
    preview = import_responsibilities(*rows, dry_run=True)
    assert (errors(preview), preview.totals["update"]) == ([], 3)
    assert [row.diff[6] for row in preview.rows] == [
        f"<del>{old}</del> <ins>{new}</ins>" for old, new in [(1, 2), (2, 3), (3, 1)]
    ]
    assert places(measure) == {"czj": 1, "jyj": 2, "gzw": 3}
    assert errors(import_responsibilities(*rows)) == []
    assert places(measure) == {"czj": 2, "jyj": 3, "gzw": 1}
    assert [update_of(measure, slug).position for slug in ("gzw", "czj", "jyj")] == [1, 2, 3]
    history = measure.responsibilities.get(department__slug="czj").history
    assert history.order_by("history_id").last().position == 2
    assert history.filter(position__gt=3).count() == 0
    assert not Event.objects.exclude(update=None).exists()


def test_responsibility_takes_the_place_of_one_that_ends_further_down() -> None:
    measure = a_measure(participants=("czj",))
    a_department("jyj")
    result = import_responsibilities(
        responsibility_row(department="jyj"), responsibility_row(ends="2020-06-30")
    )
    assert errors(result) == []
    assert [row.import_type for row in result.rows] == ["new", "update"]
    assert places(measure) == {"jyj": 1}
    ended = measure.responsibilities.get(department__slug="czj")
    assert (ended.position, ended.valid_to) == (1, date(2020, 6, 30))


def test_responsibilities_that_wait_for_a_place_go_back_when_the_file_is_refused() -> None:
    measure = a_measure(participants=("czj", "jyj"))
    a_department("gzw")
    rows = [
        responsibility_row(position=2),
        responsibility_row(department="jyj"),
        responsibility_row(department="gzw", position=2),
    ]
    assert [(row, list(found)) for row, found in errors(import_responsibilities(*rows))] == [(4, ["位次"])]
    assert places(measure) == {"czj": 1, "jyj": 2}


def test_responsibility_that_stays_keeps_its_place_from_others() -> None:
    measure = a_measure(participants=("czj", "jyj"))
    ((row, found),) = errors(
        import_responsibilities(
            responsibility_row(position=2), responsibility_row(department="jyj", position=2)
        )
    )
    assert (row, list(found)) == (2, ["位次"])
    assert places(measure) == {"czj": 1, "jyj": 2}


def test_responsibility_twice_in_a_file_is_told() -> None:
    a_measure(participants=("czj",))
    ((row, found),) = errors(
        import_responsibilities(responsibility_row(), responsibility_row(begins="2020-01-01"))
    )
    assert (row, "2" in found["__all__"][0]) == (3, True)


def test_ended_and_new_responsibility_of_one_department_are_told_apart() -> None:
    measure = a_measure(participants=("czj",))
    measure.responsibilities.filter(department__slug="czj").update(valid_to=date(2019, 12, 31))
    a_responsibility(measure, "czj")
    assert (
        import_responsibilities(responsibility_row(ends="2019-12-31"), responsibility_row()).totals["skip"]
        == 2
    )
    assert (
        import_responsibilities(
            responsibility_row(ends="2019-12-31"), responsibility_row(begins="2020-01-01")
        ).totals["update"]
        == 1
    )
    assert measure.responsibilities.get(valid_from=date(2020, 1, 1)).valid_to is None


def test_duty_added_by_a_file_is_owed_in_the_open_period() -> None:
    a_working_calendar()
    measure = a_measure()
    an_open_period()
    a_department("czj")
    assert errors(import_responsibilities(responsibility_row())) == []
    update = update_of(measure, "czj")
    assert (update.state, update.due_on) == (UpdateState.DUE, date(2020, 7, 8))
    event = Event.objects.get(act=Act.ADD_DUTY)
    assert (event.user, event.update) == (cast.admin().person, update)


def test_file_of_duties_leaves_the_figures_to_the_next_reading() -> None:
    """They are worked out once, however many rows of the file concern a measure."""
    a_working_calendar()
    measure = a_measure()
    period = an_open_period()
    a_department("czj")
    summaries.refresh(period, DAY)
    assert errors(import_responsibilities(responsibility_row())) == []
    stale = measure.figures.get()
    assert stale.version < stale.facts_version
    assert summaries.kept_period(period, DAY).filing.total == 2


def test_preview_of_a_new_duty_creates_no_update() -> None:
    a_working_calendar()
    a_measure()
    an_open_period()
    a_department("czj")
    assert import_responsibilities(responsibility_row(), dry_run=True).totals["new"] == 1
    assert (ProgressUpdate.objects.count(), Event.objects.count()) == (1, 0)


def test_duty_ended_by_a_file_is_waived_with_the_file_as_basis() -> None:
    measure = a_measure(participants=("czj",))
    an_open_period()
    assert errors(import_responsibilities(responsibility_row(ends=DAY - timedelta(days=1)))) == []
    assert update_of(measure, "czj").state == UpdateState.WAIVED
    assert "分工.xlsx" in Event.objects.get(act=Act.END_DUTY).comment


def test_file_that_needs_a_missing_calendar_says_so() -> None:
    a_measure()
    an_open_period()
    a_department("czj")
    assert not WorkingDay.objects.exists()
    ((row, found),) = errors(import_responsibilities(responsibility_row()))
    assert (row, "2020" in found["__all__"][0]) == (2, True)
    assert Responsibility.objects.count() == 1


def test_responsibilities_need_to_know_who_imports() -> None:
    a_measure()
    a_department("czj")
    dataset = Dataset(list(responsibility_row().values()), headers=RESPONSIBILITIES)
    result = ResponsibilityResource().import_data(dataset)
    assert result.has_errors()
    assert Responsibility.objects.count() == 1


# --- commitments ---------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [Workbook, Csv])
def test_commitments_come_back_as_no_change(kind: type[Workbook | Csv]) -> None:
    measure = a_measure()
    a_commitment(measure, floor=Decimal("1.50"), ends_on=date(2022, 12, 31), label="=竞赛")
    several = a_commitment(measure, "市本级", "固安县", entered_by=a_department("czj"))
    InterimTarget.objects.create(commitment=several, on=date(2020, 6, 30), target=Decimal(10))
    data = kind().export_data(CommitmentResource().export())
    result = import_rows(CommitmentResource, kind().create_dataset(data))
    assert errors(result) == []
    assert (result.totals["skip"], result.totals["update"], result.totals["new"]) == (2, 0, 0)


def test_commitment_cells_hold_subjects_and_targets() -> None:
    several = a_commitment(a_measure(), "市本级", "固安县")
    InterimTarget.objects.create(commitment=several, on=date(2020, 6, 30), target=Decimal("10.50"))
    assert CommitmentResource().export()[0][-2:] == ("市本级；固安县", "2020-06-30=10.5")


def test_commitment_is_stored_with_subjects_and_targets() -> None:
    a_measure()
    row = commitment_row(subjects="市本级；固安县", targets="2020-12-31＝2；2020-06-30=1", entered_by="czj")
    a_department("czj")
    assert errors(import_commitments(row)) == []
    commitment = Commitment.objects.get()
    assert [subject.name for subject in commitment.subjects.all()] == ["市本级", "固安县"]
    assert [(t.on, t.target) for t in commitment.interim_targets.all()] == [
        (date(2020, 6, 30), Decimal(1)),
        (date(2020, 12, 31), Decimal(2)),
    ]
    assert (commitment.kind, commitment.floor, commitment.ceiling) == ("number", Decimal(1), Decimal(2))


def test_commitment_without_subjects_is_counted_as_a_whole() -> None:
    a_measure()
    import_commitments(commitment_row())
    assert [subject.name for subject in Commitment.objects.get().subjects.all()] == [""]


def test_commitment_file_without_the_last_columns_leaves_subjects_and_targets() -> None:
    a_measure()
    import_commitments(commitment_row(subjects="甲；乙", targets="2020-06-30=1"))
    row = commitment_row(label="竞赛")
    del row["subjects"], row["targets"]
    dataset = Dataset(list(row.values()), headers=COMMITMENTS[:-2])
    assert errors(import_rows(CommitmentResource, dataset)) == []
    commitment = Commitment.objects.get()
    assert (commitment.label, commitment.subjects.count()) == ("竞赛", 2)
    assert commitment.interim_targets.count() == 1


def test_commitment_subjects_may_be_turned_round_and_exchanged() -> None:
    a_measure()
    import_commitments(commitment_row(subjects="甲；乙；丙"))
    assert errors(import_commitments(commitment_row(subjects="丙；丁；甲"))) == []
    subjects = Commitment.objects.get().subjects
    assert list(subjects.values_list("name", "position")) == [("丙", 1), ("丁", 2), ("甲", 3)]


def test_commitment_subject_with_values_is_not_removed_by_a_file() -> None:
    measure = a_measure()
    commitment = a_commitment(measure, "甲", "乙")
    update = an_update(UpdateState.DRAFT, measure=measure)
    CommitmentValue.objects.create(
        revision=text_in_work(update), subject=commitment.subjects.get(name="乙"), number=1
    )
    ((row, found),) = errors(import_commitments(commitment_row(subjects="甲")))
    assert (row, "乙" in found["__all__"][0]) == (2, True)
    assert commitment.subjects.count() == 2


@pytest.mark.sample(
    "a cell is read before the database; that an error is told at its column is seen with the first"
)
@pytest.mark.parametrize(
    ("changes", "column", "part"),
    [
        ({"measure": "九（一）"}, "举措", "二（一）"),
        ({"position": ""}, "序号", ""),
        ({"kind": "指标"}, "类型", "定期任务"),
        ({"answer": "填空"}, "填报方式", "填是否"),
        ({"cycle": "每月"}, "周期", "每年"),
        ({"floor": "一个"}, "下限", "一个"),
        ({"ceiling": 0}, "上限", ""),
        ({"ends": "2018-01-01"}, "止（含）", ""),
        ({"label": ""}, "简称", ""),
        ({"wording": "原文里没有的一句话"}, "原文表述", "原文"),
        ({"wording": "组织开展全市劳动与技能竞赛"}, "原文表述", "原文"),
        ({"entered_by": "市财政厅"}, "填报单位", "市财政局"),
        ({"subjects": "甲；甲"}, "分项", "甲"),
        ({"subjects": "广阳区、安次区、固安县"}, "分项", "；"),
        ({"subjects": "长" * 61}, "分项", ""),
        ({"targets": "五个"}, "阶段目标", "2020-06-30=5"),
        ({"targets": "2020-06-30=五"}, "阶段目标", "五"),
        ({"targets": "六月=5"}, "阶段目标", "六月"),
        ({"targets": "2020-06-30=1；2020-06-30=2"}, "阶段目标", ""),
        ({"targets": "2020-06-30=-1"}, "阶段目标", ""),
    ],
)
def test_commitment_error_names_the_row_and_the_column(
    changes: dict[str, Any], column: str, part: str
) -> None:
    a_measure()
    a_department("czj")
    ((row, found),) = errors(import_commitments(commitment_row(**changes)))
    assert (row, list(found)) == (2, [column])
    assert part in "".join(found[column])
    assert not Commitment.objects.exists()


@pytest.mark.sample(
    "a cell is read before the database; that an error is told at its column is seen with the first"
)
@pytest.mark.parametrize("name", [name for name in commitment_row() if name not in {"policy", "edition"}])
@pytest.mark.parametrize("text", ["某\x0b某", "某\u202e某", "#N/A", "1.38E+10"])
def test_what_nobody_wrote_is_told_at_its_column_of_commitments(name: str, text: str) -> None:
    a_measure()
    ((row, found),) = errors(import_commitments(commitment_row(**{name: text})))
    assert (row, list(found)) == (2, [COMMITMENTS[list(commitment_row()).index(name)]])


@pytest.mark.sample(
    "a cell is read before the database; that an error is told at its column is seen with the first"
)
@pytest.mark.parametrize("name", list(responsibility_row()))
@pytest.mark.parametrize("text", ["某\x0b某", "某\u202e某", "#N/A", "1.38E+10"])
def test_what_nobody_wrote_is_told_at_its_column_of_responsibilities(name: str, text: str) -> None:
    a_measure()
    a_department("czj")
    ((row, found),) = errors(import_responsibilities(responsibility_row(**{name: text})))
    column = (
        "举措" if name in {"policy", "edition"} else RESPONSIBILITIES[list(responsibility_row()).index(name)]
    )
    assert (row, list(found)) == (2, [column])


def test_commitment_floor_formatted_as_percent_is_told() -> None:
    """0.1 shown as 10% would become a target of 0.1 %."""
    a_measure()
    row = commitment_row(unit="%", floor=0.1, ceiling=None)

    def percent(book: Any) -> None:
        book.worksheets[0].cell(2, COMMITMENTS.index("下限") + 1).number_format = "0%"

    data = a_book(percent, COMMITMENTS, list(row.values()))
    ((_row, found),) = errors(import_rows(CommitmentResource, Workbook().create_dataset(data)))
    assert list(found) == ["下限"]
    assert "10%" in "".join(found["下限"])


def test_commitment_file_on_an_empty_database_says_that_no_policy_is_known() -> None:
    ((_row, found),) = errors(import_commitments(commitment_row()))
    assert "a-policy" in "".join(found["举措"])
    assert not Measure.objects.exists()
