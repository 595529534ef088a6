-- How a client wants to be answered: whether a lossy translation is refused, and the form of its streams' heartbeats.
ALTER TABLE client ADD COLUMN strict_translation BOOLEAN DEFAULT FALSE NOT NULL;
ALTER TABLE client ADD COLUMN heartbeat VARCHAR(20) DEFAULT 'comment' NOT NULL;
