package objects

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Kind is what retention tells apart.
type Kind string

// The kinds.
const (
	Raw     Kind = "raw"
	Parquet Kind = "parquet"
	Backups Kind = "backups"
)

var kinds = []Kind{Raw, Parquet, Backups}

// Keep says how much of a kind is kept. Whatever breaks one of its rules goes. The zero value keeps everything.
type Keep struct {
	MaxAge   time.Duration // since it was last written; 0: no limit
	MaxCount int           // the newest; 0: no limit
}

// Policy is what is kept. A raw recording and the tables of a session count as one each.
type Policy struct {
	Raw, Parquet, Backups Keep
}

// Validate says what is wrong with the policy.
func (p Policy) Validate() error {
	for kind, k := range map[Kind]Keep{Raw: p.Raw, Parquet: p.Parquet, Backups: p.Backups} {
		if k.MaxAge < 0 || k.MaxCount < 0 {
			return fmt.Errorf("objects: retention of %s: neither age nor count can be negative", kind)
		}
	}
	return nil
}

// Removal is something that retention removed, or would remove in a dry run.
type Removal struct {
	Kind    Kind
	Name    string // "2025/9693", or a backup's name
	Why     string // "older than 720h0m0s", "more than 10"
	Objects int
	Bytes   int64
	Stored  time.Time
}

// Kept is something that the policy would remove, and why it stayed.
type Kept struct {
	Kind Kind
	Name string
	Why  string
}

// Pruned is what Prune did.
type Pruned struct {
	Removed []Removal
	Kept    []Kept
}

// holding is a recording, a session's tables or a backup.
type holding struct {
	Removal
	session Session
	objects []Info
	listed  bool // its manifest is there
	was     Info // of a raw recording's manifest
	raw     *Manifest
}

// Prune removes what the policy does not keep at the moment now, and says what. A raw recording goes only if its
// manifest is readable and complete. With dry it removes nothing and says what it would. One that can not be removed
// does not keep the others from going; the error then tells. An interrupted Prune is continued by the next.
func (s *Store) Prune(ctx context.Context, p Policy, now time.Time, dry bool) (Pruned, error) {
	var done Pruned
	if err := p.Validate(); err != nil {
		return done, err
	}
	var failed []error
	for _, kind := range []struct {
		kind Kind
		keep Keep
		find func(context.Context) ([]*holding, error)
	}{{Raw, p.Raw, s.recordings}, {Parquet, p.Parquet, s.partitions}, {Backups, p.Backups, s.backupHoldings}} {
		found, err := kind.find(ctx)
		if err != nil {
			failed = append(failed, err)
			continue
		}
		for _, h := range kind.keep.refuse(found, now) {
			if why := s.protect(ctx, h); why != "" {
				done.Kept = append(done.Kept, Kept{kind.kind, h.Name, why})
				continue
			}
			if !dry {
				if err := s.remove(ctx, h); err != nil {
					failed = append(failed, err)
					continue
				}
			}
			done.Removed = append(done.Removed, h.Removal)
		}
	}
	return done, errors.Join(failed...)
}

// refuse picks what breaks a rule and says which. What is not complete is no reason to remove what is: it does not
// count.
func (k Keep) refuse(all []*holding, now time.Time) []*holding {
	slices.SortFunc(all, func(a, b *holding) int {
		return cmp.Or(b.Stored.Compare(a.Stored), strings.Compare(b.Name, a.Name))
	})
	var out []*holding
	kept := 0
	for _, h := range all {
		switch {
		case h.raw != nil && h.raw.Removing:
			h.Why = "its removal was begun"
		case k.MaxAge > 0 && now.Sub(h.Stored) > k.MaxAge:
			h.Why = fmt.Sprintf("older than %s", k.MaxAge)
		case k.MaxCount > 0 && kept >= k.MaxCount:
			h.Why = fmt.Sprintf("more than %d", k.MaxCount)
		default:
			if h.Kind != Raw || h.raw != nil && h.raw.Complete {
				kept++
			}
			continue
		}
		out = append(out, h)
	}
	slices.SortFunc(out, func(a, b *holding) int { return strings.Compare(a.Name, b.Name) })
	return out
}

// protect says why a holding must stay, "" if it may go.
func (s *Store) protect(ctx context.Context, h *holding) string {
	switch {
	case h.Kind == Backups && !h.listed:
		return "its upload is not finished"
	case h.Kind != Raw:
		return ""
	case !h.listed:
		return "it has no manifest"
	case h.raw == nil:
		_, err := s.Manifest(ctx, h.session)
		return fmt.Sprintf("its manifest can not be read: %v", err)
	case !h.raw.Complete:
		return "its manifest is not complete"
	}
	return ""
}

