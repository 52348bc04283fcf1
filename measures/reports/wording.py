"""How are the figures of a summary put into official Chinese?

Sentences only. Every number comes from the summary; a rate is always printed with both its numbers.
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from measures.charts import COLOURS
from measures.lights import FilingState, Light, reason_text
from measures.models import (
    TEXTS,
    LeadMode,
    LightColour,
    LightReason,
    PeriodState,
    Situation,
    UpdateState,
    year_to_date,
)
from measures.numerals import NUMERAL
from measures.reports.blocks import Paragraph
from measures.reports.documents import chinese_date
from measures.summaries import (
    CommitmentStatus,
    ConfirmedText,
    DepartmentFiling,
    FilingCount,
    MeasureStatus,
    PeriodSummary,
    Plan,
    UpdateStatus,
)

CODES_IN_TEXT = 4
NO_LEAD = "原文未列明责任单位"
NO_LEAD_NOW = "目前没有牵头单位"  # the clause names some, but their responsibility has ended
LIGHTER = "轻于规则判定"
STOPS = ("。", "！", "？", "…", "；")
OTHER_BRACKETS = {"（": "〔", "）": "〕"}
FIRST_STOP = re.compile("[。！？；]”?")
BRACKETS_WITHIN = re.compile(rf"(?P<code>{NUMERAL}（{NUMERAL}）)|[（）]")
# 关于……的实施意见, 关于……的若干措施（试行）.
NAMED_ABOUT = re.compile(r"^关于(.+)的([^的（）]{2,6}(?:（[^（）]+）)?)$")
TITLE_LINE = 20  # characters of 22 pt in 156 mm
ENDING_BRACKET = re.compile(r"（[^（）]+）$")


def full_stop(text: str) -> str:
    """The text with one full stop; what ends a sentence already is left alone."""
    text = text.strip()
    return text if not text or _ends(text) else f"{text}。"


def _ends(text: str) -> bool:
    """Whether a sentence ends there: 。 or its like, also inside a quotation or a bracket, or before one.

    数据有误。（由市人社局代录） has ended; 下期复核（按规则为红灯） has not.
    """
    text = text.rstrip("”’")
    if not text.endswith("）"):
        return text.endswith(STOPS)
    return text[:-1].endswith(STOPS) or text[: _opening_of_the_last(text)].endswith(STOPS)


def _opening_of_the_last(text: str) -> int:
    """Where the bracket opens that closes the text; 0 where none does."""
    depth = 0
    for place in range(len(text) - 1, -1, -1):
        depth += {"）": 1, "（": -1}.get(text[place], 0)
        if depth == 0:
            return place
    return 0


def bracketed(text: str) -> str:
    """The text in brackets. Those within become 〔〕: （） may not stand in each other. Codes keep theirs."""
    return f"（{BRACKETS_WITHIN.sub(_other_brackets, text)}）"


def _other_brackets(found: re.Match[str]) -> str:
    return found[0] if found["code"] else OTHER_BRACKETS[found[0]]


def subject(summary: PeriodSummary | Plan) -> str:
    """The policy in a title of ours: 关于提高技术工人待遇的实施意见 → 提高技术工人待遇实施意见."""
    return NAMED_ABOUT.sub(r"\1\2", summary.policy.title)


def name_lines(name: str) -> tuple[str, ...]:
    """The name of a policy in a title. A bracket that ends a long one, as （试行） does, stands below it."""
    bracket = ENDING_BRACKET.search(name) if len(name) > TITLE_LINE else None
    return (name[: bracket.start()], bracket[0]) if bracket else (name,)


def lines_of(text: str) -> tuple[str, ...]:
    """A writer's paragraphs, blank lines dropped."""
    return tuple(update.strip() for update in text.splitlines() if update.strip())


def span(first: date, last: date) -> str:
    """4月1日至6月30日."""
    return f"{first.month}月{first.day}日至{last.month}月{last.day}日"


def rate(count: FilingCount) -> str:
    return f"{count.rate}（{count.on_time}/{count.owed}）" if count.owed else "—"


