-- Requests that were refused before any provider was asked: usage_hour and usage_day know only those that went to one.
CREATE TABLE refusal_hour (
    hour_utc       BIGINT          NOT NULL, -- since 1970, UTC
    client         VARCHAR(200)    NOT NULL,
    refused        BIGINT          NOT NULL,
    PRIMARY KEY (hour_utc, client)
);

INSERT INTO refusal_hour (hour_utc, client, refused)
SELECT at_ms / 3600000, client, COUNT(*) FROM request_log
WHERE attempts = 0 AND status > 0 AND (status < 400 OR status >= 500) AND outcome <> 'client_gone'
GROUP BY at_ms / 3600000, client;
