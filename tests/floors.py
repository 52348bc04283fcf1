"""The import law: which module stands on which floor? Who reads the machine's clock? See test_architecture.

From the ground up. A module may import from its own floor and from those below. The longest name that fits
decides; a module that fits none has to be given a floor here first.
"""

FLOORS = """
    langfang_policy langfang_policy.{characters,clock,compiled_queries,environment,file_kinds} \
        langfang_policy.{found_keys,given_rows,form_renderer,formats,library_strings,locks} \
        langfang_policy.{personal_numbers,progress,punctuation,settings} \
        measures.{numerals,cadence}
    departments.models departments.workdays departments.addresses departments.apps departments.migrations \
        departments.{devices,sessions,uploads}
    departments.actors departments.{account_details,accounts,held_posts,passwords}
    departments.{lock_out,second_factor}
    measures.models measures.apps measures.migrations
    measures.{permissions,report_permissions,own_work,leading,search,register,lights,commitments,charts} \
        measures.{report_acts,repetition,policytext,evidence_storage}
    measures.{workflow,duties,verification,verified_rows} measures.summaries measures.policy_storage
    departments.{forms,resources,sheets,workbooks} \
        measures.{reports,resources,forms,office_forms} \
        measures.{department_forms,people_forms,report_forms,people_resources,update_sheets,demo} \
        measures.{value_inputs,evidence_forms,signature_forms,period_forms}
    measures.pages
    {departments,measures}.{views,admin,management,templatetags} \
        departments.{admin_bases,admin_sheets,failures,late_posts,middleware,posted_text,request_body} \
        measures.failures langfang_policy.{management,frame,health,admin_site,admin_config}
    {departments,measures,langfang_policy}.urls langfang_policy.{wsgi,server,background,apps,checks}
"""

# Who reads the machine's own clock, and why the product's clock would not do.
MACHINE_TIME = {
    "langfang_policy.clock": "is the product's clock",
    "departments.lock_out": "a session lasts in a demo too, whose date stands still",
    "departments.middleware": "idle minutes pass in a demo too, whose date stands still",
    "departments.late_posts": "what was typed waits two hours in a demo too",
    "departments.views": "passwords and sessions grow old in a demo too",
    "departments.management.commands.purge_account_events": "a record grows old by the machine's clock",
    "measures.management.commands.clear_documents": "copies grow old in a demo too",
    "measures.reports.background": "a worker that is silent is dead in a demo too",
    "measures.views.batches": "whether a worker lives is told by the machine's clock",
    "measures.management.commands.check_evidence": "a file on its way is young by the machine's clock",
    "langfang_policy.management.commands.back_up": "a backup is named by the hour in which it was made",
}
