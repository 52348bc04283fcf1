"""Which address leads to which view? What is of one policy stands below it; then what is of all."""

from django.urls import path

from measures.pages import issuing as pages_of_drafts
from measures.pages.offers import BUTTONS
from measures.views import (
    act_register,
    autosave,
    batches,
    board,
    chosen_updates,
    closures,
    commitments,
    department_office,
    department_sheets,
    departments,
    designations,
    evidence,
    extensions,
    issuing,
    matrix,
    matters,
    measure_acts,
    measures,
    messages,
    old_addresses,
    on_behalf,
    overview,
    people,
    people_files,
    periods,
    policies,
    portfolios,
    queues,
    reports,
    search,
    slips,
    snapshots,
    start,
    update_acts,
    update_form,
    updates,
    urges,
    verifying,
    waivers,
)

app_name = "measures"

# Below /p/<slug>/. What they name must be the policy's own, else there is no such page.
of_a_policy = [
    path("", overview.overview, name="overview"),
    # measures
    path("measures/", measures.measure_list, name="measure_list"),
    path("matrix/", matrix.measure_matrix, name="measure_matrix"),
    path("commitments/", commitments.commitment_list, name="commitment_list"),
    path("measures/<uuid:uuid>/", measures.measure_detail, name="measure_detail"),
    path("measures/<uuid:uuid>/state/", measure_acts.measure_state, name="measure_state"),
    path("measures/<uuid:uuid>/light/", measure_acts.light_override, name="light_override"),
    path("measures/<uuid:uuid>/closure/", closures.measure_closure, name="measure_closure"),
    path("measures/<uuid:uuid>/closure/request/", closures.closure_request, name="closure_request"),
    path("measures/<uuid:uuid>/closure/agree/", closures.closure_agree, name="closure_agree"),
    path("measures/<uuid:uuid>/closure/refuse/", closures.closure_refuse, name="closure_refuse"),
    path("matters/<uuid:uuid>/resolve/", measure_acts.matter_resolve, name="matter_resolve"),
    # departments
    path("departments/", departments.department_list, name="department_list"),
    path("departments/<slug:slug>/", departments.department_detail, name="department_detail"),
    # periods
    path("periods/", periods.period_list, name="period_list"),
    path("periods/plan/", periods.period_plan, name="period_plan"),
    path("periods/next/", periods.period_next, name="period_next"),
    path("periods/<uuid:uuid>/", periods.period_detail, name="period_detail"),
    path("periods/<uuid:uuid>/board/", board.period_board, name="period_board"),
    path("periods/<uuid:uuid>/open/", periods.period_open, name="period_open"),
    path("periods/<uuid:uuid>/close/", periods.period_close, name="period_close"),
    path("periods/<uuid:uuid>/reopen/", periods.period_reopen, name="period_reopen"),
    path("periods/<uuid:uuid>/archive/", periods.period_archive, name="period_archive"),
    # all updates of a department in a period
    path(
        "periods/<uuid:uuid>/departments/<slug:slug>/sheet/", department_sheets.sheet_edit, name="sheet_edit"
    ),
    path(
        "periods/<uuid:uuid>/departments/<slug:slug>/form/", department_sheets.sheet_form, name="sheet_form"
    ),
    path(
        "periods/<uuid:uuid>/departments/<slug:slug>/form.xlsx",
        department_sheets.sheet_download,
        name="sheet_download",
    ),
    path(
        "periods/<uuid:uuid>/departments/<slug:slug>/approve/",
        department_sheets.sheet_approve,
        name="sheet_approve",
    ),
    path(
        "periods/<uuid:uuid>/departments/<slug:slug>/submit/",
        department_sheets.sheet_submit,
        name="sheet_submit",
    ),
    # updates
    path("updates/<uuid:uuid>/", updates.update_detail, name="update_detail"),
    path("updates/<uuid:uuid>/edit/", update_form.update_edit, name="update_edit"),
    path("updates/<uuid:uuid>/autosave/", autosave.update_autosave, name="update_autosave"),
    path("updates/<uuid:uuid>/on-behalf/", on_behalf.update_on_behalf, name="update_on_behalf"),
    # one address for each button: update_submit, update_return, …
    *[
        path(f"updates/<uuid:uuid>/{button.name}/", update_acts.view_of(button), name=f"update_{button.name}")
        for button in BUTTONS.values()
    ],
    path("check/", queues.policy_check_queue, name="policy_check_queue"),
    # documents
    path("reports/", reports.report_list, name="report_list"),
    path("reports/<slug:kind>/<uuid:uuid>/", reports.report_document, name="report_document"),
    path("reports/<slug:kind>/<uuid:uuid>/page/", reports.report_preview, name="report_preview"),
]

