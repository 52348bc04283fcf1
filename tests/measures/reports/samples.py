"""A made-up quarter of the real policy in every state that a report must tell, without a database."""

from dataclasses import replace
from datetime import date

from measures.lights import Light
from measures.models import (
    CommitmentKind,
    EditionStatus,
    LeadMode,
    LightColour,
    LightReason,
    MeasureState,
    PeriodState,
    ResponsibilityRole,
    SelfAssessment,
    Situation,
    UpdateState,
)
from measures.numerals import chinese_numeral
from measures.summaries import (
    CommitmentStatus,
    ConfirmedText,
    DepartmentName,
    Dossier,
    DossierEntry,
    EditionHead,
    Matter,
    MeasureStatus,
    PeriodHead,
    PeriodSummary,
    PlannedCommitment,
    PlannedMeasure,
    PolicyHead,
    SectionStatus,
    SettledMatter,
    SnapshotReference,
    SourcedSummary,
    SubjectStatus,
    UpdateStatus,
)

AS_OF = date(2020, 7, 10)
DEPARTMENTS = {
    "rsj": ("市人力资源和社会保障局", "市人社局"),
    "fgw": ("市发展改革委", "市发展改革委"),
    "jyj": ("市教育局", "市教育局"),
    "kjj": ("市科技局", "市科技局"),
    "gxj": ("市工业和信息化局", "市工信局"),
    "gaj": ("市公安局", "市公安局"),
    "sfj": ("市司法局", "市司法局"),
    "czj": ("市财政局", "市财政局"),
    "fgj": ("市住房保障和房产管理局", "市房管局"),
    "wgxj": ("市文化广电新闻出版局", "市文广新局"),
    "gzw": ("市国资委", "市国资委"),
    "wzj": ("市外国专家局", "市外专局"),
    "zscqj": ("市知识产权局", "市知识产权局"),
    "zzb": ("市委组织部", "市委组织部"),
    "xcb": ("市委宣传部", "市委宣传部"),
    "rdb": ("市人大常委会办公室", "市人大办公室"),
    "rdfgw": ("市人大常委会法工委", "市人大法工委"),
    "zgh": ("市总工会", "市总工会"),
    "tsw": ("团市委", "团市委"),
    "fl": ("市妇联", "市妇联"),
    "kx": ("市科协", "市科协"),
    "gsl": ("市工商联", "市工商联"),
}
SECTIONS = (
    (2, "发挥引领作用，大力提高高技能领军人才待遇水平"),
    (3, "完善工资激励机制，提高技术工人收入水平"),
    (4, "构建技能形成与提升体系，促进技术工人凭技能提高待遇"),
    (5, "强化评价使用激励措施，畅通技术工人成长成才通道"),
    (6, "统筹组织实施，确保政策措施落实到位"),
)
# section, title, lead mode, leads, participants, the state that is shown
MEASURES = (
    (2, "全面加强对高技能领军人才的服务保障", "joint", "rsj zgh zzb", "", "on course"),
    (2, "提高高技能领军人才政治待遇", "joint", "zzb rsj zgh", "rdb zxb xcb gzw tsw fl kx", "half gone"),
    (2, "提高高技能领军人才经济待遇", "joint", "rsj gzw kjj", "zgh czj", "stalled"),
    (2, "提高高技能领军人才社会待遇", "joint", "gaj rsj fgj jyj", "gzw zgh gsl", "silent convenor"),
    (
        2,
        "发挥高技能领军人才在技术创新等方面的重要作用",
        "joint",
        "rsj kjj gzw wzj zscqj zgh kx",
        "",
        "closed",
    ),
    (3, "深化企业工资分配制度改革", "joint", "rsj fgw", "gzw zgh gsl", "on course"),
    (3, "建立企业技术工人工资正常增长机制", "joint", "rsj fgw zgh", "gzw gsl", "no progress"),
    (3, "探索技术工人长效激励机制", "joint", "rsj fgw kjj zgh zscqj", "czj gzw", "matter"),
    (4, "加强终身职业技能培训", "single", "rsj", "czj gzw zgh tsw", "longest"),
    (4, "深入实施高技能人才振兴计划", "joint", "rsj czj gzw", "zgh tsw", "on course"),
    (4, "深入推进校企合作", "separate", "jyj rsj", "gzw czj gxj gsl", "on course"),
    (4, "深化职业教育国际合作", "separate", "rsj jyj", "", "one of two"),
    (5, "完善技术工人评价工作", "joint", "rsj zgh", "gxj gzw gsl", "longest"),
    (5, "加强劳动和技能竞赛选拔", "joint", "rsj zgh", "jyj gxj czj gzw tsw fl", "on course"),
    (5, "落实技术工人平等享受待遇政策", "single", "rsj", "gzw zgh", "not confirmed"),
    (5, "落实技术工人休息休假权利", "single", "rsj", "rdfgw sfj gzw zgh", "late"),
    (5, "广泛宣传技术工人劳动成果和创造价值", "joint", "xcb rsj jyj zgh", "wgxj", "on course"),
    (6, "加强组织领导", "none", "", "", "nobody"),
    (6, "建立多方协调机制", "none", "", "", "nobody"),
    (6, "加强督导考核", "none", "", "", "nobody"),
)
SENTENCE = (
    "组织召开部门联席会议2次，印发任务分解表，明确责任科室和完成时限；会同市总工会、市国资委深入25家规模以上企业调研，"
    "发放政策明白纸3200份，现场解答咨询412件次；把符合条件的137名高技能人才纳入“燕赵英才服务卡”服务范围，完成率82.6%（76/92）；"
    "联系人𠅤䶮㛃负责日常调度，对发现的问题建立台账、逐项销号。"
)
LIGHTS: dict[str, tuple[LightColour, LightReason, dict[str, str | int]]] = {
    "half gone": (LightColour.YELLOW, LightReason.HALF_GONE, {"label": "年度研修考察", "figure": "0/1"}),
    "stalled": (LightColour.RED, LightReason.STALLED, {"department": "市人社局"}),
    "silent convenor": (LightColour.RED, LightReason.MISSED_RUN, {"department": "市公安局", "periods": 2}),
    "closed": (LightColour.BLUE, LightReason.CLOSED, {}),
    "matter": (LightColour.YELLOW, LightReason.OPEN_MATTER, {"matters": 1}),
    "one of two": (LightColour.YELLOW, LightReason.MISSED_ONCE, {"department": "市教育局"}),
    "not confirmed": (LightColour.GREY, LightReason.NOTHING_CONFIRMED, {}),
    "nobody": (LightColour.GREY, LightReason.NO_RESPONSIBLE, {}),
}
BEFORE = {"silent convenor": LightColour.YELLOW, "stalled": LightColour.YELLOW, "closed": LightColour.GREEN}


