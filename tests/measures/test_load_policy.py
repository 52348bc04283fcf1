"""Does the command show everything, store only what is sound, and say what to do otherwise?"""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from departments.models import Department
from measures.models import Commitment, CommitmentSubject, Measure, Policy, Responsibility
from tests import builders
from tests.measures.policytext.texts import AS_RECEIVED, RESTORED, TITLE, URBAN_RENEWAL, a_text

SLUG = "skilled-workers-2019"


@pytest.fixture
def _departments(db: None) -> None:
    builders.rows_of_fixtures("departments")


def load(path: Path, **options: object) -> str:
    out = StringIO()
    call_command("load_policy", str(path), stdout=out, **options)
    return out.getvalue()


def refused(path: Path, **options: object) -> tuple[str, str]:
    """What was shown, and why nothing was stored."""
    out = StringIO()
    with pytest.raises(CommandError) as caught:
        call_command("load_policy", str(path), stdout=out, **options)
    assert caught.value.returncode == 1
    return out.getvalue(), str(caught.value)


def written(folder: Path, text: str | bytes) -> Path:
    path = folder / "policy.txt"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def the_text() -> str:
    return RESTORED.read_text(encoding="utf-8")


pytestmark = pytest.mark.usefixtures("_departments")


def test_load_policy_stores_the_real_text_with_no_option() -> None:
    shown = load(RESTORED)
    policy = Policy.objects.get()
    assert (policy.slug, policy.coordinator.slug) == (SLUG, "rsj")
    assert (Measure.objects.count(), Responsibility.objects.count()) == (20, 92)
    assert "已存入政策“skilled-workers-2019”，统筹单位：市人力资源和社会保障局" in shown
    assert "承诺 13 项" in shown


@pytest.mark.sample("the text is read before the database is asked")
@pytest.mark.parametrize(
    "line",
    [
        "政策：关于提高技术工人待遇的实施意见（征求意见稿）",
        "依据：冀办发〔2018〕58号",
        "征求意见：2019-02-11 至 2019-02-26",
        "电子邮件：lf2227904@163.com",
        "一、总体要求（258 字，没有举措）",
        "二、发挥引领作用，大力提高高技能领军人才待遇水平（5 项举措）",
        "  四（三） 深入推进校企合作（正文 435 字）",
        "    牵头方式：单独牵头",
        "    牵头方式：共同牵头",
        "    牵头方式：分别牵头",
        "    牵头方式：未列明",
        "    牵头单位：市教育局、市人力资源和社会保障局",
        "    责任单位：市人力资源和社会保障局、市总工会",
        "    参与单位：市国资委、市财政局、市工业和信息化局、市工商联",
        "未列明责任单位的举措：六（一）、六（二）、六（三）。",
        "共 20 项举措，分 5 个部分；责任 92 条（牵头 48 条、参与 44 条），涉及 23 个单位。",
    ],
)
def test_load_policy_prints_the_outline(line: str) -> None:
    assert line in load(RESTORED, dry_run=True).splitlines()


def test_load_policy_dry_run_stores_nothing_and_needs_no_option(tmp_path: Path) -> None:
    shown = load(written(tmp_path, a_text()), dry_run=True)
    assert "没有存入任何内容" in shown
    assert "通知：无" in shown
    assert not Policy.objects.exists()


def test_load_policy_dry_run_with_problems_fails() -> None:
    assert "10 处问题" in refused(AS_RECEIVED, dry_run=True)[1]


def test_load_policy_second_run_changes_nothing() -> None:
    load(RESTORED)
    assert load(RESTORED).rstrip().endswith("没有变化。")
    assert Policy.objects.count() == 1


def test_load_policy_second_run_keeps_the_coordinator_and_says_so() -> None:
    load(RESTORED)
    assert "统筹单位仍为市人力资源和社会保障局，没有改为市教育局。" in load(RESTORED, coordinator="jyj")
    assert Policy.objects.get().coordinator.slug == "rsj"


def test_load_policy_knows_the_same_text_with_other_line_ends(tmp_path: Path) -> None:
    load(RESTORED)
    again = b"\xef\xbb\xbf" + the_text().replace("\n", "\r\n").encode()
    assert "没有变化" in load(written(tmp_path, again))


def test_load_policy_refuses_another_text_under_the_same_slug(tmp_path: Path) -> None:
    load(RESTORED)
    _, reason = refused(written(tmp_path, the_text().replace("鼓励", "支持", 1)))
    assert "另一份文本" in reason


def test_load_policy_refuses_the_text_as_received_and_shows_outline_and_spots() -> None:
    shown, reason = refused(AS_RECEIVED)
    assert "发现 10 处问题，没有存入任何内容" in reason
    assert "共 20 项举措" in shown
    assert "夹注拼音867处" in shown
    assert "第 27 行第 174 列 [文字损坏]" in shown
    assert "原样：勞動模范、全國五一勞動獎?wù)隆⒅腥A技能大獎、全國" in shown
    assert "去注音、转简体：劳动模范、全国五一劳动奖?wù)隆⒅腥A技能大奖、全国" in shown
    assert shown.count("[文字损坏]") == 9
    assert not Policy.objects.exists()


