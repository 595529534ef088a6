-- Every attempt of a request that took more than one: a JSON list in their order. Null where one or none says it all.
ALTER TABLE request_log ADD COLUMN tries VARCHAR(20000);