# The same; there were none before the policy stood in the address, so nobody has an old link to them.
of_a_policy_since = [
    path("measures/<uuid:uuid>/waive/", waivers.measure_waive, name="measure_waive"),
    path("measures/<uuid:uuid>/designate/", designations.measure_designate, name="measure_designate"),
    path(
        "measures/<uuid:uuid>/designate/end/",
        designations.measure_designation_end,
        name="measure_designation_end",
    ),
    path("designations/", designations.designation_list, name="designation_list"),
    path("departments/<slug:slug>/office/", department_office.department_office, name="department_office"),
    path(
        "departments/<slug:slug>/succession/",
        department_office.department_succession,
        name="department_succession",
    ),
    path("departments/<slug:slug>/waive/", waivers.department_waive, name="department_waive"),
    path("periods/<uuid:uuid>/dates/", periods.period_dates, name="period_dates"),
    path("updates/<uuid:uuid>/inputs/", updates.update_inputs, name="update_inputs"),
    path("updates/<uuid:uuid>/extension/", extensions.update_extension, name="update_extension"),
    path("updates/<uuid:uuid>/evidence/", update_form.evidence_add, name="evidence_add"),
    path("updates/<uuid:uuid>/late-evidence/", evidence.evidence_late, name="evidence_late"),
    path("evidence/<uuid:uuid>/", evidence.evidence_download, name="evidence_download"),
    path("evidence/<uuid:uuid>/withdraw/", evidence.evidence_withdraw, name="evidence_withdraw"),
    path("extensions/", extensions.extension_list, name="extension_list"),
    path("extensions/<uuid:uuid>/decide/", extensions.extension_decide, name="extension_decide"),
    path("periods/<uuid:uuid>/urge/", urges.period_urge, name="period_urge"),
    path("periods/<uuid:uuid>/departments/<slug:slug>/slip/", slips.filing_slip, name="filing_slip"),
    path("signatures/<uuid:uuid>/correct/", slips.signature_correct, name="signature_correct"),
    path("signatures/<uuid:uuid>/scan/", slips.signature_scan, name="signature_scan"),
    path(
        "periods/<uuid:uuid>/departments/<slug:slug>/slip.pdf",
        slips.filing_slip_document,
        name="filing_slip_document",
    ),
    path("matters/", matters.matter_list, name="matter_list"),
    path("urges/", urges.urge_list, name="urge_list"),
    path("urges/<uuid:uuid>/", urges.urge_detail, name="urge_detail"),
    path("urges/<uuid:uuid>/sign/", urges.urge_sign, name="urge_sign"),
    path("urges/<uuid:uuid>/answer/", urges.urge_answer, name="urge_answer"),
    path("urges/<uuid:uuid>/slip/", urges.urge_document, name="urge_document"),
    path("portfolios/", portfolios.portfolio_list, name="portfolio_list"),
    path("portfolios/<uuid:uuid>/end/", portfolios.portfolio_end, name="portfolio_end"),
    path("search/", search.search, name="search"),
    # for the auditor
    path("register/", act_register.act_register, name="act_register"),
    path("register.xlsx", act_register.act_register_workbook, name="act_register_workbook"),
    path("snapshots/", act_register.snapshot_list, name="snapshot_list"),
    path("periods/<uuid:uuid>/snapshots/", snapshots.snapshot_compare, name="snapshot_compare"),
    # documents that are made in the background
    path("batches/", batches.batch_list, name="batch_list"),
    path("batches/new/", batches.batch_create, name="batch_create"),
    path("batches/<uuid:uuid>/", batches.batch_detail, name="batch_detail"),
    path("batches/<uuid:uuid>/cancel/", batches.batch_cancel, name="batch_cancel"),
    path("batches/<uuid:uuid>/retry/", batches.batch_retry, name="batch_retry"),
    path("batches/<uuid:uuid>/file/", batches.batch_file, name="batch_file"),
    # reports that are issued, and their drafts
    path("issued/", issuing.issued_list, name="issued_list"),
    path("issued/<uuid:uuid>/", issuing.issued_detail, name="issued_detail"),
    path("issued/<uuid:uuid>/file/", issuing.issued_file, name="issued_file"),
    path("drafts/", issuing.draft_create, name="draft_create"),
    path("drafts/<uuid:uuid>/", issuing.draft_detail, name="draft_detail"),
    path("drafts/<uuid:uuid>/edit/", issuing.draft_edit, name="draft_edit"),
    path("drafts/<uuid:uuid>/file/", issuing.draft_file, name="draft_file"),
    # one address for each button: draft_submit, draft_check, …
    *[
        path(f"drafts/<uuid:uuid>/{button.name}/", issuing.view_of(button), name=f"draft_{button.name}")
        for button in pages_of_drafts.BUTTONS.values()
    ],
    path("announcements/", messages.announcement_list, name="announcement_list"),
]

