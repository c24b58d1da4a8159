-- What can be searched. Words are folded by the program (store.Words), so that the index needs no language and
-- a migration can not make them: stored sessions are indexed by the program after this step (search.go).

-- +goose Up
CREATE TABLE search_entries (
    number INTEGER PRIMARY KEY,
    session INTEGER REFERENCES sessions (number) ON DELETE CASCADE, -- NULL: from the reference data
    kind INTEGER NOT NULL, -- the order in which kinds are given: 0 session, 1 driver, 2 circuit, 3 event, 4 race_control
    place INTEGER NOT NULL, -- what names the entry within its session and kind
    ref TEXT NOT NULL, -- of what was found
    title TEXT NOT NULL,
    detail TEXT NOT NULL,
    time INTEGER,
    words TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX search_entries_by_place ON search_entries (session, kind, place);
CREATE INDEX search_entries_by_ref ON search_entries (kind, ref);

CREATE VIRTUAL TABLE search_words USING fts5 (words, content = 'search_entries', content_rowid = 'number', tokenize = 'unicode61 remove_diacritics 0', prefix = '1 2 3');

-- +goose StatementBegin
CREATE TRIGGER search_entries_insert AFTER INSERT ON search_entries BEGIN
    INSERT INTO search_words (rowid, words) VALUES (new.number, new.words);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER search_entries_delete AFTER DELETE ON search_entries BEGIN
    INSERT INTO search_words (search_words, rowid, words) VALUES ('delete', old.number, old.words);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER search_entries_update AFTER UPDATE ON search_entries BEGIN
    INSERT INTO search_words (search_words, rowid, words) VALUES ('delete', old.number, old.words);
    INSERT INTO search_words (rowid, words) VALUES (new.number, new.words);
END;
-- +goose StatementEnd
