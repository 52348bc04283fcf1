"""How is a text read on a page? Markup made here: a queue shows two in each row, a measure a dozen."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby

from django import template
from django.template.defaultfilters import capfirst, filesizeformat
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from measures.models import EvidenceFile, Policy, Revision
from measures.pages.update_parts import ShownText, ShownValue
from measures.summaries import ConfirmedText, UpdateStatus
from measures.summaries.aims import Aim

register = template.Library()


@register.simple_tag
def said_text(text: ShownText) -> SafeString:
    """The situation, the self-assessment where it matters, each of the texts, and the values."""
    assessment = (
        format_html('<span class="faint small">{} {}</span>', _("self-assessment:"), text.assessment)
        if text.shows_assessment
        else ""
    )
    said = format_html_join(
        "",
        '<dt>{}</dt><dd class="said{}">{}</dd>',
        ((label, " said-headline" if name == "headline" else "", words) for name, label, words in text.texts),
    )
    values = format_html_join(
        "", "<dt>{}</dt><dd>{}</dd>", ((label, _values(rows)) for label, rows in text.values.items())
    )
    files = format_html("<dt>{}</dt><dd>{}</dd>", _("Evidence"), _files(text.files)) if text.files else ""
    return format_html(
        '<div class="said-text"><p class="said-head"><span class="tag">{}</span> {}</p>{}'
        '<dl class="facts facts-text">{}{}{}</dl></div>',
        capfirst(str(text.situation)),
        assessment,
        _entered_by(text.revision),
        said,
        values,
        files,
    )


@register.simple_tag
def confirmed_text(update: UpdateStatus, policy: Policy, files: Mapping[str, int]) -> SafeString:
    """The department, its confirmed text, and when it was confirmed; a measure shows a dozen of them.

    `files`: how many evidence files an update has.
    """
    text = update.text
    if text is None:
        return SafeString("")
    parts = ((_("Problems:"), text.problems), (_("Needs coordination:"), text.coordination))
    said = format_html_join(
        "",
        '<p class="said"><span class="faint">{}</span> {}</p>',
        ((label, words) for label, words in (*parts, (_("Next steps:"), text.next_steps)) if words),
    )
    return format_html(
        '<div class="update-text"><p><b title="{}">{}</b>{}{}</p>{}{}<p class="small faint">{}'
        ' · <a href="{}">{}{}</a></p></div>',
        update.department.name,
        update.department.short_name,
        pgettext("after a label", ": "),
        text.sentence,
        format_html('<p class="said">{}</p>', text.progress) if text.progress else "",
        said,
        " · ".join(_how_it_came(update, text)),
        reverse("measures:update_detail", args=[policy.slug, update.uuid]),
        _("the update"),
        _with_files(files.get(update.uuid, 0)),
    )


def _with_files(number: int) -> str:
    told = ngettext(" with %(number)d evidence file", " with %(number)d evidence files", number)
    return told % {"number": number} if number else ""


def _how_it_came(update: UpdateStatus, text: ConfirmedText) -> Iterator[str]:
    """When it was confirmed, and what was out of the ordinary."""
    yield _("confirmed %(on)s") % {"on": date_format(text.confirmed_on)}
    if update.filed_after_closing:
        yield _("filed after closing")
    elif update.confirmed_after_closing and not text.corrected:
        yield _("confirmed after closing")
    if text.filed_by:
        yield _("entered by %(office)s") % {"office": text.filed_by}
    if text.corrected:
        yield _("corrected")


def _entered_by(revision: Revision) -> str:
    """Of a text that came on paper or by telephone (docs/domain.md 4.19)."""
    if not revision.entered_by or revision.received_on is None:
        return ""
    return format_html(
        '<p class="small"><b>{}</b>{}{} · {} · {}</p>',
        _("Entered by %(office)s for the department") % {"office": revision.entered_by},
        pgettext("after a label", ": "),
        revision.received_from,
        revision.get_received_by_display(),
        date_format(revision.received_on),
    )


def _files(rows: Iterable[EvidenceFile]) -> SafeString:
    return format_html_join(
        "",
        '<span class="file-of-text"><a href="{}">{}</a> <span class="small faint nowrap">{}</span>{}</span>',
        (
            (
                reverse("measures:evidence_download", args=[row.update.period.policy.slug, row.uuid]),
                row.name,
                filesizeformat(row.size),
                _came_later(row),
            )
            for row in rows
        ),
    )


def _came_later(row: EvidenceFile) -> str:
    """Of a file that is no part of the text as it was sealed."""
    if not row.came_later:
        return ""
    told = _("added later by %(who)s on %(day)s") % {
        "who": row.added_by,
        "day": date_format(timezone.localtime(row.added_at)),
    }
    return format_html(' <span class="small">{}</span>', told)


def _values(rows: list[ShownValue]) -> SafeString:
    """By subject, where there are several; after them their target, below them why one is lower."""
    groups = ((_stated(same), _aim(aim)) for aim, same in groupby(rows, key=lambda row: row.aim))
    said = format_html_join(pgettext("between words of a list", ", "), "{}{}", groups)
    reasons = ((_fell(row), row.reason) for row in rows if row.reason)
    return said + format_html_join("", '<p class="small said">{} {}</p>', reasons)


def _stated(rows: Iterable[ShownValue]) -> SafeString:
    return format_html_join(
        pgettext("between words of a list", ", "),
        '<span class="nowrap">{}<b>{}</b></span>',
        ((f"{row.subject} " if row.subject else "", row.words) for row in rows),
    )


def _aim(aim: Aim | None) -> str:
    """As the form says it beside the inputs."""
    target = f"{_('target')} {aim.target}" if aim and aim.target else ""
    words = " · ".join(filter(None, (target, capfirst(aim.interim)))) if aim else ""
    return format_html(' <span class="small soft">{}</span>', words) if words else ""


def _fell(row: ShownValue) -> str:
    label = _("lower than before (%(before)s):") % {"before": row.fell_from} if row.fell_from else ""
    return f"{row.subject} {label or _('lower than before:')}".strip()
