-- What a watch does with versions that the service has already, what it says of its files there, and its return.

ALTER TABLE watches ADD COLUMN old TEXT NOT NULL DEFAULT 'keep' CHECK (old IN ('keep', 'delete'));
ALTER TABLE watches ADD COLUMN options TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(options));
-- Taken off the list, with what is known of its files, for the day when its folder is watched again.
ALTER TABLE watches ADD COLUMN removed_at INTEGER;

-- Files at the service that newer versions took the place of, and that are to be deleted there.
CREATE TABLE watch_replaced (
    id     INTEGER PRIMARY KEY,
    watch  BLOB    NOT NULL REFERENCES watches (id) ON DELETE CASCADE,
    remote TEXT    NOT NULL CHECK (remote <> ''),
    UNIQUE (watch, remote)
) STRICT;

CREATE INDEX watch_files_by_remote ON watch_files (sent_remote) WHERE sent_remote IS NOT NULL;