# --- how all of it stands ------------------------------------------------------------------------


def lights_sentence(summary: PeriodSummary) -> str:
    counts = summary.counts
    listed = "、".join(f"{colour.label}（{colour.word}）{counts[colour]}项" for colour in COLOURS)
    whole = f"{summary.section_count}个部分{summary.measure_count}项举措"
    return f"{subject(summary)}{whole}中，{listed}。{lighter_sentence(summary)}"


def lighter_sentence(summary: PeriodSummary, most: int | None = None) -> str:
    """Each light that the office set lighter than the rules, and theirs; `most` are named. May be empty."""
    found = [row for row in summary.measures if row.light.lighter]
    if not found:
        return ""
    named = "、".join(
        f"{row.code}{row.title}为{row.light.colour.label}（按规则为{row.ruled_light.colour.label}）"
        for row in found[:most]
    )
    others = "等" if most is not None and found[most:] else ""
    return f"其中{summary.lighter_count}项由统筹单位认定，{LIGHTER}：{named}{others}。"


def difference_sentence(summary: PeriodSummary) -> str:
    """How many lights of each colour more or fewer there are, and how many measures changed."""
    if summary.differences is None:
        return "没有上期进度灯可以比较。"
    listed = _differences(summary.differences) or "各灯数量不变"
    return f"与上期相比，{listed}，{summary.changed_count}项的进度灯有变化。"


def _differences(differences: dict[LightColour, int]) -> str:
    moved = [_difference(colour, differences[colour]) for colour in COLOURS]
    return "、".join(words for words in moved if words)


def change_sentence(summary: PeriodSummary) -> str:
    """What changed since the last period; the measures that changed, the darkest light first."""
    if summary.differences is None:
        return "没有上期进度灯可以比较。"
    listed = _differences(summary.differences)
    changes = "；".join(
        f"{row.code}{row.title}由{row.before.label}转为{light_name(row.light)}"
        for row in summary.changed
        if row.before
    )
    head = f"与上期（{summary.previous}）相比，"
    if not changes:
        return f"{head}各项举措进度灯没有变化。"
    return f"{head}{listed or '各灯数量不变'}，其中{changes}。"


def _difference(colour: LightColour, difference: int) -> str:
    if difference == 0:
        return ""
    return f"{colour.label}{'增加' if difference > 0 else '减少'}{abs(difference)}项"


def filing_sentence(summary: PeriodSummary, where: str = "本报告") -> str:
    missing_from = f"，涉及{summary.missing_department_count}个单位"
    return filing_words(summary.filing, summary.confirmed_count, missing_from, where)


def filing_words(count: FilingCount, confirmed: int, missing_from: str = "", where: str = "本报告") -> str:
    """What became of so many updates; `missing_from` says whose are missing, `where` what counts them."""
    waived = f"（另有免报{count.waived}条）" if count.waived else ""
    filed = f"已报送{count.filed}条，其中按时{count.on_time}条、迟报{count.late}条"
    parts = [f"本期应报送{count.owed}条{waived}，{filed}，及时率{rate(count)}"]
    if count.missing:
        parts.append(f"未报送{count.missing}条{missing_from}")
    if count.not_due:
        parts.append(f"尚未到报送期限{count.not_due}条")
    return "；".join(parts) + f"。经确认计入{where}{confirmed}条。"


def missing_sentence(summary: PeriodSummary) -> str:
    listed = "；".join(
        f"{row.department.name}{row.update_count}条〔{missing_codes(row)}〕" for row in summary.missing
    )
    return (
        f"截至{chinese_date(summary.as_of)}，未报送{summary.filing.missing}条，"
        f"涉及{summary.missing_department_count}个单位：{listed}。"
    )


def missing_codes(row: DepartmentFiling) -> str:
    """A few codes are listed; more of them are left to the annex."""
    codes = [measure.code for measure, _update in row.updates]
    return "、".join(codes) if len(codes) <= CODES_IN_TEXT else "见附件2"


