-- Portable between H2 and PostgreSQL: no type or function of one of them alone.

-- The vault's own secrets, sealed with the operator's key: what must outlive that key.
CREATE TABLE vault_secret (
    name   VARCHAR(100)  NOT NULL PRIMARY KEY,
    sealed VARCHAR(1000) NOT NULL
);
