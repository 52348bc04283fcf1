"""What does a printed urging slip say (催办单)? What is not filed, since when, and what came of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from django.utils import timezone, translation

from langfang_policy import __version__
from measures.models import ProgressUpdate, ResponsibilityRole, Urge
from measures.reports.documents import DEMO_NOTICE, Document, chinese_date


@dataclass(frozen=True, kw_only=True)
class UrgeSlip(Document):
    template: ClassVar[str] = "reports/urge_slip.html"

    under_title: str
    addressee: str
    opening: str
    items: tuple[str, ...]
    closing: str
    returned: tuple[tuple[str, str], ...]

    @property
    def file_name(self) -> str:
        return f"{self.under_title.replace('　', ' ')}.pdf"


def urge_slip(slip: Urge, updates: Sequence[ProgressUpdate], *, demo: bool = False) -> UrgeSlip:
    """The slip, loaded `with_effect`, with all that came of it; the same facts give the same bytes."""
    with translation.override("zh-hans"):
        period = slip.period.official_name
        returned = _returned(slip)
        return UrgeSlip(
            title_lines=("催办单",),
            under_title=_under_title(slip),
            notice=DEMO_NOTICE if demo else "",
            issuer=slip.policy.coordinator.name,
            issued_on=slip.day,
            identifier=f"urge {slip.uuid} {returned}",
            created=slip.at,
            addressee=slip.department.name,
            opening=_opening(slip, period),
            items=tuple(_item(number, row) for number, row in enumerate(updates, 1)),
            closing=f"请于收到本单后尽快报送；确有困难的，请在系统中答复说明。联系电话：{_telephone(slip)}。",
            returned=returned,
            facts=(
                ("填报期", period),
                (
                    "级别",
                    f"过期{slip.policy.urge_yellow_days}个工作日起为黄色，{slip.policy.urge_red_days}个工作日起为红色，此前为蓝色",
                ),
                ("单号", str(slip.uuid)),
                ("程序版本", __version__),
                ("用途", "内部材料；正式行文按公文办理程序另行办理"),
            ),
        )


def _under_title(slip: Urge) -> str:
    return f"{slip.policy.short_title}　{slip.year}年第{slip.number}号　{slip.get_level_display()}"


def _opening(slip: Urge, period: str) -> str:
    title = slip.period.edition.full_title
    return f"《{title}》{period}进展填报，截至{chinese_date(slip.day)}，你单位尚有{_asked(slip)}条未报："


def _item(number: int, update: ProgressUpdate) -> str:
    role = "牵头" if update.role == ResponsibilityRole.LEAD else "参与"
    measure = update.measure
    return (
        f"{number}．{measure.code}{measure.title}（{role}，应于{chinese_date(update.due_on)}前报送，含当日）"
    )


def _telephone(slip: Urge) -> str:
    return slip.policy.coordinator.telephone.replace("\n", "、") or "见通讯录"


def _returned(slip: Urge) -> tuple[tuple[str, str], ...]:
    """What came of it: who signed, what was said, what was filed since."""
    receipt, given = getattr(slip, "receipt", None), getattr(slip, "answer", None)
    return (
        ("签收", f"{receipt.by}　{_moment(receipt.at)}" if receipt else ""),
        ("答复", f"{given.text}（{given.by}　{_moment(given.at)}）" if given else ""),
        ("催办后报送", f"{_filed(slip)}条，共{_asked(slip)}条" if _filed(slip) else ""),
    )


def _moment(at: datetime) -> str:
    local = timezone.localtime(at)
    return f"{chinese_date(local.date())}{local:%H:%M}"


def _asked(slip: Urge) -> int:
    """How many updates it names, as the database counted them."""
    asked: int = slip.asked  # type: ignore[attr-defined]  # annotated by `with_effect`
    return asked


def _filed(slip: Urge) -> int:
    """How many of them were submitted since."""
    filed: int = slip.filed  # type: ignore[attr-defined]  # annotated by `with_effect`
    return filed