def remarks(row: DepartmentFiling, on: date) -> str:
    """Which measures were filed late, not at all, or returned and are not back."""
    words = {FilingState.MISSING: "未报", FilingState.LATE: "迟报", FilingState.RETURNED: "退回未补"}
    found = {
        word: [measure.code for measure, update in row.updates if update.filing(on) == state]
        for state, word in words.items()
    }
    return "；".join(f"{word}{'、'.join(codes)}" for word, codes in found.items() if codes)


# --- one measure ---------------------------------------------------------------------------------


def light_name(light: Light) -> str:
    """A light that the office set lighter than the rules stays marked (docs/domain.md 6.13)."""
    return f"{light.colour.label}{f'，{LIGHTER}' if light.lighter else ''}"


def light_words(measure: MeasureStatus, period: str) -> str:
    return f"{light_name(measure.light)}：{reason_of(measure, period)}"


def reason_of(measure: MeasureStatus, period: str) -> str:
    """The reason of the light. Documents print full names of departments, screens short ones.

    A figure in it that another period than this one states is dated.
    """
    departments = (*measure.leads, *(update.department for update in measure.updates))
    full = {department.short_name: department.name for department in departments}
    parameters = dict(measure.light.parameters)
    if "department" in parameters:
        parameters["department"] = full.get(str(parameters["department"]), parameters["department"])
    label = parameters.get("label")
    dates = (data_of(row, period) for row in measure.commitments if row.label == label)
    dated = next(filter(None, dates), "") if "figure" in parameters else ""
    return f"{reason_text(measure.light.reason, parameters)}{bracketed(dated) if dated else ''}"


def short_reason_of(measure: MeasureStatus) -> str:
    """The reason in a row of a brief: short names, as in its other columns; a run of periods is counted."""
    parameters = dict(measure.light.parameters)
    if measure.light.reason == LightReason.MISSED_RUN:
        parameters.pop("missed_in", None)
    return reason_text(measure.light.reason, parameters)


def designation_of(measure: MeasureStatus) -> str:
    """原文未列明，由市人社局于2020年7月1日指定: that the office designated who answers; of several days each.

    Empty where the text names somebody, or nobody was designated.
    """
    days: dict[tuple[str, date | None], list[str]] = {}
    for row in measure.designations:
        days.setdefault((row.office, row.day), []).append(row.department.name)
    if len(days) == 1:
        [(office, day)] = days
        return f"原文未列明，由{office}{_on_day(day)}指定"
    said = [f"由{office}{_on_day(day)}指定{'、'.join(names)}" for (office, day), names in days.items()]
    return f"原文未列明，{'，'.join(said)}" if said else ""


def _on_day(day: date | None) -> str:
    return f"于{chinese_date(day)}" if day else ""


def leads_of(measure: MeasureStatus) -> str:
    """In clause order."""
    return "、".join(department.name for department in measure.leads)


def on_behalf(text: ConfirmedText) -> str:
    """That the office entered the text for its department (docs/domain.md 4.19); else nothing."""
    return f"（由{text.filed_by}代录）" if text.filed_by else ""


def body_of(text: ConfirmedText) -> tuple[str, ...]:
    """The paragraphs of an update. The headline comes first, unless the progress begins with it."""
    *paragraphs, last = _paragraphs_of(text)
    return (*paragraphs, f"{last}{on_behalf(text)}")


def _paragraphs_of(text: ConfirmedText) -> tuple[str, ...]:
    if text.situation != Situation.PROGRESS:
        return (full_stop(text.sentence),)
    first, *others = lines_of(text.progress) or ("",)
    head = "" if first.startswith(text.headline.rstrip("。")) else full_stop(text.headline)
    return (f"{head}{first}", *others)


def lead_of(text: ConfirmedText) -> str:
    """How `body_of` begins: the headline, or the sentence of the progress that begins with it.

    Empty where that is all of a paragraph: nothing is there to be set apart from it.
    """
    first, *others = _paragraphs_of(text)
    headline = text.headline.strip().rstrip("。")
    if text.situation != Situation.PROGRESS or not headline or not first.startswith(headline):
        return ""
    end = FIRST_STOP.search(first, len(headline))
    lead = first[: end.end()] if end else first
    return lead if others or lead != first else ""


