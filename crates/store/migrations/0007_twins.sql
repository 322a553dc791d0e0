-- Who has the same content is found without reading all of a thousand files that are alike.

DROP INDEX watch_files_by_content;
DROP INDEX watch_files_by_sent_content;
CREATE INDEX watch_files_by_content ON watch_files (content, watch, (state = 'gone')) WHERE content IS NOT NULL;
CREATE INDEX watch_files_by_sent_content ON watch_files (sent_content, watch, (state = 'gone'))
    WHERE sent_content IS NOT NULL;
CREATE INDEX watch_files_by_number ON watch_files (print ->> 'file');
