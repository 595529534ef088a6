-- Gateways that share this database, and how many places of their providers' limits each of them owns (docs/adr/042-owned-places.md). Empty with H2.

CREATE SEQUENCE cluster_epoch;

-- What all of them must have alike, from the first that joined. One row.
CREATE TABLE cluster_terms (
    id             INTEGER         NOT NULL PRIMARY KEY,
    window_ms      BIGINT          NOT NULL,
    gains          BIGINT          NOT NULL  -- places given so far, to find who got one the longest ago
);

-- A node that has left, or is gone, keeps its row for some days.
CREATE TABLE cluster_node (
    node           VARCHAR(100)    NOT NULL PRIMARY KEY,
    state          VARCHAR(10)     NOT NULL, -- member, left, gone
    epoch          BIGINT          NOT NULL,
    renewal        BIGINT          NOT NULL,
    version        VARCHAR(50)     NOT NULL,
    started_ms     BIGINT          NOT NULL, -- by the database's clock, as the next one
    seen_ms        BIGINT          NOT NULL,
    in_flight      INTEGER         NOT NULL,
    waiting        INTEGER         NOT NULL
);

-- The sum of what is owned of a limit never exceeds it.
CREATE TABLE cluster_share (
    quota_group    VARCHAR(400)    NOT NULL,
    kind           VARCHAR(40)     NOT NULL,
    node           VARCHAR(100)    NOT NULL,
    owned          BIGINT          NOT NULL,
    standing       BIGINT          NOT NULL,
    wanted         BIGINT          NOT NULL,
    gained         BIGINT          NOT NULL,
    PRIMARY KEY (quota_group, kind, node)
);