def silence(update: UpdateStatus, on: date) -> str:
    """Why an update has no text that counts."""
    if update.waived:
        return "本期免报"
    if update.state == UpdateState.SUBMITTED:
        return "已报送，尚未确认"
    if update.filed_on is not None:
        return "报送后退回，尚未补报"
    return "本期未报送" if update.filing(on) == FilingState.MISSING else "尚未报送，未到期限"


def silence_of(measure: MeasureStatus, on: date) -> str:
    """Why the measure has no consolidated text; empty when it has one."""
    if not measure.leads:
        return "本期无单位填报。"  # the reason of its light, printed before this, says why
    if not measure.updates:
        return f"本期不填报（{measure.state.label}）。"
    if measure.is_consolidated:
        return ""
    reason = silence(measure.convenor, on) if measure.convenor else "本期不填报"
    if measure.lead_mode == LeadMode.SINGLE:
        return f"{measure.leads[0].name}{reason}。"
    others = "，以下为其他牵头单位报送内容" if measure.printed else ""
    return f"牵头单位未汇总（{measure.leads[0].name}{reason}）{others}。"


def speaks_alone(measure: MeasureStatus) -> bool:
    """Whether one consolidated text is printed without a name; otherwise each text carries its department."""
    return measure.is_consolidated and measure.lead_mode != LeadMode.SEPARATE


def speaker(measure: MeasureStatus, update: UpdateStatus) -> str:
    """The name before what a department says; nothing before the one consolidated text."""
    return "" if speaks_alone(measure) else f"{update.department.name}："


def silent_leads(measure: MeasureStatus) -> list[UpdateStatus]:
    """The separate leads without a text in force, each named; for other leads `silence_of` speaks."""
    if measure.lead_mode != LeadMode.SEPARATE:
        return []
    return [update for update in measure.updates if update.is_lead and update.text is None]


def progress_of(measure: MeasureStatus, on: date) -> tuple[Paragraph, ...]:
    """The printed texts of the measure (docs/domain.md 7.2), and which leads have none."""
    found = [Paragraph(silence_of(measure, on))] if silence_of(measure, on) else []
    for update in measure.printed:
        if update.text is not None:
            first, *others = body_of(update.text)
            said = Paragraph(first, who=speaker(measure, update), lead=lead_of(update.text))
            found += [said, *map(Paragraph, others)]
    for update in silent_leads(measure):
        found.append(Paragraph(full_stop(silence(update, on)), who=speaker(measure, update)))
    if speaks_alone(measure):
        last = found.pop()
        answers = "；".join(filter(None, (leads_of(measure) or NO_LEAD_NOW, designation_of(measure))))
        found.append(replace(last, text=f"{full_stop(last.text)}{bracketed(answers)}"))
    return tuple(found)


def sentences_of(measure: MeasureStatus, on: date) -> tuple[str, ...]:
    """For the ledger: the sentence of each printed text, or why there is none."""
    found = [] if speaks_alone(measure) else [silence_of(measure, on)]
    for update in measure.printed:
        if update.text is not None:
            found.append(
                f"{speaker(measure, update)}{full_stop(update.text.sentence)}{on_behalf(update.text)}"
            )
    found += [f"{speaker(measure, update)}{silence(update, on)}。" for update in silent_leads(measure)]
    return tuple(sentence for sentence in found if sentence)


def details_of(measure: MeasureStatus) -> Iterable[tuple[UpdateStatus, str]]:
    """For the ledger: what each printed text says at length, beyond its sentence; empty where it does not."""
    for update in measure.printed:
        if update.text is not None:
            yield update, _details(update.text)


def _details(text: ConfirmedText) -> str:
    told = " ".join(lines_of(text.progress)) if text.situation == Situation.PROGRESS else ""
    return "" if told.rstrip("。") == text.headline.rstrip("。") else full_stop(told)


