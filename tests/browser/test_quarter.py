"""A whole quarter, worked through by ten people: what goes wrong in it, who mends it, and what each sees.

Each signs in once, in a browser of their own. The working days pass while the server is restarted.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Service, Site, copied, run, services
from tests.browser.excel_form import downloaded, fill_in_form, upload
from tests.browser.test_journey import MEASURE, give_back, open_period, press, row_of
from tests.browser.visitors import PEOPLE, POLICY, open_measure, sign_in, visitor

TEN = PEOPLE + (
    "cast.second_clerk(), cast.second_reporter('gaj')\n"
    "for slug in ('zgh', 'fgj'):\n    cast.reporter(slug), cast.reviewer(slug)\n"
)
LATER = "from departments.models import DemoMode; DemoMode.objects.update(on='2020-07-08')"
SECOND = "五（二）"  # a measure of the union, which it files too late

DRAFT, OTHER_DRAFT = "为36名领军人才办理落户", "为37名领军人才办理落户手续"
PROGRESS, OTHER_PROGRESS = "开通绿色通道，随迁一次办结。", "会同教育部门安排子女入学29人。"
UNION_HEADLINE, UNION_PROGRESS = "组织疗休养12人", "安排领军人才疗休养两批12人。"
TOLD = "走访慰问高技能领军人才8人。"
SLOW = "正在会同住建部门核对名单，两日内报送。"
LATE_HEADLINE = "落实住房保障对象9人"
AFTER_CLOSING = "举办职工技能竞赛两场"
CORRECTED = "为35名领军人才办理落户手续"
WHY_CORRECTED = "有两人重复统计"


@dataclass(frozen=True)
class Quarter:
    """The site and who works on it."""

    service: Service
    clerk: Page
    clerk_2: Page
    leader: Page
    police: Page
    police_2: Page
    police_reviewer: Page
    union: Page
    union_reviewer: Page
    housing: Page
    housing_reviewer: Page

    @property
    def site(self) -> Site:
        return self.service.site

    @property
    def review(self) -> str:
        return f"{self.site.url}/review/"

    @property
    def check(self) -> str:
        return f"{self.site.url}/check/"


NAMES = (
    *("rsj-clerk", "rsj-clerk-2", "rsj-leader", "gaj-reporter", "gaj-reporter-2", "gaj-reviewer"),
    *("zgh-reporter", "zgh-reviewer", "fgj-reporter", "fgj-reviewer"),
)


@pytest.fixture
def quarter(
    prepared_database: Path, tmp_path: Path, browser: Browser, browser_context_args: dict[str, Any]
) -> Iterator[Quarter]:
    database = copied(prepared_database, tmp_path)
    run(database, TEN)
    for service in services(database):
        with ExitStack() as browsers:
            pages = [browsers.enter_context(visitor(browser, browser_context_args)) for _name in NAMES]
            for name, page in zip(NAMES, pages, strict=True):
                sign_in(page, service.site, name)
            yield Quarter(service, *pages)


def form_of(page: Page, site: Site, measure: str = MEASURE) -> None:
    """From the list of what is owed, as the person would go."""
    page.goto(f"{site.url}/my/")
    page.get_by_role("link", name=measure).first.click()
    expect(page.locator("#update-form")).to_be_visible()


def type_in(page: Page, headline: str, progress: str) -> None:
    page.locator("input[name=situation][value=progress]").check()
    page.locator("[name=headline]").fill(headline)
    page.locator("[name=progress]").fill(progress)


def send(page: Page, act: str, told: str) -> None:
    page.locator(f"#update-form button[value='{act}']").click()
    expect(page.locator(".messages")).to_contain_text(told)


def unfold(page: Page, act: str, reason: str) -> None:
    """An act that asks for a reason, on the page of the update."""
    fold = page.locator(f"details[data-fold={act}]")
    fold.locator("summary").click()
    fold.locator("textarea").fill(reason)
    fold.locator("button[type=submit]").click()


# --- what happens --------------------------------------------------------------------------------


def two_write_one_draft(q: Quarter) -> None:
    """The second is shown the text of the first, and puts a paragraph of it after her own."""
    for page in (q.police, q.police_2):
        form_of(page, q.site)
    type_in(q.police, DRAFT, PROGRESS)
    send(q.police, "save", "已保存")
    type_in(q.police_2, OTHER_DRAFT, OTHER_PROGRESS)
    q.police_2.locator("#update-form button[value=save]").click()
    both = q.police_2.locator(".conflict")
    expect(both).to_contain_text("两份内容对照")
    expect(both).to_contain_text(DRAFT)
    expect(both).to_contain_text(PROGRESS)
    both.locator("button[value='join:progress']").click()
    expect(q.police_2.locator("[name=progress]")).to_have_value(f"{OTHER_PROGRESS}\n{PROGRESS}")
    expect(q.police_2.locator("[name=headline]")).to_have_value(OTHER_DRAFT)
    send(q.police_2, "save", "已保存")
    q.police_2.goto(q.police_2.url.replace("/edit/", "/"))
    expect(q.police_2.locator("main")).to_contain_text(DRAFT)  # the text that lost is read in the history


def union_fills_in_the_excel_form(q: Quarter, folder: Path) -> None:
    q.union.goto(f"{q.site.url}/my/")
    q.union.get_by_role("link", name="集中填报").click()
    q.union.get_by_role("link", name="填报表").click()
    file = downloaded(q.union, folder)
    upload(q.union, file)
    expect(q.union.locator(".sheet-preview")).to_contain_text("没有变化")
    row = {"本期情况": "有新进展", "一句话进展": UNION_HEADLINE, "本期进展": UNION_PROGRESS}
    fill_in_form(file, {MEASURE: row, "三（一）": {"本期情况": "本期不涉及", "原因": "本季度无此项任务。"}})
    upload(q.union, file)
    preview = q.union.locator(".sheet-preview")
    expect(preview.locator("ins", has_text=UNION_PROGRESS)).to_be_visible()
    preview.get_by_role("button", name="保存 2 条改动").click()
    expect(q.union.locator(".messages")).to_contain_text("已从填报表保存 2 条填报")
    q.union.locator('form[action$="/submit/"] button').click()
    expect(q.union.locator(".messages")).to_contain_text("已提交审核 2 条填报")
    q.union_reviewer.goto(q.review)
    for pick in q.union_reviewer.locator("input[form=chosen]").all():
        pick.check()
    q.union_reviewer.locator("#chosen button").click()
    expect(q.union_reviewer.locator("main")).to_contain_text("没有待审核的填报")


def convenor_merges(q: Quarter) -> None:
    """What the union has sent stands there before the office confirmed it, and whom to call for the rest."""
    form_of(q.police, q.site)
    q.police.get_by_role("link", name="各单位报送情况").click()
    expect(q.police.locator("section", has_text="市工商联").first).to_contain_text("市国资委")
    arrived = q.police.locator("article", has_text="市总工会")
    expect(arrived).to_contain_text(UNION_PROGRESS)
    arrived.get_by_role("button", name="插入并注明来源").click()
    merged = f"{OTHER_PROGRESS}\n{PROGRESS}\n{UNION_PROGRESS}（来源：市总工会，2020-06-28 报送）"
    expect(q.police.locator("[name=progress]")).to_have_value(merged)
    q.police.locator("[name=headline]").fill(DRAFT)
    send(q.police, "submit", "已提交本单位审核")


def returned_and_sent_again(q: Quarter) -> None:
    give_back(q.police_reviewer, q.site)
    q.police.goto(f"{q.site.url}/my/")
    expect(q.police.locator(".returned-reason")).to_contain_text("请写明办理了多少人")
    form_of(q.police, q.site)
    q.police.locator("[name=headline]").fill(OTHER_DRAFT)
    send(q.police, "submit", "已提交本单位审核")
    press(q.police_reviewer, q.review, "approve")
    expect(row_of(q.leader, q.site)).to_contain_text("灰灯")
    press(q.clerk, f"{q.check}?department=gaj", "confirm")
    expect(row_of(q.leader, q.site)).to_contain_text(OTHER_DRAFT)


def office_files_on_behalf(q: Quarter) -> None:
    """Nobody of the federation has an account. Whoever entered its text may not confirm it."""
    board(q)
    q.clerk.locator(f"a.mark[title^='市工商联 {MEASURE}']").click()
    q.clerk.get_by_role("link", name="代该单位录入").click()
    q.clerk.locator("[name=received_from]").fill("刘建平")
    q.clerk.locator("[name=received_by][value=telephone]").check()
    type_in(q.clerk, "走访慰问8人", TOLD)
    q.clerk.get_by_role("button", name="录入并报送").click()
    expect(q.clerk.locator(".messages")).to_contain_text("须由本单位另一人确认")
    expect(q.clerk.locator("button[data-act=confirm]")).to_have_count(0)
    press(q.clerk_2, f"{q.check}?department=gsl", "confirm")
    q.clerk.reload()
    expect(q.clerk.locator("main")).to_contain_text("由市人社局代录")


def board(q: Quarter) -> None:
    q.clerk.goto(f"{q.site.url}{POLICY}/periods/")
    q.clerk.locator("main").get_by_role("link", name="2020年第二季度").first.click()
    q.clerk.locator("main a[href$='/board/']").first.click()


def days_pass(q: Quarter) -> None:
    q.service.stop()
    q.site.run(LATER)
    q.service.start()


def office_urges(q: Quarter) -> str:
    """A slip, its receipt and its answer. Returns the address of the slip."""
    q.clerk.goto(f"{q.site.url}{POLICY}/periods/")
    q.clerk.locator("main").get_by_role("link", name="2020年第二季度").first.click()
    expect(q.clerk.locator("details.acts-more summary")).to_be_visible()  # the page of the period has come
    acts = q.clerk.locator(".page-acts > *, .page-head + *")
    where = acts.evaluate_all("acts => acts.map(act => [act.offsetLeft, act.offsetTop])")
    q.clerk.locator("details.acts-more summary").click()
    assert acts.evaluate_all("acts => acts.map(act => [act.offsetLeft, act.offsetTop])") == where
    q.clerk.get_by_role("link", name="催办", exact=True).click()
    q.clerk.locator("input[name=departments][value=fgj]").check()
    q.clerk.get_by_role("button", name="催办所选单位").click()
    q.housing.goto(q.site.url)
    expect(q.housing.locator("main")).to_contain_text("待签收、待答复")
    q.housing.locator("main a[href*='/urges/']").first.click()
    expect(q.housing.locator("main")).to_contain_text("黄色催办单")
    q.housing.get_by_role("button", name="签收").click()
    expect(q.housing.locator(".messages")).to_contain_text("已签收")
    q.housing.locator("[name=reason]").fill(SLOW)
    q.housing.locator("form[action$='/answer/'] button").click()
    expect(q.housing.locator(".messages")).to_contain_text("已答复")
    q.clerk.goto(q.housing.url)
    expect(q.clerk.locator(".facts")).to_contain_text(SLOW)
    return q.housing.url


def department_files_late(q: Quarter, slip: str) -> None:
    form_of(q.housing, q.site)
    type_in(q.housing, LATE_HEADLINE, "会同住建部门落实。")
    send(q.housing, "submit", "已提交本单位审核")
    press(q.housing_reviewer, q.review, "approve")
    press(q.clerk, f"{q.check}?department=fgj", "confirm")
    q.clerk.goto(slip)
    expect(q.clerk.locator("main")).to_contain_text("已报送")


def period_is_closed(q: Quarter) -> str:
    """Returns the numbers of the overview, as the leader reads them."""
    q.clerk.goto(f"{q.site.url}{POLICY}/periods/")
    q.clerk.locator("main").get_by_role("link", name="2020年第二季度").first.click()
    q.clerk.locator('a[href$="/close/"]').click()
    q.clerk.locator("[name=reason]").fill("已催办，按期截止。")
    q.clerk.locator("main form button[type=submit]").click()
    expect(q.clerk.locator(".messages")).to_contain_text("本期数据不再变动")
    return numbers(q)


def numbers(q: Quarter) -> str:
    q.leader.goto(f"{q.site.url}{POLICY}/")
    return q.leader.locator("main").inner_text()


def filed_after_closing(q: Quarter) -> None:
    q.union.goto(f"{q.site.url}/my/late/")
    q.union.get_by_role("link", name=SECOND).first.click()
    type_in(q.union, AFTER_CLOSING, "共有120人参加。")
    send(q.union, "submit", "已提交本单位审核")
    press(q.union_reviewer, q.review, "approve", SECOND)
    q.clerk.goto(f"{q.check}?department=zgh")
    expect(q.clerk.locator(".waiting", has_text=SECOND)).to_contain_text("补报")
    press(q.clerk, f"{q.check}?department=zgh", "confirm", SECOND)
    expect(q.clerk.locator(".messages")).to_contain_text("该期已截止")


def corrected_after_closing(q: Quarter) -> None:
    """The confirmed text stays until the corrected one is; the page then says that it was corrected."""
    open_measure(q.police, q.site, MEASURE)
    q.police.locator(".timeline").get_by_role("link", name="查看填报").first.click()
    unfold(q.police, "correct", WHY_CORRECTED)
    expect(q.police.locator(".correction")).to_contain_text(WHY_CORRECTED)
    q.police.locator("[name=headline]").fill(CORRECTED)
    send(q.police, "submit", "已提交本单位审核")
    q.police_reviewer.goto(q.review)
    expect(q.police_reviewer.locator(".waiting")).to_contain_text(WHY_CORRECTED)
    expect(q.police_reviewer.locator(".changes ins")).to_have_text("35")
    press(q.police_reviewer, q.review, "approve")
    open_measure(q.leader, q.site, MEASURE)
    expect(q.leader.locator("main")).to_contain_text(OTHER_DRAFT)
    press(q.clerk, f"{q.check}?department=gaj", "confirm")
    open_measure(q.leader, q.site, MEASURE)
    expect(q.leader.locator(".timeline li", has_text=CORRECTED).first).to_contain_text("更正")


def test_ten_people_work_through_a_quarter(quarter: Quarter, tmp_path: Path) -> None:
    open_period(quarter.clerk, quarter.site)
    two_write_one_draft(quarter)
    union_fills_in_the_excel_form(quarter, tmp_path)
    convenor_merges(quarter)
    returned_and_sent_again(quarter)
    office_files_on_behalf(quarter)
    days_pass(quarter)
    department_files_late(quarter, office_urges(quarter))
    closed = period_is_closed(quarter)
    filed_after_closing(quarter)
    corrected_after_closing(quarter)
    assert numbers(quarter) == closed
