-- Portable between H2 and PostgreSQL: no type or function of one of them alone.

CREATE TABLE provider (
    id              VARCHAR(40)  NOT NULL PRIMARY KEY,
    seq             BIGINT       NOT NULL,
    name            VARCHAR(200) NOT NULL UNIQUE,
    label           VARCHAR(200) NOT NULL,
    api_base_url    VARCHAR(2100) NOT NULL,
    api             VARCHAR(40)  NOT NULL,
    api_key         VARCHAR      NOT NULL,
    headers         VARCHAR      NOT NULL,
    timeout_seconds INTEGER      NOT NULL,
    rpm_limit       INTEGER      NOT NULL,
    rpd_limit       INTEGER,
    tpm_limit       INTEGER,
    max_concurrency INTEGER,
    quota_group     VARCHAR(200),
    limiter         VARCHAR(20)  NOT NULL,
    cooldown_scope  VARCHAR(20)  NOT NULL,
    pool            VARCHAR(20)  NOT NULL,
    weight          INTEGER      NOT NULL,
    enabled         BOOLEAN      NOT NULL,
    model_mappings  VARCHAR      NOT NULL,
    source          VARCHAR(20)  NOT NULL,
    notes           VARCHAR      NOT NULL,
    metadata        VARCHAR      NOT NULL,
    created_ms      BIGINT       NOT NULL,
    updated_ms      BIGINT       NOT NULL
);

CREATE TABLE setting (
    name        VARCHAR(100) NOT NULL PRIMARY KEY,
    content     VARCHAR      NOT NULL,
    description VARCHAR      NOT NULL,
    updated_ms  BIGINT       NOT NULL
);

-- Things that happen once in a database's life, such as taking over the environment of Sidecar V1.
CREATE TABLE milestone (
    name       VARCHAR(100) NOT NULL PRIMARY KEY,
    reached_ms BIGINT       NOT NULL
);

-- Which provider issued an id (file-…, batch_…, resp_…): only that one knows it later.
CREATE TABLE issued_id (
    id          VARCHAR(300) NOT NULL PRIMARY KEY,
    provider_id VARCHAR(40)  NOT NULL,
    seq         BIGINT       NOT NULL
);

CREATE INDEX issued_id_seq ON issued_id (seq);
