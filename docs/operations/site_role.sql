-- What the site's role may do in a database that it does not own. Run it after every `migrate`, as postgres:
--   su postgres -c 'psql -v ON_ERROR_STOP=1 -d tracker -f /opt/tracker/docs/operations/site_role.sql'
-- tracker_owner owns the tables, tracker is the site. Running it again changes nothing.
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO tracker;
GRANT ALL ON SCHEMA public TO tracker_owner;
REVOKE ALL ON ALL TABLES IN SCHEMA public FROM tracker;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO tracker;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO tracker;
-- Only ever added: acts, snapshots, urging slips, issued reports, changes of lights.
REVOKE UPDATE, DELETE ON measures_event, measures_periodsnapshot FROM tracker;
REVOKE UPDATE, DELETE ON measures_urge, measures_urge_updates, measures_urgereceipt, measures_urgeanswer FROM tracker;
REVOKE UPDATE, DELETE ON measures_issuedreport, measures_reportwithdrawal, measures_lightchange FROM tracker;
-- Added, and what has passed is deleted after a year.
REVOKE UPDATE ON departments_accountevent FROM tracker;
-- Texts are written until they are submitted; none is deleted.
REVOKE DELETE ON measures_revision FROM tracker;
-- Evidence is withdrawn, never deleted.
REVOKE DELETE ON measures_evidencefile FROM tracker;
-- What was migrated is the owner's to write.
REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM tracker;
-- Tables of the next version work as soon as they are made; this file then takes away what is too much.
ALTER DEFAULT PRIVILEGES FOR ROLE tracker_owner IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO tracker;
ALTER DEFAULT PRIVILEGES FOR ROLE tracker_owner IN SCHEMA public
    GRANT USAGE, SELECT ON SEQUENCES TO tracker;
