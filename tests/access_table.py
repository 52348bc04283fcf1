"""The table of test_access.py: what each role gets at each address, and what a page shows that was reached.

The columns: anonymous, reporter, other, reviewer, clerk, signer, leader, auditor, admin, nobody.
"""

# The answer to a GET, in the order of the columns.
GET = """
healthz                      200 200 200 200 200 200 200 200 200 200
progress                     302 200 200 200 200 200 200 200 200 200
departments:login            200 302 302 302 302 302 302 302 302 302
departments:logout           405 405 405 405 405 405 405 405 405 405
departments:password_change  302 200 200 200 200 200 200 200 200 200
departments:second_factor    302 200 200 200 200 200 200 200 200 200
departments:second_factor_check 302 302 302 302 302 302 302 302 302 302
departments:session_list     302 200 200 200 200 200 200 200 200 200
departments:session_end_others 302 405 405 405 405 405 405 405 405 405
departments:held_list        302 200 200 200 200 200 200 200 200 200
departments:held_discard     302 405 405 405 405 405 405 405 405 405
departments:language         405 405 405 405 405 405 405 405 405 405
departments:step_in          405 405 405 405 405 405 405 405 405 405
departments:acting_for       302 405 405 405 405 405 405 405 405 405
measures:start               302 200 200 200 200 200 302 302 302 302
measures:policy_list         302 200 200 200 200 200 200 200 200 200
measures:overview            302 200 200 200 200 200 200 200 200 200
measures:measure_list        302 200 200 200 200 200 200 200 200 200
measures:measure_detail      302 200 200 200 200 200 200 200 200 200
measures:measure_state       302 403 403 403 200 403 403 403 403 403
measures:measure_waive       302 403 403 200 200 403 403 403 403 403
measures:measure_designate   302 403 403 403 404 403 403 403 403 403
measures:measure_designation_end 302 405 405 405 405 405 405 405 405 405
measures:designation_list    302 403 403 403 200 403 403 403 403 403
measures:department_office   302 403 403 403 200 403 403 403 403 403
measures:department_succession 302 403 403 403 200 403 403 403 403 403
measures:people_handover     302 403 403 200 200 403 403 403 403 403
measures:department_waive    302 403 403 403 200 403 403 403 403 403
measures:light_override      302 405 405 405 405 405 405 405 405 405
measures:measure_closure     302 200 403 200 200 200 403 403 403 403
measures:closure_request     302 405 405 405 405 405 405 405 405 405
measures:closure_agree       302 405 405 405 405 405 405 405 405 405
measures:closure_refuse      302 405 405 405 405 405 405 405 405 405
measures:matter_resolve      302 405 405 405 405 405 405 405 405 405
measures:department_list     302 200 200 200 200 200 200 200 200 200
measures:department_detail   302 200 200 200 200 200 200 200 200 200
measures:period_list         302 200 200 200 200 200 200 200 200 200
measures:period_plan         302 403 403 403 200 403 403 403 403 403
measures:period_next         302 403 403 403 200 403 403 403 403 403
measures:period_detail       302 200 200 200 200 200 200 200 200 200
measures:period_board        302 404 404 404 200 200 200 200 404 404
measures:period_open         302 403 403 403 200 403 403 403 403 403
measures:period_dates        302 403 403 403 200 403 403 403 403 403
measures:period_close        302 403 403 403 200 403 403 403 403 403
measures:period_reopen       302 403 403 403 403 200 403 403 403 403
measures:period_archive      302 403 403 403 200 403 403 403 403 403
measures:my_updates          302 200 200 403 403 403 403 403 403 403
measures:my_updates_folded   302 200 200 403 403 403 403 403 403 403
measures:review_queue        302 403 403 200 403 403 403 403 403 403
measures:review_approve      302 405 405 405 405 405 405 405 405 405
measures:check_confirm       302 405 405 405 405 405 405 405 405 405
measures:check_queue         302 403 403 403 200 200 403 403 403 403
measures:people_list         302 403 403 302 200 403 403 403 403 403
measures:people_detail       302 403 403 200 200 403 403 403 403 403
measures:people_add          302 405 405 405 405 405 405 405 405 405
measures:people_create       302 405 405 405 405 405 405 405 405 405
measures:people_deputy       302 405 405 405 405 405 405 405 405 405
measures:people_end          302 405 405 405 405 405 405 405 405 405
measures:people_import       302 403 403 200 200 403 403 403 403 403
measures:people_confirm      302 405 405 405 405 405 405 405 405 405
measures:people_export       302 403 403 200 200 403 403 403 403 403
measures:policy_check_queue  302 403 403 403 200 200 403 403 403 403
measures:sheet_edit          302 200 404 200 404 404 404 404 404 404
measures:sheet_form          302 200 404 200 404 404 404 404 404 404
measures:sheet_download      302 200 404 200 404 404 404 404 404 404
measures:sheet_approve       302 405 405 405 405 405 405 405 405 405
measures:sheet_submit        302 405 405 405 405 405 405 405 405 405
measures:update_detail       302 200 404 200 200 200 200 200 404 404
measures:update_edit         302 200 404 403 404 404 404 404 404 404
measures:update_on_behalf    302 403 404 403 200 403 403 403 404 404
measures:update_inputs       302 200 404 200 404 404 404 404 404 404
measures:update_autosave     405 405 405 405 405 405 405 405 405 405
measures:update_submit       302 405 405 405 405 405 405 405 405 405
measures:update_withdraw     302 405 405 405 405 405 405 405 405 405
measures:update_return       302 405 405 405 405 405 405 405 405 405
measures:update_approve      302 405 405 405 405 405 405 405 405 405
measures:update_confirm      302 405 405 405 405 405 405 405 405 405
measures:update_correct      302 405 405 405 405 405 405 405 405 405
measures:update_waive        302 405 405 405 405 405 405 405 405 405
measures:update_restore      302 405 405 405 405 405 405 405 405 405
measures:period_urge         302 403 403 403 200 403 403 403 403 403
measures:urge_list           302 200 200 200 200 200 200 200 200 200
measures:urge_detail         302 200 404 200 200 200 200 200 404 404
measures:urge_sign           302 405 405 405 405 405 405 405 405 405
measures:urge_answer         302 405 405 405 405 405 405 405 405 405
measures:urge_document       302 200 404 200 200 200 200 200 404 404
measures:filing_slip         302 200 404 200 404 404 404 404 404 404
measures:filing_slip_document 302 200 404 200 404 404 404 404 404 404
measures:signature_correct   302 403 404 200 403 403 403 403 404 404
measures:signature_scan      302 403 404 200 403 403 403 403 404 404
measures:measure_matrix      302 200 200 200 200 200 200 200 200 200
measures:commitment_list     302 200 200 200 200 200 200 200 200 200
measures:matter_list         302 200 200 200 200 200 200 200 200 200
measures:message_list        302 200 200 200 200 200 200 200 200 200
measures:message_read        302 405 405 405 405 405 405 405 405 405
measures:message_read_all    302 405 405 405 405 405 405 405 405 405
measures:message_mail        302 200 200 200 200 200 200 200 200 200
measures:announcement_list   302 200 200 200 200 200 200 200 200 200
measures:evidence_add        302 302 404 403 404 404 404 404 404 404
measures:evidence_download   302 200 404 200 404 404 404 404 404 404
measures:evidence_withdraw   302 200 404 403 404 404 404 404 404 404
measures:evidence_late       302 403 404 403 200 403 403 403 404 404
measures:update_extension    302 200 404 200 403 403 403 403 404 404
measures:extension_list      302 403 403 403 200 200 403 200 403 403
measures:extension_decide    302 405 405 405 405 405 405 405 405 405
measures:report_list         302 200 200 200 200 200 200 200 200 200
measures:portfolio_list      302 403 403 403 200 403 403 403 200 403
measures:portfolio_end       302 405 405 405 405 405 405 405 405 405
measures:search              302 200 200 200 200 200 200 200 200 200
measures:act_register        302 404 404 404 200 200 404 200 404 404
measures:act_register_workbook 302 404 404 404 200 200 404 200 404 404
measures:snapshot_list       302 404 404 404 200 200 404 200 404 404
measures:snapshot_compare    302 404 404 404 200 200 404 200 404 404
measures:report_document     302 200 200 200 200 200 200 200 200 200
measures:report_preview      302 200 200 200 200 200 200 200 200 200
measures:batch_list          302 200 200 200 200 200 200 200 200 200
measures:batch_create        302 405 405 405 405 405 405 405 405 405
measures:batch_detail        302 200 200 200 200 200 200 200 200 200
measures:batch_cancel        302 403 403 403 200 403 403 403 403 403
measures:batch_retry         302 405 405 405 405 405 405 405 405 405
measures:batch_file          302 200 200 200 200 200 200 200 200 200
measures:issued_list         302 200 200 200 200 200 200 200 200 200
measures:issued_detail       302 200 200 200 200 200 200 200 200 200
measures:issued_file         302 200 200 200 200 200 200 200 200 200
measures:draft_create        302 405 405 405 405 405 405 405 405 405
measures:draft_detail        302 403 403 403 200 200 403 200 403 403
measures:draft_file          302 403 403 403 200 200 403 200 403 403
measures:verify              302 200 200 200 200 200 200 200 200 200
measures:draft_edit          302 405 405 405 405 405 405 405 405 405
measures:draft_submit        302 405 405 405 405 405 405 405 405 405
measures:draft_check         302 405 405 405 405 405 405 405 405 405
measures:draft_sign          302 405 405 405 405 405 405 405 405 405
measures:draft_issue         302 405 405 405 405 405 405 405 405 405
measures:draft_return        302 405 405 405 405 405 405 405 405 405
measures:draft_discard       302 405 405 405 405 405 405 405 405 405
"""

