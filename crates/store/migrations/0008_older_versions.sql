-- Every file that a watch left at the service when another one took its place, whatever becomes of it: what has its content
-- need not be sent. Kept by the table itself, since whoever changes what a name stands for could forget it.

ALTER TABLE watch_replaced ADD COLUMN goes    INTEGER NOT NULL DEFAULT 1 CHECK (goes IN (0, 1));
ALTER TABLE watch_replaced ADD COLUMN content BLOB    CHECK (content IS NULL OR length(content) = 32);
ALTER TABLE watch_replaced ADD COLUMN print   TEXT    CHECK (print IS NULL OR json_valid(print));
ALTER TABLE watch_replaced ADD COLUMN size    INTEGER CHECK (size IS NULL OR size >= 0);
ALTER TABLE watch_replaced ADD COLUMN at      INTEGER;

CREATE INDEX watch_replaced_by_content ON watch_replaced (content, watch) WHERE content IS NOT NULL;
CREATE INDEX watch_replaced_by_size ON watch_replaced (size) WHERE size IS NOT NULL;
CREATE INDEX watch_replaced_by_remote ON watch_replaced (remote);

-- With no other in its place it is gone there, or goes by another name.
CREATE TRIGGER watch_files_replaced AFTER UPDATE OF sent_remote ON watch_files
WHEN OLD.sent_remote IS NOT NULL AND OLD.sent_remote IS NOT NEW.sent_remote
BEGIN
    DELETE FROM watch_replaced WHERE watch = OLD.watch AND remote = OLD.sent_remote;
    INSERT INTO watch_replaced (watch, remote, goes, content, print, size, at)
        SELECT OLD.watch, OLD.sent_remote, old = 'delete' OR policy = 'mirror', OLD.sent_content, OLD.sent_print, OLD.sent_size,
            OLD.sent_at
        FROM watches WHERE id = OLD.watch AND NEW.sent_remote IS NOT NULL;
END;
