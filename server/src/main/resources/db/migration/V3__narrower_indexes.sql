-- A registration pays for each index page that it writes at a place of its own. A group's registrations in their order of
-- creation grow at the end, and attempts are few enough to be looked through.

DROP INDEX registrations_by_group;
CREATE INDEX registrations_by_group ON registrations (group_key, created, id_key) WHERE group_key IS NOT NULL;
DROP INDEX attempts_by_registration;
