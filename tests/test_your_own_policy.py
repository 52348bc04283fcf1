"""Does docs/your-own-policy.md lead from a text to its first report? Its commands are typed as they stand.

Between them the same person does in a browser what the page says of people and periods, while another policy
goes on beside.
"""

import re
import shlex
from html.parser import HTMLParser
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from departments.models import Department, Role, WorkingDay
from departments.resources import DepartmentResource
from measures.models import Commitment, Measure, PeriodState, Policy, ProgressUpdate, ReportingPeriod
from measures.policytext import ProblemKind
from measures.resources import TITLE, CommitmentResource
from tests import test_first_day as first_day
from tests.measures.reports.reading import text_of

ROOT = Path(__file__).resolve().parent.parent
PAGE = (ROOT / "docs" / "your-own-policy.md").read_text(encoding="utf-8")
MANAGE = [".venv/bin/python", "manage.py"]
ONE_MORE = "load_policy fixtures/policies/skilled-workers-2019.txt"


def commands() -> list[list[str]]:
    """Every line of every block of the page, as a shell would read it."""
    blocks = re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)
    typed = [shlex.split(line) for block in blocks for line in block.replace("\\\n", "").splitlines()]
    assert [words[:2] for words in typed] == [MANAGE] * len(typed)
    return [words[2:] for words in typed]


def run(words: list[str]) -> str:
    out = StringIO()
    call_command(*words, stdout=out)
    return out.getvalue()


class Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.found.append(dict(attrs).get("href") or "")


def link_to(page: Any, *parts: str) -> str:
    """The one address on the page that holds all these."""
    links = Links()
    links.feed(page.content.decode())
    found = {link for link in links.found if all(part in link for part in parts)}
    assert len(found) == 1, f"{parts}: {sorted(links.found)}"
    return str(urljoin(page.request["PATH_INFO"], found.pop()))


def appoint(administrator: Client, username: str, slug: str, role: Role) -> Client:
    typed = {
        "username": username,
        "name": username,
        "password1": first_day.FIRST,
        "password2": first_day.FIRST,
        "memberships-0-department": str(Department.objects.get(slug=slug).pk),
        "memberships-0-role": role.value,
    }
    first_day.fill_in(administrator, reverse("admin:departments_user_add"), typed)
    browser = first_day.a_browser()
    first_day.sign_in(browser, username, first_day.FIRST)
    first_day.choose_own_password(browser, first_day.FIRST, first_day.OWN)
    return browser


def plan_and_open(clerk: Client, policy: str) -> ReportingPeriod:
    """By the links of the pages: from the start to the periods, and there to the planning of this policy."""
    start = clerk.get("/", follow=True)
    listed = clerk.get(link_to(start, "/periods/"), follow=True)
    page = first_day.fill_in(clerk, link_to(listed, "plan", policy), {"code": "2020Q2"})
    opening = page.request["PATH_INFO"]
    opened = first_day.fill_in(clerk, opening, {"participant_due_on": "2020-07-06"})
    assert "The period is open: 32 updates are owed." in first_day.text_of(opened)
    return ReportingPeriod.objects.get(policy__slug=policy, state=PeriodState.OPEN)


@pytest.mark.django_db
@pytest.mark.usefixtures("on_the_day")
def test_page_leads_from_the_text_of_a_policy_to_its_first_report(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    *first, departments, trial, load, report = commands()
    administrator = first_day.create_the_administrator(monkeypatch)
    for words in first:
        run(words)
    assert WorkingDay.objects.filter(date__year=2020).exists()
    run(ONE_MORE.split())
    run(departments)
    assert "涉及 15 个单位。" in run(trial)
    assert Policy.objects.count() == 1
    assert "已存入政策“urban-renewal-2020”" in run(load)
    policy = Policy.objects.get(slug="urban-renewal-2020")
    assert (policy.short_title, policy.coordinator.slug) == ("老旧小区改造", "zjj")
    measures = Measure.objects.of_policy(policy)
    assert (measures.count(), Commitment.objects.filter(measure__in=measures).count()) == (10, 10)
    reporter = appoint(administrator, "zjj-reporter", "zjj", Role.REPORTER)
    period = plan_and_open(appoint(administrator, "zjj-clerk", "zjj", Role.CLERK), policy.slug)
    owed = ProgressUpdate.objects.filter(period=period, department__slug="zjj")
    listed = reporter.get("/my/")
    assert {row.update.pk for row in listed.context["owed"]} == {row.pk for row in owed}
    assert owed.count() == 8
    output = tmp_path / report[-1]
    run([*report[:-1], str(output)])
    assert "老旧小区改造服务的若干措施" in text_of(output.read_bytes()).replace("\n", "")
    assert not ReportingPeriod.objects.exclude(policy=policy).exists()


def test_page_names_the_columns_that_the_files_have() -> None:
    blocks = re.findall(r"^    (\S+)$", PAGE, re.MULTILINE)
    departments = [field.column_name for field in DepartmentResource().get_import_fields()]
    commitments = [field.column_name for field in CommitmentResource().get_export_fields()]
    commitments.remove(TITLE)  # for reading only
    assert [block.split(",") for block in blocks] == [departments, commitments]


def test_page_says_what_to_do_about_every_problem() -> None:
    table = PAGE.partition("| Problem |")[2].partition("\n\n")[0]
    told = re.findall(r"^\| (\S+) \|", table, re.MULTILINE)
    assert told == [kind.value for kind in ProblemKind]


def test_readme_leads_to_the_page() -> None:
    assert "(docs/your-own-policy.md)" in (ROOT / "README.md").read_text(encoding="utf-8")
