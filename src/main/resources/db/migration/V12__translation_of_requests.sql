-- Portable between H2 and PostgreSQL: no type or function of one of them alone.

-- Between which dialects a request's last attempt was translated, and what was lost: names with commas between. Both empty
-- where it was not.
ALTER TABLE request_log ADD COLUMN dialects VARCHAR(100) DEFAULT '' NOT NULL;
ALTER TABLE request_log ADD COLUMN losses VARCHAR(4000) DEFAULT '' NOT NULL;
