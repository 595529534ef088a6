-- Portable between H2 and PostgreSQL: no type or function of one of them alone.

-- Cooldowns, those that last and those that operators look back on. They keep the name of their provider, which may be
-- deleted before them.
CREATE TABLE cooldown_event (
    id            VARCHAR(40)  NOT NULL PRIMARY KEY,
    provider_id   VARCHAR(40)  NOT NULL,
    provider_name VARCHAR(200) NOT NULL,
    quota_group   VARCHAR      NOT NULL,
    model         VARCHAR      NOT NULL,
    in_a_row      INTEGER      NOT NULL,
    summary       VARCHAR      NOT NULL,
    asked         BOOLEAN      NOT NULL,
    started_ms    BIGINT       NOT NULL,
    until_ms      BIGINT       NOT NULL,
    ended_ms      BIGINT,
    settled       BOOLEAN      NOT NULL
);

CREATE INDEX cooldown_event_started ON cooldown_event (started_ms);

-- Why a provider's credential is not accepted.
CREATE TABLE provider_error (
    provider_id VARCHAR(40) NOT NULL PRIMARY KEY,
    reason      VARCHAR     NOT NULL
);
