-- Accounts, transfers with their journal, sessions with their receipts, settings.
-- Ids are UUIDs as 16 bytes; times are UTC milliseconds; structured values are JSON. No secret is here in the clear.

CREATE TABLE accounts (
    id          BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    provider    TEXT    NOT NULL CHECK (provider <> ''),
    name        TEXT    NOT NULL UNIQUE,
    base_url    TEXT    NOT NULL,
    allow_http  INTEGER NOT NULL CHECK (allow_http IN (0, 1)),
    options     TEXT    NOT NULL CHECK (json_valid(options)),
    tags        TEXT    NOT NULL CHECK (tags IN ('unlearnt', 'md5', 'opaque')),
    info        TEXT             CHECK (info IS NULL OR json_valid(info)),
    last_answer INTEGER,
    created_at  INTEGER NOT NULL
) STRICT;

CREATE TABLE transfers (
    id             BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    revision       INTEGER NOT NULL CHECK (revision >= 0),
    direction      TEXT    NOT NULL CHECK (direction IN ('up', 'down', 'across')),
    source_kind    TEXT    NOT NULL CHECK (source_kind IN ('local', 'link', 'remote')),
    source_path    BLOB,
    source_url     TEXT,
    source_account BLOB             CHECK (source_account IS NULL OR length(source_account) = 16),
    source_remote  TEXT,
    target_kind    TEXT    NOT NULL CHECK (target_kind IN ('local', 'link', 'remote')),
    target_path    BLOB,
    target_url     TEXT,
    target_account BLOB             CHECK (target_account IS NULL OR length(target_account) = 16),
    target_remote  TEXT,
    account        BLOB    NOT NULL CHECK (length(account) = 16),
    name           TEXT    NOT NULL,
    size           INTEGER          CHECK (size IS NULL OR size >= 0),
    fingerprint    TEXT             CHECK (fingerprint IS NULL OR json_valid(fingerprint)),
    state          TEXT    NOT NULL CHECK (state IN ('queued', 'preparing', 'transferring', 'finishing', 'waiting',
                                           'paused', 'needs_you', 'cancelling', 'completed', 'failed', 'cancelled')),
    step           TEXT    NOT NULL CHECK (step IN ('accepted', 'measured', 'open_asked', 'opened', 'sent',
                                           'finish_asked', 'finished')),
    outcome        TEXT    NOT NULL CHECK (outcome IN ('none', 'asked', 'unknown')),
    wish           TEXT    NOT NULL CHECK (wish IN ('run', 'pause', 'cancel')),
    reason         TEXT             CHECK (reason IS NULL OR json_valid(reason)),
    question       TEXT             CHECK (question IS NULL OR json_valid(question)),
    ended          TEXT             CHECK (ended IS NULL OR json_valid(ended)),
    proof          TEXT             CHECK (proof IS NULL OR proof IN ('size', 'part_tags', 'whole_checksum', 'read_back')),
    session        BLOB             CHECK (session IS NULL OR length(session) = 16),
    remote_id      TEXT,
    remote_url     TEXT             CHECK (remote_url IS NULL OR remote_id IS NOT NULL),
    sent           INTEGER NOT NULL CHECK (sent >= 0),
    parts_done     INTEGER NOT NULL CHECK (parts_done >= 0),
    parts_total    INTEGER NOT NULL CHECK (parts_total >= 0),
    priority       INTEGER NOT NULL,
    position       INTEGER NOT NULL,
    batch          BLOB    NOT NULL CHECK (length(batch) = 16),
    attempt        INTEGER NOT NULL CHECK (attempt >= 0),
    failures       INTEGER NOT NULL CHECK (failures >= 0),
    looks          INTEGER NOT NULL CHECK (looks >= 0),
    version_of     BLOB             CHECK (version_of IS NULL OR length(version_of) = 16),
    byte_limit     INTEGER          CHECK (byte_limit IS NULL OR byte_limit >= 0),
    options        TEXT    NOT NULL CHECK (json_valid(options)),
    created_at     INTEGER NOT NULL,
    started_at     INTEGER,
    finished_at    INTEGER,
    CHECK (CASE source_kind
        WHEN 'local' THEN source_path IS NOT NULL
        WHEN 'link' THEN source_url IS NOT NULL
        ELSE source_account IS NOT NULL END),
    CHECK (CASE target_kind
        WHEN 'local' THEN target_path IS NOT NULL
        WHEN 'link' THEN target_url IS NOT NULL
        ELSE target_account IS NOT NULL END),
    -- Completed states its proof.
    CHECK (state <> 'completed' OR proof IS NOT NULL)
) STRICT;

CREATE INDEX transfers_in_line ON transfers (priority DESC, position, id);

-- The story of a transfer, forgotten with it.
CREATE TABLE journal (
    id       INTEGER PRIMARY KEY,
    transfer BLOB    NOT NULL REFERENCES transfers (id) ON DELETE CASCADE,
    at       INTEGER NOT NULL,
    event    TEXT    NOT NULL,
    text     TEXT    NOT NULL
) STRICT;

CREATE INDEX journal_of_transfer ON journal (transfer, id);

-- A session outlives the transfer that asked for it, so that nothing is left behind at a service unseen.
CREATE TABLE sessions (
    id         BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    transfer   BLOB    NOT NULL CHECK (length(transfer) = 16),
    account    BLOB    NOT NULL CHECK (length(account) = 16),
    name       TEXT    NOT NULL,
    size       INTEGER NOT NULL CHECK (size >= 0),
    status     TEXT    NOT NULL CHECK (status IN ('asked', 'open', 'closing', 'left', 'finished', 'aborted')),
    -- The service's answer, encrypted; bound to this row by its id.
    sealed     BLOB,
    created_at INTEGER NOT NULL,
    -- What is over keeps no links.
    CHECK (status NOT IN ('finished', 'aborted') OR sealed IS NULL)
) STRICT;

CREATE INDEX sessions_of_transfer ON sessions (transfer);
CREATE INDEX sessions_not_over ON sessions (status) WHERE status NOT IN ('finished', 'aborted');

-- The ledger of parts that a storage holds.
CREATE TABLE receipts (
    session  BLOB    NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    number   INTEGER NOT NULL CHECK (number >= 1),
    size     INTEGER NOT NULL CHECK (size >= 0),
    tag      TEXT    NOT NULL,
    md5      TEXT    NOT NULL,
    verified INTEGER NOT NULL CHECK (verified IN (0, 1)),
    tries    INTEGER NOT NULL CHECK (tries >= 0),
    PRIMARY KEY (session, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE settings (
    key   TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
