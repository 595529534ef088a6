-- Portable between H2 and PostgreSQL: no type or function of one of them alone.

-- Whether a model's requests may be translated: default (as the setting says), on or native.
ALTER TABLE model ADD COLUMN translation VARCHAR(20) DEFAULT 'default' NOT NULL;
