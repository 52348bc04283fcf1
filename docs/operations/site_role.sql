-- What the site's role may do in a database that it does not own. Run it after every `migrate`, as postgres:
--   su postgres -c 'psql -v ON_ERROR_STOP=1 -d tracker -f /opt/tracker/docs/operations/site_role.sql'
-- tracker_owner owns the tables, tracker is the site. Running it again changes nothing.
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO tracker;
GRANT ALL ON SCHEMA public TO tracker_owner;
REVOKE ALL ON ALL TABLES IN SCHEMA public FROM tracker;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO tracker;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO tracker;
-- Only ever added (ADDED_ONLY in measures/models/append_only.py, which tests/test_site_role.py compares).
REVOKE UPDATE, DELETE ON measures_event, measures_periodsnapshot, measures_snapshotportion FROM tracker;
REVOKE UPDATE, DELETE ON measures_replacedtext, measures_usedinput, measures_signedslip FROM tracker;
REVOKE UPDATE, DELETE ON measures_urge, measures_urge_updates, measures_urgereceipt, measures_urgeanswer FROM tracker;
REVOKE UPDATE, DELETE ON measures_issuedreport, measures_reportwithdrawal, measures_lightchange FROM tracker;
REVOKE UPDATE, DELETE ON measures_lateevidence, measures_formerdates, measures_closurerequest FROM tracker;
-- Added, and what has passed is deleted after a year.
REVOKE UPDATE ON departments_accountevent FROM tracker;
-- Asked or raised, and answered in the same row; a trigger refuses a second answer. None is deleted.
REVOKE DELETE ON measures_extension, measures_closure, measures_coordinationmatter FROM tracker;
-- Texts are written in their row until they are submitted and sign there later, which a trigger limits; none is
-- deleted. Their values are written and replaced with each save (UPDATE and DELETE stay).
REVOKE DELETE ON measures_revision FROM tracker;
-- Who wrote a text, and its files, are put and taken while it is a draft, never changed.
REVOKE UPDATE ON measures_revision_contributors, measures_evidencefile_revisions FROM tracker;
-- Evidence is withdrawn, never deleted. Lights are set and set free by the office, never deleted.
REVOKE DELETE ON measures_evidencefile, measures_measurelight FROM tracker;
-- What was migrated is the owner's to write.
REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM tracker;
-- Tables of the next version work as soon as they are made; this file then takes away what is too much.
ALTER DEFAULT PRIVILEGES FOR ROLE tracker_owner IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO tracker;
ALTER DEFAULT PRIVILEGES FOR ROLE tracker_owner IN SCHEMA public
    GRANT USAGE, SELECT ON SEQUENCES TO tracker;