# The answer to a POST that says nothing: whoever may act hears what is missing (422).
POST = """
healthz                      200 200 200 200 200 200 200 200 200 200
progress                     302 405 405 405 405 405 405 405 405 405
departments:login            200 302 302 302 302 302 302 302 302 302
departments:logout           302 302 302 302 302 302 302 302 302 302
departments:password_change  302 200 200 200 200 200 200 200 200 200
departments:second_factor    302 200 200 200 200 200 200 200 200 200
departments:second_factor_check 302 302 302 302 302 302 302 302 302 302
departments:session_list     302 405 405 405 405 405 405 405 405 405
departments:session_end_others 302 302 302 302 302 302 302 302 302 302
departments:held_list        302 405 405 405 405 405 405 405 405 405
departments:held_discard     302 302 302 302 302 302 302 302 302 302
departments:language         302 302 302 302 302 302 302 302 302 302
departments:step_in          404 404 404 404 404 404 404 404 404 404
departments:acting_for       302 302 302 302 302 302 302 302 302 302
measures:start               405 405 405 405 405 405 405 405 405 405
measures:policy_list         302 405 405 405 405 405 405 405 405 405
measures:overview            302 405 405 405 405 405 405 405 405 405
measures:measure_list        302 405 405 405 405 405 405 405 405 405
measures:measure_detail      302 405 405 405 405 405 405 405 405 405
measures:measure_state       302 403 403 403 422 403 403 403 403 403
measures:measure_waive       302 403 403 422 422 403 403 403 403 403
measures:measure_designate   302 403 403 403 404 403 403 403 403 403
measures:measure_designation_end 302 403 403 403 404 403 403 403 403 403
measures:designation_list    302 405 405 405 405 405 405 405 405 405
measures:department_office   302 403 403 403 422 403 403 403 403 403
measures:department_succession 302 403 403 403 422 403 403 403 403 403
measures:people_handover     302 403 403 422 422 403 403 403 403 403
measures:department_waive    302 403 403 403 422 403 403 403 403 403
measures:light_override      302 403 403 403 422 403 403 403 403 403
measures:measure_closure     302 405 405 405 405 405 405 405 405 405
measures:closure_request     302 422 403 422 403 403 403 403 403 403
measures:closure_agree       302 403 403 403 422 422 403 403 403 403
measures:closure_refuse      302 403 403 403 422 422 403 403 403 403
measures:matter_resolve      302 403 403 403 422 403 403 403 403 403
measures:department_list     302 405 405 405 405 405 405 405 405 405
measures:department_detail   302 405 405 405 405 405 405 405 405 405
measures:period_list         302 405 405 405 405 405 405 405 405 405
measures:period_plan         302 403 403 403 422 403 403 403 403 403
measures:period_next         302 403 403 403 422 403 403 403 403 403
measures:period_detail       302 405 405 405 405 405 405 405 405 405
measures:period_board        302 405 405 405 405 405 405 405 405 405
measures:period_open         302 403 403 403 422 403 403 403 403 403
measures:period_dates        302 403 403 403 422 403 403 403 403 403
measures:period_close        302 403 403 403 422 403 403 403 403 403
measures:period_reopen       302 403 403 403 403 422 403 403 403 403
measures:period_archive      302 403 403 403 422 403 403 403 403 403
measures:my_updates          302 405 405 405 405 405 405 405 405 405
measures:my_updates_folded   302 405 405 405 405 405 405 405 405 405
measures:review_queue        302 405 405 405 405 405 405 405 405 405
measures:review_approve      302 403 403 302 403 403 403 403 403 403
measures:check_confirm       302 403 403 403 302 302 403 403 403 403
measures:check_queue         302 405 405 405 405 405 405 405 405 405
measures:people_list         302 405 405 405 405 405 405 405 405 405
measures:people_detail       302 405 405 405 405 405 405 405 405 405
measures:people_add          302 403 403 422 422 403 403 403 403 403
measures:people_create       302 403 403 422 422 403 403 403 403 403
measures:people_deputy       302 403 403 422 403 403 403 403 403 403
measures:people_end          302 403 403 422 422 403 403 403 403 403
measures:people_import       302 403 403 422 422 403 403 403 403 403
measures:people_confirm      302 403 403 302 302 403 403 403 403 403
measures:people_export       302 405 405 405 405 405 405 405 405 405
measures:policy_check_queue  302 405 405 405 405 405 405 405 405 405
measures:sheet_edit          302 302 404 403 404 404 404 404 404 404
measures:sheet_form          302 422 404 403 404 404 404 404 404 404
measures:sheet_download      302 405 405 405 405 405 405 405 405 405
measures:sheet_approve       302 403 404 302 404 404 404 404 404 404
measures:sheet_submit        302 302 404 403 404 404 404 404 404 404
measures:update_detail       302 405 405 405 405 405 405 405 405 405
measures:update_edit         302 422 404 403 404 404 404 404 404 404
measures:update_on_behalf    302 403 404 403 422 403 403 403 404 404
measures:update_inputs       302 405 405 405 405 405 405 405 405 405
measures:update_autosave     401 401 404 403 404 404 404 404 404 404
measures:update_submit       302 422 404 403 403 403 403 403 404 404
measures:update_withdraw     302 422 404 403 403 403 403 403 404 404
measures:update_return       302 403 404 422 422 403 403 403 404 404
measures:update_approve      302 403 404 422 403 403 403 403 404 404
measures:update_confirm      302 403 404 403 422 422 403 403 404 404
measures:update_correct      302 422 404 403 403 403 403 403 404 404
measures:update_waive        302 403 404 403 422 403 403 403 404 404
measures:update_restore      302 403 404 403 422 403 403 403 404 404
measures:period_urge         302 403 403 403 422 403 403 403 403 403
measures:urge_list           302 405 405 405 405 405 405 405 405 405
measures:urge_detail         302 405 405 405 405 405 405 405 405 405
measures:urge_sign           302 302 404 302 403 403 403 403 404 404
measures:urge_answer         302 422 404 422 403 403 403 403 404 404
measures:urge_document       302 405 405 405 405 405 405 405 405 405
measures:filing_slip         302 403 404 422 404 404 404 404 404 404
measures:filing_slip_document 302 405 405 405 405 405 405 405 405 405
measures:signature_correct   302 403 404 422 403 403 403 403 404 404
measures:signature_scan      302 403 404 422 403 403 403 403 404 404
measures:measure_matrix      302 405 405 405 405 405 405 405 405 405
measures:commitment_list     302 405 405 405 405 405 405 405 405 405
measures:matter_list         302 405 405 405 405 405 405 405 405 405
measures:message_list        302 405 405 405 405 405 405 405 405 405
measures:message_read        302 302 404 404 404 404 404 404 404 404
measures:message_read_all    302 302 302 302 302 302 302 302 302 302
measures:message_mail        302 302 302 302 302 302 302 302 302 302
measures:announcement_list   302 403 403 403 422 403 403 403 403 403
measures:evidence_add        302 422 404 403 404 404 404 404 404 404
measures:evidence_download   302 405 405 405 405 405 405 405 405 405
measures:evidence_withdraw   302 422 404 403 404 404 404 404 404 404
measures:evidence_late       302 403 404 403 422 403 403 403 404 404
measures:update_extension    302 422 404 422 403 403 403 403 404 404
measures:extension_list      302 405 405 405 405 405 405 405 405 405
measures:extension_decide    302 403 403 403 422 422 403 403 403 403
measures:report_list         302 405 405 405 405 405 405 405 405 405
measures:portfolio_list      302 403 403 403 422 403 403 403 422 403
measures:portfolio_end       302 403 403 403 422 403 403 403 422 403
measures:search              302 405 405 405 405 405 405 405 405 405
measures:act_register        302 405 405 405 405 405 405 405 405 405
measures:act_register_workbook 302 405 405 405 405 405 405 405 405 405
measures:snapshot_list       302 405 405 405 405 405 405 405 405 405
measures:snapshot_compare    302 405 405 405 405 405 405 405 405 405
measures:report_document     302 405 405 405 405 405 405 405 405 405
measures:report_preview      302 405 405 405 405 405 405 405 405 405
measures:batch_list          302 405 405 405 405 405 405 405 405 405
measures:batch_create        302 422 422 422 422 422 422 422 422 422
measures:batch_detail        302 405 405 405 405 405 405 405 405 405
measures:batch_cancel        302 403 403 403 422 403 403 403 403 403
measures:batch_retry         302 403 403 403 422 403 403 403 403 403
measures:batch_file          302 405 405 405 405 405 405 405 405 405
measures:issued_list         302 405 405 405 405 405 405 405 405 405
measures:issued_detail       302 403 403 403 403 422 403 403 403 403
measures:issued_file         302 405 405 405 405 405 405 405 405 405
measures:draft_create        302 403 403 403 422 403 403 403 403 403
measures:draft_detail        302 405 405 405 405 405 405 405 405 405
measures:draft_file          302 405 405 405 405 405 405 405 405 405
measures:verify              302 422 422 422 422 422 422 422 422 422
measures:draft_edit          302 403 403 403 422 403 403 403 403 403
measures:draft_submit        302 403 403 403 422 422 403 403 403 403
measures:draft_check         302 403 403 403 422 422 403 403 403 403
measures:draft_sign          302 403 403 403 422 422 403 403 403 403
measures:draft_issue         302 403 403 403 422 422 403 403 403 403
measures:draft_return        302 403 403 403 422 422 403 403 403 403
measures:draft_discard       302 403 403 403 422 422 403 403 403 403
"""

