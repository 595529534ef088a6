-- A database as Sidecar V2 left it, for sqlite3. Its shapes are those of V2's JSON, and SQLite keeps what V2 never checked.
-- Keys are sealed as V2 did, by Python's cryptography (AESGCM(key).encrypt(nonce, secret, None), both as hex): all with
-- 0123456789abcdef four times, but for "rotated", which another key has sealed. @UPSTREAM@ is put in by the test.
PRAGMA journal_mode = WAL;

CREATE TABLE backends (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, label TEXT DEFAULT '', api_base_url TEXT NOT NULL, api_key_encrypted TEXT NOT NULL,
    api TEXT DEFAULT 'openai-completions', timeout_seconds INTEGER DEFAULT 120, rpm_limit INTEGER DEFAULT 40,
    pool TEXT DEFAULT 'primary', enabled INTEGER DEFAULT 1, status TEXT DEFAULT 'healthy', model_mappings TEXT DEFAULT '{}',
    source TEXT DEFAULT 'webui', cooldown_until TEXT, consecutive_429_count INTEGER DEFAULT 0, metadata TEXT DEFAULT '{}',
    created_at TEXT, updated_at TEXT);
INSERT INTO backends (id, name, label, api_base_url, api_key_encrypted, api, timeout_seconds, rpm_limit, pool, enabled, status,
    model_mappings, source, metadata, created_at, updated_at) VALUES
    ('bkd_000000000001', 'first', 'nvidia', '@UPSTREAM@', '010101010101010101010101:8fe749b4a229c377a5498eb1ffbf95c9f6ed6bcce57e1e04ae09544fa3d8d4aa5f1ff89c70d34f', 'openai-completions', 5, 100, 'primary', 1, 'healthy', '{"canon-a": {"native_id": "native-a", "reasoning": false, "reasoning_effort": false, "input_modalities": ["text"], "cost": {"input": 1e-06, "output": 4e-06}, "context_window": 128000, "max_tokens": 65536, "compat": {}}}', 'webui', '{"owner": "ops"}', '2025-11-01T05:30:57Z', '2025-11-20T05:30:57Z'),
    ('bkd_000000000002', 'second', '', '@UPSTREAM@/v1', '020202020202020202020202:f1c9eb71c345eb745e53615c1e5d9b70c1ac551d45b23d813e8f9ec0133cc6be7d4d9535c8afb0', 'openai-completions', 120, 40, 'fallback', 0, 'healthy', '{"canon-a": {"native_id": "native-a", "reasoning": false, "reasoning_effort": false, "input_modalities": ["text"], "cost": {"input": 1e-06, "output": 4e-06}, "context_window": 128000, "max_tokens": 65536, "compat": {}}}', 'env', '{}', '2025-11-02T05:30:57Z', '2025-11-20T05:30:57Z'),
    ('bkd_000000000003', 'rotated', '', '@UPSTREAM@', '030303030303030303030303:419330d33417c45688aa7f506b5642a5b9d60922a17ccc71e5340dc574793e271604b14c5eea83', 'openai-completions', 120, 40, 'primary', 1, 'healthy', '{"canon-a": {"native_id": "native-a", "reasoning": false, "reasoning_effort": false, "input_modalities": ["text"], "cost": {"input": 1e-06, "output": 4e-06}, "context_window": 128000, "max_tokens": 65536, "compat": {}}}', 'webui', '{}', '2025-11-03T05:30:57Z', '2025-11-20T05:30:57Z'),
    ('bkd_000000000004', 'unchecked', '', 'not a url', '040404040404040404040404:9547c9d5e361c6ede1111941fb935f2197743646b3372e7709ed1cd8fe4b14d6a71d672bf6bd76', 'openai-completions', 120, 'abc', 'primary', 1, 'healthy', '{}', 'webui', '{}', '2025-11-04T05:30:57Z', '2025-11-20T05:30:57Z'),
    ('bkd_000000000005', 'stopped', '', '@UPSTREAM@', '050505050505050505050505:e8ade073d8327f13b6ba69fd8985757e42c962dcbdecb9bb8c28a40d3cd26582bae7668e04766a', 'openai-completions', 120, 0, 'primary', 1, 'disabled', '{"canon-a": {"native_id": "native-a", "reasoning": false, "reasoning_effort": false, "input_modalities": ["text"], "cost": {"input": 1e-06, "output": 4e-06}, "context_window": 128000, "max_tokens": 65536, "compat": {}}}', 'webui', '{}', '2025-11-05T05:30:57Z', '2025-11-20T05:30:57Z'),
    ('bkd_000000000006', 'first', '', '@UPSTREAM@', '060606060606060606060606:591858440c0fbc492d83e51f10bfdb858b7c632fecc10f266981386679937506eeb8c5f41dc44c', 'openai-completions', 120, 40, 'primary', 1, 'cooling', '{"canon-a": {"native_id": "native-a", "reasoning": false, "reasoning_effort": false, "input_modalities": ["text"], "cost": {"input": 1e-06, "output": 4e-06}, "context_window": 128000, "max_tokens": 65536, "compat": {}}}', 'import', '{}', '2025-11-06T05:30:57Z', '2025-11-20T05:30:57Z'),
    ('bkd_000000000007', 'masked', '', '@UPSTREAM@', '070707070707070707070707:16636a4863f1cb7a0f3833f1e641f7212b4f8c1462336fc9c0ed78d891c8', 'openai-completions', 120, 40, 'primary', 1, 'healthy', '{"canon-a": {"native_id": "native-a", "reasoning": false, "reasoning_effort": false, "input_modalities": ["text"], "cost": {"input": 1e-06, "output": 4e-06}, "context_window": 128000, "max_tokens": 65536, "compat": {}}}', 'webui', '{}', '2025-11-07T05:30:57Z', '2025-11-20T05:30:57Z');

