-- Portable between H2 and PostgreSQL: no type or function of one of them alone.

-- What is set for a canonical model, whoever serves it; most models have no row.
CREATE TABLE model (
    name             VARCHAR(200) NOT NULL PRIMARY KEY,
    aliases          VARCHAR      NOT NULL,
    overflow_wait_ns BIGINT,
    fallback_models  VARCHAR      NOT NULL,
    hidden           BOOLEAN      NOT NULL
);