def next_steps_of(update: UpdateStatus) -> str:
    """Under their name; empty where there are none."""
    said = " ".join(lines_of(update.text.next_steps)) if update.text else ""
    return f"{TEXTS['next_steps'].label}：{full_stop(said)}" if said else ""


def said_by(measure: MeasureStatus, field: str) -> tuple[str, ...]:
    """`problems` or `next_steps` of the printed texts, each with its department unless there is only one."""
    found = []
    for update in measure.printed:
        said = " ".join(lines_of(getattr(update.text, field)))
        if said:
            found.append(f"{speaker(measure, update)}{full_stop(said)}")
    return tuple(found)


def inputs_of(measure: MeasureStatus) -> tuple[Paragraph, ...]:
    """What the other departments reported; for the annex only (docs/domain.md 7.3)."""
    return tuple(
        Paragraph(whole(update.text), who=with_role(update), lead=lead_of(update.text))
        for update in measure.updates
        if update.text is not None and update not in measure.printed
    )


def with_role(update: UpdateStatus) -> str:
    """How a department is quoted where all of them are."""
    return f"{update.department.name}（{'牵头' if update.is_lead else '参与'}）："


def silent_others(measure: MeasureStatus, on: date) -> str:
    """The other bound departments without a text in force, and why: 市国资委（本期免报）."""
    speaking = (*measure.printed, *((measure.convenor,) if measure.convenor else ()))
    silent = [update for update in measure.updates if update.text is None and update not in speaking]
    if measure.lead_mode == LeadMode.SEPARATE:
        silent = [update for update in silent if not update.is_lead]  # already named with the leads
    return "、".join(f"{update.department.name}（{silence(update, on)}）" for update in silent)


# What `body_of` says already, and what stands among the matters that need coordination.
_SAID_ELSEWHERE = {"reason", "headline", "progress", "coordination"}


def whole(text: ConfirmedText) -> str:
    """Every text that is not said elsewhere in the report, each under its name."""
    parts = [" ".join(body_of(text))]
    for name, described in TEXTS.items():
        said = getattr(text, name)
        if name not in _SAID_ELSEWHERE and said.strip():
            parts.append(f"{described.label}：{full_stop(' '.join(lines_of(said)))}")
    return "".join(full_stop(part) for part in parts)


def own_text(update: UpdateStatus | None, measure: MeasureStatus, on: date) -> tuple[Paragraph, ...]:
    """What a department itself reported on the measure, or why nothing of it counts."""
    if update is None:
        return (Paragraph(f"本期不填报（{measure.state.label}）。"),)
    if update.text is None:
        return (Paragraph(full_stop(silence(update, on))),)
    first, *others = body_of(update.text)
    return (Paragraph(first, lead=lead_of(update.text)), *map(Paragraph, others))


def data_of(row: CommitmentStatus, period: str) -> str:
    """Which period states the value, unless it is this one or none."""
    return f"数据来自{row.stated_in}" if row.stated_in not in ("", period) else ""


def commitments_of(measure: MeasureStatus, period: str) -> Iterable[str]:
    """One line of text for each commitment: the value of its latest text in force, why it fell, its plan.

    A value that another period than this one states is dated, unless its year to date says so.
    """
    for row in measure.commitments:
        span = year_to_date(row.stated_in, row.year)
        to_date = f"{span}累计" if span else ""
        dated = "" if span else data_of(row, period)
        notes = "，".join(filter(None, ("已完成" if row.met else "", dated)))
        value = f"{row.label}：{to_date}{row.words.replace(' ', '')}{bracketed(notes) if notes else ''}"
        fallen = (f"{one.name}比上次减少{bracketed(one.decrease_reason.rstrip('。'))}" for one in row.fallen)
        yield "；".join(filter(None, (value, *fallen, row.interim_words.replace(" ", ""))))


def is_open(summary: PeriodSummary) -> bool:
    return summary.period.state == PeriodState.OPEN