def test_load_policy_tells_all_problems_at_once(tmp_path: Path) -> None:
    source = the_text().replace("市外国专家局", "市外专办").replace("（二）建立多方", "（四）建立多方")
    source = source.replace("参与单位：市文化广电", "参与单位市文化广电") + "更多内容请关注公众号\n"
    shown, reason = refused(written(tmp_path, source))
    for kind in ("单位不在名录", "编号不连续", "责任条款读不出", "不属于任何举措的文字"):
        assert f"[{kind}]" in shown
    assert "    牵头方式：读不出" in shown.splitlines()
    assert "    原文：（牵头单位：市委宣传部" in shown
    assert "4 处问题" in reason
    assert not Policy.objects.exists()


def test_load_policy_prints_what_nobody_sees_by_its_number(tmp_path: Path) -> None:
    source = the_text().replace("市外国专家局", "市外国\u200b专家局", 1) + "\x00\u202e"
    shown, _reason = refused(written(tmp_path, source))
    assert "市外国〔U+200B〕专家局" in shown
    assert "〔U+0000〕〔U+202E〕" in shown
    assert not {"\u200b", "\x00", "\u202e"} & set(shown)


def test_load_policy_asks_for_a_slug_that_it_does_not_know(tmp_path: Path) -> None:
    _, reason = refused(written(tmp_path, a_text()), coordinator="rsj")
    assert f"《{TITLE}》" in reason
    assert "--slug" in reason


def test_load_policy_without_a_notice_asks_for_the_coordinator(tmp_path: Path) -> None:
    path = written(tmp_path, the_text()[the_text().index("关于提高技术工人待遇的实施意见\n") :])
    _, reason = refused(path)
    assert "--coordinator" in reason
    load(path, coordinator="rsj")
    assert Policy.objects.get().editions.get().notice_title == ""


def test_load_policy_with_an_unknown_issuer_asks_for_the_coordinator(tmp_path: Path) -> None:
    path = written(tmp_path, the_text().replace("市人社局关于", "某某局关于", 1))
    assert "“某某局”不在单位名录中" in refused(path)[1]


@pytest.mark.sample("the text is read before the database is asked")
@pytest.mark.parametrize("coordinator", ["jyj", "市教育局", "廊坊市教育局"])
def test_load_policy_takes_slug_and_coordinator_from_options(tmp_path: Path, coordinator: str) -> None:
    load(written(tmp_path, a_text()), slug="a-policy", coordinator=coordinator)
    policy = Policy.objects.get()
    assert (policy.slug, policy.coordinator.slug) == ("a-policy", "jyj")


def test_load_policy_refuses_an_unknown_coordinator() -> None:
    assert "单位名录中没有“市水利局”" in refused(RESTORED, coordinator="市水利局")[1]


def test_load_policy_refuses_an_impossible_slug() -> None:
    assert "没有存入任何内容。--slug：" in refused(RESTORED, slug="技术 工人")[1]
    assert not Policy.objects.exists()


def test_load_policy_says_which_promises_the_text_does_not_hold(tmp_path: Path) -> None:
    shown = load(written(tmp_path, the_text().replace("不少于3次", "不少于5次")))
    assert "承诺 12 项" in shown
    assert "未存入：二（四）：推荐不少于3次的就业机会" in shown


@pytest.mark.sample("the text is read before the database is asked")
@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "是空的"),
        (b"\xef\xbb\xbf\r\n \r\n", "是空的"),
        ("关于提高".encode("gbk"), "不是 UTF-8 编码（第 1 个字节读不出）"),
        ("没有编号的一段话。".encode(), "2 处问题"),
    ],
)
def test_load_policy_refuses_what_is_no_policy(tmp_path: Path, content: bytes, reason: str) -> None:
    assert reason in refused(written(tmp_path, content))[1]


def test_load_policy_says_that_a_file_is_missing(tmp_path: Path) -> None:
    assert refused(tmp_path / "none.txt")[1].endswith("none.txt：没有这个文件或文件夹")
    assert refused(tmp_path)[1].endswith("：这是文件夹，不是文件")


def test_load_policy_says_which_command_brings_the_departments() -> None:
    Department.objects.all().delete()
    assert "manage.py loaddata departments" in refused(RESTORED)[1]


def test_load_policy_names_an_untitled_text_as_such(tmp_path: Path) -> None:
    shown, _ = refused(written(tmp_path, "一、任务\n（一）做事。（牵头单位：市教育局）\n"))
    assert "政策：（没有读到题名）" in shown


# --- a policy that the product does not know: everything comes with the command ----------------------

TABLE = URBAN_RENEWAL.with_name("urban-renewal-2020-commitments.csv")
SECOND = {"slug": "urban-renewal-2020", "coordinator": "zjj", "short_title": "老旧小区改造"}


