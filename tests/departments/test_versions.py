"""Versions of rows: with what the library works out anew for each row worked out once."""

from departments.models import Department, Membership


def test_manager_of_versions_has_one_class_for_all_tables_and_rows() -> None:
    kinds = {type(of) for of in (Department.history, Department().history, Membership.history)}
    assert len(kinds) == 1
    assert Department.history.model is not Membership.history.model