def department_name(slug: str) -> DepartmentName:
    name, short = DEPARTMENTS.get(slug, ("市政协办公室", "市政协办公室"))
    return DepartmentName(slug, name, short, list(DEPARTMENTS).index(slug) if slug in DEPARTMENTS else 99)


def text(
    length: int = 200, situation: Situation = Situation.PROGRESS, *, problems: str = ""
) -> ConfirmedText:
    made = situation == Situation.PROGRESS
    return ConfirmedText(
        situation=situation,
        headline="窗口已在市本级和8个县（市、区）挂牌运行" if made else "",
        progress=(SENTENCE * 8)[:length] if made else "",
        problems=problems,
        coordination="",
        next_steps="下一季度完成剩余2个窗口建设，组织1次研修考察，8月底前兑现第二批补贴。" if made else "",
        reason="" if made else "主管部门尚未下达指标",
        self_assessment=SelfAssessment.NORMAL,
        revision=1,
        confirmed_on=date(2020, 7, 9),
        corrected=False,
    )


def saying(text: ConfirmedText, **texts: str) -> ConfirmedText:
    """The same text in other words."""
    return ConfirmedText(**{**vars(text), **texts})


def update_status(slug: str, role: ResponsibilityRole, position: int, case: str) -> UpdateStatus:
    convenor = role == ResponsibilityRole.LEAD and position == 1
    participant = role == ResponsibilityRole.PARTICIPANT
    silent = (case == "silent convenor" and convenor) or (case == "one of two" and slug == "jyj")
    filed: date | None = date(2020, 7, 2)
    state = UpdateState.CONFIRMED
    said: ConfirmedText | None = text(160 if participant else 240)
    if silent or (participant and position == 3):
        filed, state, said = None, UpdateState.DUE, None
    elif case == "not confirmed" and convenor:
        state, said = UpdateState.SUBMITTED, None
    elif participant and position == 2:
        filed, state, said = None, UpdateState.WAIVED, None
    elif convenor:
        said = convenors_text(case)
    if case == "late":
        filed = date(2020, 7, 9)
    return UpdateStatus(
        uuid=f"{slug}-{case}",
        department=department_name(slug),
        role=role,
        position=position,
        state=state,
        due_on=date(2020, 7, 7) if role == ResponsibilityRole.LEAD else date(2020, 7, 2),
        back_due_on=None,
        filed_on=filed,
        filed_after_closing=False,
        confirmed_after_closing=False,
        text=said,
    )


def convenors_text(case: str) -> ConfirmedText:
    if case == "no progress":
        return text(situation=Situation.NO_PROGRESS)
    problems = "部分县（市、区）配套资金到位慢，个别企业对政策理解不够，申报积极性不高。"
    return text(800 if case == "longest" else 260, problems=problems if case in LIGHTS else "")