# What the page of a name shows to whoever may open it.
SHOWS = {
    "healthz": "ok",
    "progress": '"whole": 0',
    "departments:login": 'name="password"',
    "departments:password_change": 'name="new_password1"',
    "departments:second_factor": 'name="act" value="begin"',
    "departments:session_list": "本浏览器",
    "departments:held_list": "暂存文字",
    "measures:start": 'class="tasks"',
    "measures:policy_list": "技术工人待遇",
    "measures:overview": "举措1",
    "measures:measure_list": "举措1",
    "measures:measure_detail": "组织开展全市劳动和技能竞赛。",
    "measures:measure_state": 'name="basis"',
    "measures:measure_closure": "举措1",
    "measures:department_list": "市总工会",
    "measures:department_detail": "廊坊市总工会",
    "measures:period_list": "2020年第二季度",
    "measures:period_plan": 'value="2020Q3"',
    "measures:period_next": 'value="2020Q3"',
    "measures:period_detail": "2020年第二季度",
    "measures:period_board": "举措1",
    "measures:period_open": "2020年第二季度",
    "measures:period_dates": 'name="grace_ends_on"',
    "measures:period_close": "2020年第二季度",
    "measures:period_reopen": "2020年第二季度",
    "measures:period_archive": "2020年第二季度",
    "measures:my_updates": "举措1",
    "measures:my_updates_folded": "items",
    "measures:review_queue": "<h1>",
    "measures:check_queue": "<h1>",
    "measures:people_list": "市教育局",
    "measures:people_detail": 'name="new-username"',
    "measures:people_import": 'name="file"',
    "measures:people_export": "PK",
    "measures:policy_check_queue": "<h1>",
    "measures:sheet_edit": "举办全市职业技能竞赛2场",
    "measures:sheet_form": "填报表",
    "measures:sheet_download": "PK",
    "measures:update_detail": "市总工会",
    "measures:update_edit": 'name="headline"',
    "measures:period_urge": "<h1>",
    "measures:urge_list": "<h1>",
    "measures:urge_detail": "市总工会",
    "measures:urge_document": "%PDF",
    "measures:filing_slip": "进展填报报送单",
    "measures:filing_slip_document": "%PDF",
    "measures:measure_matrix": "市总工会",
    "measures:commitment_list": "量化承诺",
    "measures:matter_list": "<h1>",
    "measures:message_list": "<h1>",
    "measures:message_mail": 'name="address"',
    "measures:announcement_list": "<h1>",
    "measures:measure_waive": "市教育局",
    "measures:designation_list": "<h1>",
    "measures:department_office": 'name="telephone"',
    "measures:department_succession": 'name="successor"',
    "measures:people_handover": 'name="receiver"',
    "measures:department_waive": 'name="reason"',
    "measures:update_inputs": "市教育局",
    "measures:update_extension": 'name="new_due_on"',
    "measures:evidence_download": "%PDF-1.7",
    "measures:evidence_withdraw": 'name="reason"',
    "measures:evidence_late": "后到的扫描件",
    "measures:signature_correct": 'name="signed_by"',
    "measures:signature_scan": 'name="scans"',
    "measures:extension_list": "数据未出",
    "measures:update_on_behalf": 'name="received_from"',
    "measures:report_list": "2020年第二季度",
    "measures:portfolio_list": 'name="valid_from"',
    "measures:search": 'name="q"',
    "measures:act_register": "审核报送",
    "measures:act_register_workbook": "PK",
    "measures:snapshot_list": 'name="sha256"',
    "measures:snapshot_compare": "比对快照",
    "measures:report_document": "%PDF",
    "measures:report_preview": "落实情况报告",
    "measures:batch_list": "举措专页",
    "measures:batch_detail": "没有这项举措",
    "measures:batch_cancel": "取消批量生成",
    "measures:batch_file": "PK",
    "measures:issued_list": "〔2020〕1号",
    "measures:issued_detail": "〔2020〕1号",
    "measures:issued_file": "%PDF",
    "measures:draft_detail": "现将进展情况报告如下。",
    "measures:draft_file": "%PDF",
    "measures:verify": 'name="sha256"',
}
# The count of failed sign-ins, and the record of sign-ins.
