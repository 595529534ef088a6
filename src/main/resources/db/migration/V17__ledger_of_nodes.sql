-- A ledger that several gateways write. With H2, whose gateway is alone, only the column is used.

-- One row, locked by who posts (docs/adr/043-one-posts-at-a-time.md).
CREATE TABLE ledger_turn (
    id             INTEGER         NOT NULL PRIMARY KEY
);

INSERT INTO ledger_turn (id) VALUES (1);

-- Which node served it; null of what is older than this column.
ALTER TABLE request_log ADD COLUMN node VARCHAR(100);

-- What each node has counted in its life: together all that usage_day ever had. What nobody has counted yet is that of "local".
CREATE TABLE node_usage (
    node           VARCHAR(100)    NOT NULL PRIMARY KEY,
    updated_ms     BIGINT          NOT NULL,
    requests       BIGINT          NOT NULL,
    attempts       BIGINT          NOT NULL,
    errors         BIGINT          NOT NULL,
    successes      BIGINT          NOT NULL,
    guessed        BIGINT          NOT NULL,
    prompt         BIGINT          NOT NULL,
    completion     BIGINT          NOT NULL,
    cached         BIGINT          NOT NULL,
    cache_written  BIGINT          NOT NULL,
    reasoning      BIGINT          NOT NULL,
    cost           DECIMAL(38, 18) NOT NULL,
    took_us        BIGINT          NOT NULL,
    waited_us      BIGINT          NOT NULL,
    firsts         BIGINT          NOT NULL,
    first_us       BIGINT          NOT NULL
);
