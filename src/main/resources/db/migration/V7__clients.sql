-- Portable between H2 and PostgreSQL: no type or function of one of them alone.

-- Who was handed a client token, and what it may do. Of the token itself only the hash is kept.
CREATE TABLE client (
    id               VARCHAR(40)     NOT NULL PRIMARY KEY,
    name             VARCHAR(200)    NOT NULL UNIQUE,
    enabled          BOOLEAN         NOT NULL,
    sha256           VARCHAR(64)     NOT NULL UNIQUE,
    hint             VARCHAR(60)     NOT NULL,
    rpm_limit        INTEGER,
    tpm_limit        INTEGER,
    max_concurrency  INTEGER,
    budget_day_usd   DECIMAL(20, 9),
    budget_month_usd DECIMAL(20, 9),
    models           VARCHAR         NOT NULL,
    cidrs            VARCHAR         NOT NULL,
    expires_ms       BIGINT,
    may_pin          BOOLEAN         NOT NULL,
    environment      BOOLEAN         NOT NULL,
    created_ms       BIGINT          NOT NULL,
    updated_ms       BIGINT          NOT NULL
);
