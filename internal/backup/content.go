package backup

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"pitwall.live/internal/almanac"
	"pitwall.live/internal/store"
)

// The tables beside those of sessions, as the manifest names them.
const (
	tableCircuits     = "circuits"
	tableDrivers      = "drivers"
	tableConstructors = "constructors"
	tableRaces        = "races"
	tableAlmanac      = "almanac_pages"
	tableConfig       = "config"
	tableUsers        = "users"
	tableResults      = "result_versions" // of sessions of which nothing else is stored
)

// besides are these tables in the order in which they are proven.
var besides = []string{tableCircuits, tableDrivers, tableConstructors, tableRaces, tableAlmanac, tableConfig, tableUsers, tableResults}

// TableManifest is what a backup says of a table beside those of sessions.
type TableManifest struct {
	Rows int `json:"rows"`
	// Hash is the SHA-256 of the rows in their order, each as a line of JSON without what is unknown, so that a member
	// that rows gain later changes no hash of before. Moments are to the millisecond, as every engine keeps them.
	Hash string `json:"hash"`
}

// content is what a table holds, row by row.
type content []line

// line is a row. Rows of one key stay together: of what the store had under a key before, see [reader.prove].
type line struct {
	key  string
	text []byte
}

// add appends a row.
func add[R any](c *content, key string, row R) error {
	var members map[string]any
	text, err := json.Marshal(row)
	if err == nil {
		err = json.Unmarshal(text, &members)
	}
	if err == nil {
		dropUnknown(members)
		text, err = json.Marshal(members) // in order of their names
	}
	if err == nil {
		*c = append(*c, line{key, text})
	}
	return err
}

// dropUnknown takes null and "" out of objects, however deep.
func dropUnknown(v any) {
	switch v := v.(type) {
	case map[string]any:
		for name, member := range v {
			if member == nil || member == "" {
				delete(v, name)
			}
			dropUnknown(member)
		}
	case []any:
		for _, element := range v {
			dropUnknown(element)
		}
	}
}

// lines are rows as content.
func lines[R any](rows []R, key func(*R) string) (c content, err error) {
	for i := range rows {
		if err := add(&c, key(&rows[i]), rows[i]); err != nil {
			return nil, err
		}
	}
	return c, nil
}

func (c content) manifest() TableManifest {
	h := sha256.New()
	for _, l := range c {
		h.Write(l.text)
		h.Write([]byte{'\n'})
	}
	return TableManifest{Rows: len(c), Hash: hex.EncodeToString(h.Sum(nil))}
}

// keys are the keys of the rows.
func (c content) keys() map[string]bool {
	keys := make(map[string]bool, len(c))
	for _, l := range c {
		keys[l.key] = true
	}
	return keys
}

// where keeps the rows whose keys are meant.
func (c content) where(meant func(key string) bool) content {
	var out content
	for _, l := range c {
		if meant(l.key) {
			out = append(out, l)
		}
	}
	return out
}

// differs says where a content is another than was wanted, nil when it is not.
func (c content) differs(want content) error {
	for i := range want {
		if i >= len(c) || !bytes.Equal(c[i].text, want[i].text) {
			return fmt.Errorf("%d rows, want %d; the first that is another one is that of %s", len(c), len(want), want[i].key)
		}
	}
	if len(c) > len(want) {
		return fmt.Errorf("%d rows, want %d; the first too many is that of %s", len(c), len(want), c[len(want)].key)
	}
	return nil
}

// referenceLines are the tables of reference data.
func referenceLines(into map[string]content, r *store.Reference) (err error) {
	races := make([]store.Race, len(r.Races))
	for i, race := range r.Races {
		race.Date = moment(race.Date)
		races[i] = race
	}
	if into[tableCircuits], err = lines(r.Circuits, func(c *store.Circuit) string { return c.ID }); err != nil {
		return err
	}
	if into[tableDrivers], err = lines(r.Drivers, func(d *store.Driver) string { return d.ID }); err != nil {
		return err
	}
	if into[tableConstructors], err = lines(r.Constructors, func(c *store.Constructor) string { return c.ID }); err != nil {
		return err
	}
	into[tableRaces], err = lines(races, func(r *store.Race) string { return r.ID })
	return err
}

// moment is one as every engine keeps it.
func moment(t time.Time) time.Time { return t.UTC().Truncate(time.Millisecond) }

// almanacLines are pages in all versions; those of one page have one key.
func almanacLines(pages []almanac.Page) (c content, err error) {
	for _, p := range pages {
		p.Known = moment(p.Known)
		if err := add(&c, p.Name.String(), p); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// configLines are settings in all versions.
func configLines(versions []store.Setting) (c content, err error) {
	for _, s := range versions {
		s.ChangedAt = moment(s.ChangedAt)
		if err := add(&c, fmt.Sprintf("%s/%d", s.Key, s.Version), s); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// userLines are users. Engines keep preferences as text or taken apart: what counts is what they say, numbers as doubles.
func userLines(users []store.User) (c content, err error) {
	for _, u := range users {
		var preferences any
		if err := json.Unmarshal(u.Preferences, &preferences); err != nil {
			return nil, fmt.Errorf("preferences of user %s: %w", u.ID, err)
		}
		said, err := json.Marshal(preferences)
		if err != nil {
			return nil, err
		}
		if u.Preferences, err = json.Marshal(string(said)); err != nil { // as one text: of it nothing is unknown
			return nil, err
		}
		u.CreatedAt = moment(u.CreatedAt)
		if err := add(&c, u.ID, u); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// resultLines are a session's classifications in all versions.
func resultLines(versions []store.Results) (c content, err error) {
	for _, v := range versions {
		v.Known = moment(v.Known)
		if err := add(&c, v.Session, v); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// standingLines is what a store knows of a session beside its row, but for what it counts and names itself.
func standingLines(s *store.Session) (c content, err error) {
	err = add(&c, s.SessionKey, struct {
		Simulated   bool
		Source, Log string
		Offset      uint64
		Whole       bool
	}{s.Simulated, s.Source, s.Log, s.Offset, s.Whole})
	return c, err
}

// settingsOf are all settings in all versions.
func settingsOf(ctx context.Context, s store.Store) (versions []store.Setting, err error) {
	all, err := s.Settings(ctx)
	if err != nil {
		return nil, err
	}
	for _, newest := range all {
		history, err := s.SettingVersions(ctx, newest.Key)
		if err != nil {
			return nil, err
		}
		versions = append(versions, history...)
	}
	return versions, nil
}

// kept reads what the store has beside sessions.
func kept(ctx context.Context, s store.Store) (map[string]content, error) {
	c := map[string]content{}
	reference, err := s.Reference(ctx)
	if err == nil {
		err = referenceLines(c, &reference)
	}
	if err != nil {
		return nil, err
	}
	pages, err := s.Pages(ctx, store.PageQuery{Versions: true})
	if err == nil {
		c[tableAlmanac], err = almanacLines(pages)
	}
	if err != nil {
		return nil, err
	}
	settings, err := settingsOf(ctx, s)
	if err == nil {
		c[tableConfig], err = configLines(settings)
	}
	if err != nil {
		return nil, err
	}
	users, err := s.Users(ctx)
	if err == nil {
		c[tableUsers], err = userLines(users)
	}
	if err != nil {
		return nil, err
	}
	results, err := s.EveryResults(ctx, "")
	if err == nil {
		c[tableResults], err = resultLines(results)
	}
	return c, err
}
