package persist

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"pitwall.live/internal/events"
	"pitwall.live/internal/f1"
	"pitwall.live/internal/feed"
	"pitwall.live/internal/sessionlog"
	"pitwall.live/internal/store"
	"pitwall.live/internal/tables"
)

// Recording takes the messages of a session that is imported as a whole.
type Recording struct {
	d       *deriver
	content Content
	name    string // of its log; "": its content names it
	params  events.Params
	last    feed.Message // without its payload
	n       uint64
}

// NewRecording begins one. The key names the session while the feed does not.
func NewRecording(key string, p events.Params) *Recording {
	return &Recording{d: newDeriver(key, "", p), params: p}
}

// Take takes the next message. The error is of samples that can not be read; what could be read was used.
func (r *Recording) Take(m *feed.Message) error {
	r.content.Add(m)
	r.n++
	err := r.d.apply(m)
	if !m.Time.IsZero() {
		r.last.Time = m.Time
	}
	return err
}

// Name says by which name the store is to know the session, as that of its log; "" is that of its content.
func (r *Recording) Name(name string) { r.name = name }

// Key names the session as far as it is known.
func (r *Recording) Key() string { return r.d.session.Key() }

// Skipped are the messages that could not be used, the first of them with their reasons.
func (r *Recording) Skipped() (total uint64, first []string) {
	st := r.d.session.State
	for _, k := range st.Skipped {
		first = append(first, fmt.Sprintf("%s at %s: %s", k.Topic, k.Time.Format("15:04:05.000"), k.Reason))
	}
	return uint64(st.SkippedTotal), first
}

// ErrStored is the error of a session that the store holds already, made of something else.
var ErrStored = errors.New("the session is stored already, from something else")

// Outcome says what an import came to.
type Outcome struct {
	Session  store.Session // as it is stored now
	Messages uint64
	Rows     int  // other than samples
	Samples  int  // of telemetry and places
	Was      bool // the store had its rows: none was written
}

// Store keeps the whole session. What is stored of the same recording, whatever the time, is left; what is stored of
// something else is ErrStored, unless replace is set. Rows are kept as a whole or not at all; what an import that was killed
// after them had still to tell, classifications and reference data, is told by the next one.
func (r *Recording) Store(ctx context.Context, st Store, replace bool) (o Outcome, err error) {
	o.Messages = r.n
	content := r.content.String()
	ours := newIdentity(cmp.Or(r.name, content), r.params)
	at, err := st.Find(ctx, r.Key())
	switch {
	case errors.Is(err, store.ErrNotFound):
	case err != nil:
		return o, fmt.Errorf("import %s: %w", r.Key(), err)
	default:
		their, _ := parseIdentity(at.Log)
		if at.Source == sourceLog && their == ours && at.Whole && !replace {
			o.Was = true
			return o, r.finish(ctx, st, &o)
		}
		if their.log != ours.log && their.log != content && !replace {
			return o, fmt.Errorf("import %s: %w", r.Key(), ErrStored)
		}
		replace = true
	}
	d := r.d
	d.identity = ours.String()
	b := d.all()
	b.Replace = replace
	b.Session.Round = roundOf(&b.Session, &at)
	for i := range b.Changes {
		o.Rows += len(b.Changes[i].Rows)
	}
	o.Samples = len(b.Telemetry) + len(b.Locations)
	if err := st.Write(ctx, b); err != nil {
		return o, fmt.Errorf("import %s: %w", d.key, err)
	}
	return o, r.finish(ctx, st, &o)
}

// finish keeps what the session says beside its rows. It changes nothing where that is kept already.
func (r *Recording) finish(ctx context.Context, st Store, o *Outcome) (err error) {
	d, key := r.d, r.Key()
	d.verdicts.end(d.session.State, r.last.Time)
	if err := putResults(ctx, st, key, d.verdicts.found); err != nil {
		return fmt.Errorf("import %s: results: %w", key, err)
	}
	if err := TakePlace(ctx, st, key); err != nil {
		return fmt.Errorf("import %s: in place of its tables: %w", key, err)
	}
	if o.Session, err = st.Find(ctx, key); err != nil {
		return fmt.Errorf("import %s: %w", key, err)
	}
	if err := fillReference(ctx, st, d.session.State, o.Session.Round); err != nil {
		return fmt.Errorf("import %s: %w", key, err)
	}
	return nil
}

// NameOf names a log as the store knows it when it is followed, see [About].
func NameOf(log *sessionlog.Log) (string, error) {
	first, err := log.Read(1, 1)
	if err != nil {
		return "", err
	}
	if len(first) == 0 {
		return logName(log.Header(), &feed.Message{}), nil
	}
	return logName(log.Header(), &first[0]), nil
}

// ContentOf names a log that is a copy of a recording by its messages.
func ContentOf(log *sessionlog.Log) (string, error) {
	var c Content
	err := log.Each(1, func(m *feed.Message) error { c.Add(m); return nil })
	return c.String(), err
}

// Whole makes one batch of the tables of a session that were not made of a log: source says of what (fastf1, openf1).
func Whole(session f1.SessionRow, source string, rows tables.Rows) *store.Batch {
	b := &store.Batch{Session: session, Source: source, Offset: 1, Whole: true, Ended: true}
	for _, t := range tables.All() {
		if slices.Contains(elsewhere, t.Name) {
			continue
		}
		if c, ok := newDiff(t).step(rows.Cells(t.Name), false); ok {
			b.Changes = append(b.Changes, c)
		}
	}
	return b
}
