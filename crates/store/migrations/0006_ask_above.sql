-- Larger files of a watch are not sent before the person said so; none is no such limit.

ALTER TABLE watches ADD COLUMN ask_above INTEGER CHECK (ask_above > 0);