// remove takes a holding away. A raw recording is marked first, so that nobody takes half of it for damaged, and its
// manifest goes last.
func (s *Store) remove(ctx context.Context, h *holding) error {
	if h.Kind == Raw && !h.raw.Removing {
		h.raw.Removing = true
		if err := s.putManifest(ctx, manifestKey(h.session), h.raw, h.was); err != nil {
			return fmt.Errorf("objects: remove %s %s: %w", h.Kind, h.Name, err)
		}
	}
	last := func(i Info) bool { return strings.HasSuffix(i.Key, ".json") }
	slices.SortStableFunc(h.objects, func(a, b Info) int {
		switch {
		case last(a) == last(b):
			return strings.Compare(a.Key, b.Key)
		case last(a):
			return 1
		}
		return -1
	})
	for _, i := range h.objects {
		if err := s.bucket.Delete(ctx, i.Key); err != nil {
			return fmt.Errorf("objects: remove %s %s: %w", h.Kind, h.Name, err)
		}
	}
	return nil
}

// gather lists a kind's objects and puts together what name says belongs together.
func (s *Store) gather(ctx context.Context, kind Kind, name func(key string) (Session, string, bool)) (map[string]*holding, error) {
	all := map[string]*holding{}
	for i, err := range s.bucket.List(ctx, string(kind)+"/") {
		if err != nil {
			return nil, err
		}
		session, of, ok := name(i.Key)
		if !ok {
			continue // not ours
		}
		h := all[of]
		if h == nil {
			h = &holding{Removal: Removal{Kind: kind, Name: of}, session: session}
			all[of] = h
		}
		h.objects = append(h.objects, i)
		h.Objects++
		h.Bytes += i.Size
		if i.Stored.After(h.Stored) {
			h.Stored = i.Stored
		}
	}
	return all, nil
}

// rawSession reads raw/{season}/{key}/….
func rawSession(key string) (Session, string, bool) {
	part := strings.Split(key, "/")
	if len(part) != 4 {
		return Session{}, "", false
	}
	return parseSession(part[1], part[2])
}

func parseSession(season, key string) (Session, string, bool) {
	year, err := strconv.Atoi(season)
	s := Session{year, key}
	if err != nil || s.valid() != nil {
		return Session{}, "", false
	}
	return s, s.String(), true
}

// tableSession reads parquet/…/season={season}/session_key={key}/… and the manifests' names.
func tableSession(key string) (Session, string, bool) {
	part := strings.Split(key, "/")
	if len(part) < 4 {
		return Session{}, "", false
	}
	season, ok := strings.CutPrefix(part[2], "season=")
	of, also := strings.CutPrefix(part[3], "session_key=")
	if part[1] == "_manifest" {
		of = strings.TrimSuffix(of, ".json")
	}
	if !ok || !also {
		return Session{}, "", false
	}
	return parseSession(season, of)
}

func (s *Store) recordings(ctx context.Context) ([]*holding, error) {
	found, err := s.gather(ctx, Raw, rawSession)
	if err != nil {
		return nil, err
	}
	var all []*holding
	for _, h := range found {
		h.listed = slices.ContainsFunc(h.objects, func(i Info) bool { return i.Key == manifestKey(h.session) })
		if h.listed {
			m, was, err := s.manifest(ctx, h.session)
			if err == nil {
				h.raw, h.was = m, was
			} else if ctx.Err() != nil {
				return nil, err
			}
		}
		all = append(all, h)
	}
	return all, nil
}

func (s *Store) partitions(ctx context.Context) ([]*holding, error) {
	found, err := s.gather(ctx, Parquet, tableSession)
	var all []*holding
	for _, h := range found {
		all = append(all, h)
	}
	return all, err
}

func (s *Store) backupHoldings(ctx context.Context) ([]*holding, error) {
	found, err := s.gather(ctx, Backups, func(key string) (Session, string, bool) {
		return Session{}, strings.TrimSuffix(strings.TrimPrefix(key, backupFolder), manifestEnding), true
	})
	var all []*holding
	for _, h := range found {
		h.listed = slices.ContainsFunc(h.objects, func(i Info) bool { return strings.HasSuffix(i.Key, manifestEnding) })
		all = append(all, h)
	}
	return all, err
}

// Recordings lists the sessions of which something raw is stored, by season and key.
func (s *Store) Recordings(ctx context.Context) ([]Session, error) {
	return sessions(s.gather(ctx, Raw, rawSession))
}

// TableSessions lists the sessions of which tables are stored, by season and key.
func (s *Store) TableSessions(ctx context.Context) ([]Session, error) {
	return sessions(s.gather(ctx, Parquet, tableSession))
}

func sessions(found map[string]*holding, err error) ([]Session, error) {
	var all []Session
	for _, h := range found {
		all = append(all, h.session)
	}
	slices.SortFunc(all, func(a, b Session) int {
		return cmp.Or(cmp.Compare(a.Season, b.Season), strings.Compare(a.Key, b.Key))
	})
	return all, err
}

// AbortStale gives up uploads that were begun before the moment, which is usually StaleAfter ago, and names their
// objects. With dry it only names them.
func (s *Store) AbortStale(ctx context.Context, before time.Time, dry bool) ([]string, error) {
	return s.bucket.AbortStale(ctx, before, dry)
}