CREATE TABLE backend_usage_logs (
    id TEXT PRIMARY KEY, backend_id TEXT NOT NULL REFERENCES backends (id) ON DELETE CASCADE, model TEXT,
    prompt_tokens INTEGER DEFAULT 0, completion_tokens INTEGER DEFAULT 0, total_tokens INTEGER DEFAULT 0, cost REAL DEFAULT 0,
    request_count INTEGER DEFAULT 0, error_count INTEGER DEFAULT 0, avg_latency_ms INTEGER DEFAULT 0, ttft_ms INTEGER DEFAULT 0,
    hour_bucket TEXT NOT NULL, created_at TEXT DEFAULT CURRENT_TIMESTAMP, UNIQUE (backend_id, hour_bucket));
INSERT INTO backend_usage_logs (id, backend_id, model, prompt_tokens, completion_tokens, total_tokens, cost, request_count,
    error_count, avg_latency_ms, hour_bucket) VALUES
    ('use_000000000001', 'bkd_000000000001', 'canon-a', 22, 12, 34, 0.023, 2, 0, 46, strftime('%Y-%m-%dT05:00:00Z', 'now', '-3 days')),
    ('use_000000000002', 'bkd_000000000001', 'canon-a', 30, 10, 40, 0.1, 4, 1, 90, strftime('%Y-%m-%dT06:00:00Z', 'now', '-3 days')),
    ('use_000000000003', 'bkd_000000000002', 'canon-a', 5, 5, 10, 0.2, 1, 0, 20, strftime('%Y-%m-%dT06:00:00Z', 'now', '-3 days')),
    ('use_000000000004', 'bkd_000000000003', 'canon-b', 8, 2, 10, 0, 1, 0, 10, strftime('%Y-%m-%dT07:00:00Z', 'now', '-3 days')),
    ('use_000000000005', 'bkd_000000000001', 'canon-a', 'many', 0, 0, 0, 1, 0, 10, strftime('%Y-%m-%dT08:00:00Z', 'now', '-3 days')),
    ('use_000000000006', 'bkd_000000000001', 'canon-a', 100, 0, 100, 1.5, 10, 0, 10, strftime('%Y-%m-%dT08:00:00Z', 'now', '-500 days'));

-- two days: one whose hours are there but for those of a provider that was deleted (4 requests, 80 tokens), and one
-- whose hours are all gone
CREATE TABLE daily_stats (
    id TEXT PRIMARY KEY, date TEXT NOT NULL, pool TEXT NOT NULL, total_requests INTEGER, total_errors INTEGER,
    total_tokens INTEGER, total_cost REAL, unique_backends INTEGER, created_at TEXT DEFAULT CURRENT_TIMESTAMP);
INSERT INTO daily_stats (id, date, pool, total_requests, total_errors, total_tokens, total_cost, unique_backends) VALUES
    ('day_000000000001-primary', date('now', '-3 days'), 'primary', 7, 1, 84, 0.123, 2),
    ('day_000000000001-fallback', date('now', '-3 days'), 'fallback', 5, 0, 90, 0.7, 2),
    ('day_000000000002-primary', date('now', '-2 days'), 'primary', 20, 2, 200, 0.4, 1);

CREATE TABLE cooldown_events (
    id TEXT PRIMARY KEY, backend_id TEXT NOT NULL, consecutive_count INTEGER, cooldown_seconds INTEGER, response_summary TEXT,
    started_at TEXT, ended_at TEXT);
INSERT INTO cooldown_events VALUES
    ('cev_000000000001', 'bkd_000000000001', 1, 30, '429 cooldown triggered (consecutive #1)',
        strftime('%Y-%m-%dT05:32:01Z', 'now', '-3 days'), strftime('%Y-%m-%dT05:32:31Z', 'now', '-3 days')),
    ('cev_000000000002', 'bkd_000000000002', 1, 30, '429 cooldown triggered (consecutive #1)',
        strftime('%Y-%m-%dT05:33:01Z', 'now', '-3 days'), NULL),
    ('cev_000000000003', 'bkd_000000000001', 1, 30, '429 cooldown triggered (consecutive #1)',
        strftime('%Y-%m-%dT05:32:01Z', 'now', '-200 days'), NULL);

CREATE TABLE config (key TEXT PRIMARY KEY, value TEXT, description TEXT, updated_at TEXT);
INSERT INTO config VALUES
    ('default_rpm_limit', '99', 'for the new keys', '2025-11-23T05:35:24Z'),
    ('queue_max_depth', '70', NULL, '2025-11-23T05:35:24Z'),
    ('queue_timeout_seconds', 'soon', NULL, '2025-11-23T05:35:24Z'),
    ('port', '9999', NULL, '2025-11-23T05:35:24Z'),
    ('nonsense', '1', 'd', '2025-11-23T05:35:24Z');