@pytest.fixture
def _both_lists(_departments: None) -> None:
    builders.rows_of_fixtures("urban-renewal-departments")


def commitments() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for row in Commitment.objects.select_related("measure__section").order_by("measure_id", "position"):
        found.setdefault(row.measure.code, []).append(row.wording)
    return found


@pytest.mark.usefixtures("_both_lists")
def test_load_policy_stores_text_and_commitments_of_a_policy_that_it_does_not_know() -> None:
    shown = load(URBAN_RENEWAL, commitments=str(TABLE), **SECOND)
    policy = Policy.objects.get()
    assert (policy.slug, policy.short_title, policy.coordinator.slug) == (
        "urban-renewal-2020",
        "老旧小区改造",
        "zjj",
    )
    assert "可量化或有时限的承诺 10 项" in shown
    assert "量化承诺表：新增 10 项，修改 0 项，不变 0 项。" in shown
    assert commitments() == {
        "二（一）": ["2020年3月底前建成全市老旧小区台账", "此后每年更新1次"],
        "二（二）": ["入户率不低于80%"],
        "二（三）": ["全部手续办理时间不超过10个工作日"],
        "三（一）": ["2020年至2022年全市改造老旧小区120个", "其中2020年改造不少于40个"],
        "三（二）": ["每年更新老旧管线不少于30公里"],
        "三（三）": ["广阳区、安次区、三河市、霸州市在2021年底前各建成1个适老化改造示范小区"],
        "四（一）": ["落实率达到100%"],
        "四（二）": ["每季度公布1次诉求办理情况"],
    }
    assert CommitmentSubject.objects.exclude(name="").count() == 4


@pytest.mark.usefixtures("_both_lists")
def test_load_policy_again_with_its_table_changes_nothing_and_takes_what_is_corrected(tmp_path: Path) -> None:
    load(URBAN_RENEWAL, commitments=str(TABLE), **SECOND)
    assert "新增 0 项，修改 0 项，不变 10 项" in load(URBAN_RENEWAL, commitments=str(TABLE), **SECOND)
    corrected = table(tmp_path, "全市老旧小区台账", "老旧小区台账")
    assert "新增 0 项，修改 1 项，不变 9 项" in load(URBAN_RENEWAL, commitments=corrected, **SECOND)


@pytest.mark.usefixtures("_both_lists")
def test_load_policy_dry_run_tries_the_table_and_stores_nothing() -> None:
    shown = load(URBAN_RENEWAL, commitments=str(TABLE), dry_run=True, **SECOND)
    assert "新增 10 项" in shown
    assert shown.rstrip().endswith("没有存入任何内容。")
    assert not Policy.objects.exists()


def table(folder: Path, wrong: str, instead: str) -> str:
    path = folder / "commitments.csv"
    path.write_text(TABLE.read_text(encoding="utf-8").replace(wrong, instead, 1), encoding="utf-8")
    return str(path)


@pytest.mark.usefixtures("_both_lists")
@pytest.mark.parametrize(
    ("wrong", "instead", "told"),
    [
        ("入户率不低于80%,", "入户率不低于90%,", ["第 4 行 原文表述：", "请从原文中照录"]),
        ("1,二（三）", "1,二（九）", ["第 5 行 举措：", "二（一）", "五（一）"]),
        ("市水务局", "市水利局", ["第 8 行 填报单位：", "市水利局"]),
        ("2020-03-31", "三月底", ["第 2 行 止（含）："]),
        ("\nurban-renewal-2020", "\nskilled-workers-2019", ["第 2 行的政策是“skilled-workers-2019”"]),
        ("序号", "号", ["缺少"]),
    ],
)
def test_load_policy_with_a_wrong_table_stores_neither_and_says_where(
    tmp_path: Path, wrong: str, instead: str, told: list[str]
) -> None:
    _, reason = refused(URBAN_RENEWAL, commitments=table(tmp_path, wrong, instead), **SECOND)
    assert "存入" in reason
    for words in told:
        assert words in reason
    assert not Policy.objects.exists()
    assert not Commitment.objects.exists()


@pytest.mark.usefixtures("_both_lists")
def test_load_policy_says_what_file_a_table_is() -> None:
    assert ".csv 或 .xlsx" in refused(URBAN_RENEWAL, commitments="a.ods", **SECOND)[1]
    assert "没有这个文件" in refused(URBAN_RENEWAL, commitments="none.csv", **SECOND)[1]


@pytest.mark.usefixtures("_both_lists")
def test_load_policy_without_commitments_says_where_to_enter_them() -> None:
    assert "“量化承诺”中录入或导入" in load(URBAN_RENEWAL, **SECOND)


def test_load_policy_with_departments_that_are_not_listed_says_what_to_do() -> None:
    shown, reason = refused(URBAN_RENEWAL, **SECOND)
    assert "“市住房和城乡建设局”不在单位名录中" in shown
    assert "先在后台管理的“单位”中录入" in reason
