-- What a service measured of a finished file by itself, where it does so.

ALTER TABLE transfers ADD COLUMN follow TEXT CHECK (follow IS NULL OR json_valid(follow));