def measure(number: int) -> MeasureStatus:
    section, title, mode, leads, participants, case = MEASURES[number]
    place = [row[1] for row in MEASURES if row[0] == section].index(title) + 1
    code = f"{chinese_numeral(section)}（{chinese_numeral(place)}）"
    colour, reason, parameters = LIGHTS.get(case, (LightColour.GREEN, LightReason.ON_COURSE, {}))
    roles = ((ResponsibilityRole.LEAD, leads.split()), (ResponsibilityRole.PARTICIPANT, participants.split()))
    updates = tuple(
        update_status(slug, role, position, case)
        for role, slugs in roles
        for position, slug in enumerate(slugs, 1)
    )
    light = Light(colour, reason, parameters)
    return MeasureStatus(
        uuid=f"measure-{number}",
        code=code,
        title=title,
        state=MeasureState.CLOSED if case == "closed" else MeasureState.IN_PROGRESS,
        lead_mode=LeadMode(mode),
        clause_text="",
        clause_label="牵头单位" if leads else "",
        leads=tuple(department_name(slug) for slug in leads.split()),
        participants=tuple(department_name(slug) for slug in participants.split()),
        light=light,
        ruled_light=light,
        before=BEFORE.get(case, colour),
        history=(),
        updates=() if case == "closed" else updates,
        commitments=(study_tour(),) if case == "half gone" else (),
        matters=(matter(number, code),) if case == "matter" else (),
    )


def study_tour() -> CommitmentStatus:
    return CommitmentStatus(
        label="年度研修考察",
        wording="每年组织高技能领军人才国情、省情、市情研修考察",
        kind=CommitmentKind.RECURRING,
        binding=True,
        unit="次",
        year=2020,
        figure="0/1",
        target="≥ 1",
        percent=0,
        met=False,
        unmet=True,
        stated_in="",
        subjects=(SubjectStatus("", None, None, False),),
    )


def matter(number: int, code: str) -> Matter:
    words = "国有企业股权激励试点需省级部门批复，请市政府协调。"
    return Matter("matter-1", f"measure-{number}", code, department_name("fgw"), words, date(2020, 6, 18))


def summary(state: PeriodState = PeriodState.OPEN) -> PeriodSummary:
    sections = tuple(
        SectionStatus(
            ordinal,
            f"{chinese_numeral(ordinal)}、{title}",
            title,
            tuple(measure(number) for number, row in enumerate(MEASURES) if row[0] == ordinal),
        )
        for ordinal, title in SECTIONS
    )
    return PeriodSummary(
        policy=PolicyHead(
            "skilled-workers-2019", "关于提高技术工人待遇的实施意见", "技术工人待遇", department_name("rsj")
        ),
        edition=EditionHead(
            1,
            "关于提高技术工人待遇的实施意见（征求意见稿）",
            EditionStatus.DRAFT_FOR_COMMENT,
            "冀办发〔2018〕58号",
        ),
        period=PeriodHead(
            uuid="0b2c7b52-5a0c-4f0e-9d43-6f2a1f3f8f10",
            code="2020Q2",
            name="2020年第二季度",
            state=state,
            starts_on=date(2020, 4, 1),
            ends_on=date(2020, 6, 30),
            participant_due_on=date(2020, 7, 2),
            lead_due_on=date(2020, 7, 7),
            check_due_on=date(2020, 7, 10),
            grace_ends_on=date(2020, 7, 14),
        ),
        as_of=AS_OF,
        previous="2020年第一季度",
        sections=sections,
    )


def open_summary() -> SourcedSummary:
    return SourcedSummary(summary(), None)


def closed_summary() -> SourcedSummary:
    snapshot = SnapshotReference(
        "5f0c1b9e-3a55-4a58-8a0e-1f7a7d2b9c11", 1, "9f" * 32, "0.1.0", date(2020, 7, 16)
    )
    closed = replace(summary(PeriodState.CLOSED), as_of=date(2020, 7, 16))
    return SourcedSummary(closed, snapshot)


def dossier() -> Dossier:
    """A measure with a yearly commitment: open now, closed before."""
    number = next(number for number, row in enumerate(MEASURES) if row[5] == "half gone")
    status, closed = measure(number), closed_summary()
    before = replace(summary(PeriodState.CLOSED).period, name="2020年第一季度")
    stated = replace(study_tour(), figure="1/1", met=True, unmet=False, stated_in="2020年第一季度")
    earlier = replace(status, commitments=(stated,), light=Light(LightColour.GREEN, LightReason.TARGETS_MET))
    return Dossier(
        policy=closed.summary.policy,
        edition=closed.summary.edition,
        measure=PlannedMeasure(
            code=status.code,
            title=status.title,
            text="探索技术工人参政议政的途径。\n组织高技能领军人才研修考察，每年不少于1次。",
            clause_text="（牵头单位：市委组织部、市人社局、市总工会）",
            lead_mode=status.lead_mode,
            leads=status.leads,
            participants=status.participants,
            commitments=(PlannedCommitment("年度研修考察", "每年不少于1次", True, date(2022, 12, 31)),),
        ),
        entries=(
            DossierEntry(summary().period, AS_OF, None, status),
            DossierEntry(before, date(2020, 4, 16), closed.snapshot, earlier),
        ),
        settled=(
            SettledMatter(department_name("zzb"), "名额分配", date(2020, 2, 3), "已协调", date(2020, 3, 2)),
        ),
    )
