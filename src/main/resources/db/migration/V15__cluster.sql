-- Gateways that share this database, and how many places of their providers' limits each of them owns (docs/adr/042-owned-places.md). Empty with H2.

CREATE SEQUENCE cluster_epoch;

-- A node that has left, or is gone, keeps its row for some days.
CREATE TABLE cluster_node (
    node           VARCHAR(100)    NOT NULL PRIMARY KEY,
    state          VARCHAR(10)     NOT NULL, -- member, left, gone
    epoch          BIGINT          NOT NULL,
    renewal        BIGINT          NOT NULL,
    version        VARCHAR(50)     NOT NULL,
    window_ms      BIGINT          NOT NULL, -- its settings, which all must have alike
    lease_ms       BIGINT          NOT NULL,
    started_ms     BIGINT          NOT NULL, -- by the database's clock, as the next one
    seen_ms        BIGINT          NOT NULL,
    in_flight      INTEGER         NOT NULL,
    waiting        INTEGER         NOT NULL
);

-- The sum of what is owned of a limit never exceeds it.
CREATE TABLE cluster_share (
    quota_group    VARCHAR(400)    NOT NULL,
    kind           VARCHAR(40)     NOT NULL, -- MINUTE, DAY, TOKENS, CONCURRENCY
    limit_day      BIGINT          NOT NULL, -- of a limit of a day: which, since 1970; else 0
    node           VARCHAR(100)    NOT NULL,
    owned          BIGINT          NOT NULL,
    standing       BIGINT          NOT NULL,
    wanted         BIGINT          NOT NULL,
    gained         BIGINT          NOT NULL, -- when it got a place last: microseconds since 1970, by the database's clock
    PRIMARY KEY (quota_group, kind, limit_day, node)
);
CREATE INDEX cluster_share_node ON cluster_share (node);
