-- How often each table that gateways hold in memory was changed: one whose number is lower has missed a change. Empty with H2, which one gateway alone uses.
CREATE TABLE table_version (
    name    VARCHAR(100) NOT NULL PRIMARY KEY,
    version BIGINT       NOT NULL
);
