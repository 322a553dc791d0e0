-- Downloads: what a service said of a file, the link it came from, its partial file, and which bytes of that are durable.

ALTER TABLE transfers ADD COLUMN found TEXT CHECK (found IS NULL OR json_valid(found));

-- Links may hold secrets: encrypted, bound to this row by its transfer.
CREATE TABLE links (
    transfer BLOB NOT NULL PRIMARY KEY REFERENCES transfers (id) ON DELETE CASCADE,
    sealed   BLOB NOT NULL
) STRICT;

CREATE TABLE partials (
    transfer BLOB    NOT NULL PRIMARY KEY REFERENCES transfers (id) ON DELETE CASCADE,
    folder   BLOB    NOT NULL,
    name     TEXT    NOT NULL CHECK (name <> ''),
    -- Which file the name stood for: an inode number or file id may need all of its 16 bytes.
    mark     TEXT    NOT NULL CHECK (json_valid(mark)),
    total    INTEGER          CHECK (total IS NULL OR total >= 0),
    version  TEXT    NOT NULL CHECK (json_valid(version))
) STRICT;

-- Written only after the bytes that it claims were synced.
CREATE TABLE segments (
    transfer   BLOB    NOT NULL REFERENCES partials (transfer) ON DELETE CASCADE,
    number     INTEGER NOT NULL CHECK (number >= 1),
    first_byte INTEGER NOT NULL CHECK (first_byte >= 0),
    end_byte   INTEGER NOT NULL CHECK (end_byte >= first_byte),
    done       INTEGER NOT NULL CHECK (done BETWEEN first_byte AND end_byte),
    PRIMARY KEY (transfer, number)
) STRICT, WITHOUT ROWID;