urlpatterns = [
    path("", start.start, name="start"),
    # what I was told
    path("messages/", messages.message_list, name="message_list"),
    path("messages/<uuid:uuid>/read/", messages.message_read, name="message_read"),
    path("messages/read/", messages.message_read_all, name="message_read_all"),
    path("messages/mail/", messages.message_mail, name="message_mail"),
    path("verify/", verifying.verify, name="verify"),
    path("policies/", policies.policy_list, name="policy_list"),
    path("my/", updates.my_updates, name="my_updates"),
    path("my/<slug:kind>/", updates.my_updates_folded, name="my_updates_folded"),
    path("review/", queues.review_queue, name="review_queue"),
    path("review/approve/", chosen_updates.review_approve, name="review_approve"),
    path("check/", queues.check_queue, name="check_queue"),
    path("check/confirm/", chosen_updates.check_confirm, name="check_confirm"),
    path("people/", people.people_list, name="people_list"),
    path("people-import/", people_files.people_import, name="people_import"),
    path("people-import/confirm/", people_files.people_confirm, name="people_confirm"),
    path("people-export/", people_files.people_export, name="people_export"),
    path("people/<slug:slug>/", people.people_detail, name="people_detail"),
    path("people/<slug:slug>/add/", people.people_add, name="people_add"),
    path("people/<slug:slug>/create/", people.people_create, name="people_create"),
    path("people/<slug:slug>/deputy/", people.people_deputy, name="people_deputy"),
    path("people/<slug:slug>/handover/", people.people_handover, name="people_handover"),
    path("people/<slug:slug>/end/", people.people_end, name="people_end"),
    *[
        path(f"p/<slug:policy>/{page.pattern}", page.callback, name=page.name)
        for page in [*of_a_policy, *of_a_policy_since]
    ],
    # where they stood before the policy did; only the overview and check/ have other words now
    *[
        path(str(page.pattern) or "overview/", old_addresses.moved, {"name": f"measures:{page.name}"})
        for page in of_a_policy
        if page.name != "policy_check_queue"
    ],
]
