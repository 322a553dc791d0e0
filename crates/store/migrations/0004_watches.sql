-- Watched folders, and what is known of every file in them.

CREATE TABLE watches (
    id           BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    name         TEXT    NOT NULL UNIQUE CHECK (name <> ''),
    account      BLOB    NOT NULL CHECK (length(account) = 16),
    root         BLOB    NOT NULL CHECK (length(root) > 0),
    include      TEXT    NOT NULL CHECK (json_valid(include)),
    exclude      TEXT    NOT NULL CHECK (json_valid(exclude)),
    policy       TEXT    NOT NULL CHECK (policy IN ('new', 'changed', 'mirror')),
    most         INTEGER          CHECK (most IS NULL OR most >= 1),
    after        TEXT    NOT NULL CHECK (after IN ('keep', 'move', 'trash')),
    after_folder BLOB,
    after_since  INTEGER NOT NULL,
    every_s      INTEGER          CHECK (every_s IS NULL OR every_s >= 1),
    events       INTEGER NOT NULL CHECK (events IN (0, 1)),
    paused       INTEGER NOT NULL CHECK (paused IN (0, 1)),
    -- Which folder the path stood for: an inode number or file id may need all of its 16 bytes.
    mark         TEXT             CHECK (mark IS NULL OR json_valid(mark)),
    scanned_at   INTEGER,
    created_at   INTEGER NOT NULL,
    CHECK ((policy = 'mirror') = (most IS NOT NULL)),
    CHECK ((after = 'move') = (after_folder IS NOT NULL))
) STRICT;

CREATE TABLE watch_files (
    id           INTEGER PRIMARY KEY,
    watch        BLOB    NOT NULL REFERENCES watches (id) ON DELETE CASCADE,
    -- Its path below the folder, as raw bytes.
    name         BLOB    NOT NULL CHECK (length(name) > 0),
    state        TEXT    NOT NULL CHECK (state IN ('settling', 'ready', 'queued', 'confirmed', 'failed', 'skipped', 'gone')),
    print        TEXT    NOT NULL CHECK (json_valid(print)),
    size         INTEGER NOT NULL CHECK (size >= 0),
    since        INTEGER NOT NULL,
    content      BLOB             CHECK (content IS NULL OR length(content) = 32),
    sent_print   TEXT             CHECK (sent_print IS NULL OR json_valid(sent_print)),
    sent_size    INTEGER          CHECK (sent_size IS NULL OR sent_size >= 0),
    sent_content BLOB             CHECK (sent_content IS NULL OR length(sent_content) = 32),
    sent_remote  TEXT,
    sent_at      INTEGER,
    transfer     BLOB             REFERENCES transfers (id) ON DELETE SET NULL,
    code         TEXT    NOT NULL,
    text         TEXT    NOT NULL,
    decided_at   INTEGER NOT NULL,
    UNIQUE (watch, name),
    CHECK ((sent_print IS NULL) = (sent_at IS NULL) AND (sent_print IS NULL) = (sent_size IS NULL)),
    -- What is confirmed says what.
    CHECK (state <> 'confirmed' OR sent_print IS NOT NULL)
) STRICT;

CREATE INDEX watch_files_by_state ON watch_files (watch, state, since, id, size);
CREATE INDEX watch_files_by_decision ON watch_files (watch, decided_at, id);
CREATE INDEX watch_files_of_transfer ON watch_files (transfer) WHERE transfer IS NOT NULL;
CREATE INDEX watch_files_by_content ON watch_files (content) WHERE content IS NOT NULL;
CREATE INDEX watch_files_by_sent_content ON watch_files (sent_content) WHERE sent_content IS NOT NULL;
CREATE INDEX watch_files_by_size ON watch_files (size);
CREATE INDEX watch_files_by_sent_size ON watch_files (sent_size) WHERE sent_size IS NOT NULL;
