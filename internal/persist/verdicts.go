package persist

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/feed"
	"pitwall.live/internal/store"
	"pitwall.live/internal/tables"
	"pitwall.live/internal/timing"
)

// settled is how long, in time of the session, a classification must stand to be one: cars come over the line one by
// one, and a correction changes several lines.
const settled = 30 * time.Second

// verdicts finds the versions of a session's classification: after the flag, each that stands for a while. They depend on
// the messages alone.
type verdicts struct {
	found  []store.Results // in order, not yet taken
	last   uint64          // hash of the newest version
	now    uint64          // hash of the classification as it stands
	since  time.Time       // of the session, when it became so
	looked time.Time
	buffer *diff
}

// over reports whether the session is: the classification is one from then on.
func over(s *timing.Session) bool {
	return s.Status == f1.StatusFinalised || s.Status == f1.StatusEnds
}

// step looks at the classification after a message, once a second of the session.
func (v *verdicts) step(s *timing.Session, m *feed.Message) {
	if !over(s) || m.Time.IsZero() || m.Time.Sub(v.looked) < time.Second {
		return
	}
	v.looked = m.Time
	if h := v.hash(s); h != v.now {
		v.now, v.since = h, m.Time
		return
	}
	if m.Time.Sub(v.since) >= settled {
		v.note(s, v.since)
	}
}

// end takes the classification as it stands at the end of the log. A session that the feed has not ended has none: its
// source went away, or the program that recorded it did.
func (v *verdicts) end(s *timing.Session, at time.Time) {
	if !over(s) {
		return
	}
	if h := v.hash(s); h != v.now {
		v.now, v.since = h, at
	}
	v.note(s, v.since)
}

func (v *verdicts) note(s *timing.Session, known time.Time) {
	rows := s.Results()
	if v.now == v.last || len(rows) == 0 || known.IsZero() {
		return
	}
	v.last = v.now
	row := s.SessionRow()
	v.found = append(v.found, store.Results{
		Session: row.SessionKey, Season: row.Season.Value, Round: row.Round.Value, Type: row.Type,
		Known: known.UTC().Truncate(time.Millisecond), Status: store.ResultProvisional, Source: "timing", Rows: rows, Drivers: s.DriverRows(),
	})
}

func (v *verdicts) hash(s *timing.Session) uint64 {
	if v.buffer == nil {
		v.buffer = newDiff(tables.Results.Describe())
	}
	h := uint64(14695981039346656037)
	for row := range tables.Results.Cells(slices.Values(s.Results())) {
		h = (h ^ v.buffer.hash(row)) * 1099511628211
	}
	return h
}

// putResults keeps the versions that the store does not have.
func putResults(ctx context.Context, st Store, session string, found []store.Results) error {
	known, err := st.Versions(ctx, session)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	for _, v := range later(found, known) {
		if err := st.PutResults(ctx, &v); err != nil {
			return err
		}
	}
	return nil
}

// later leaves out the versions that were known when the newest stored one was.
func later(found, stored []store.Results) []store.Results {
	if len(stored) == 0 {
		return found
	}
	newest := slices.MaxFunc(stored, func(a, b store.Results) int { return cmp.Compare(a.Known.UnixMilli(), b.Known.UnixMilli()) })
	return slices.DeleteFunc(slices.Clone(found), func(r store.Results) bool { return !r.Known.After(newest.Known) })
}
