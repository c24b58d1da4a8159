package openf1

import (
	"cmp"
	"context"
	"math"
	"net/http"
	"slices"

	"pitwall.live/internal/tables"
)

// answer are the rows that hold, as text in one piece of memory, and what they are sorted by.
type answer struct {
	collection *collection
	selection  selection
	csv        bool
	limits     *Limits
	text       []byte
	rows       []line
}

// line is one row of an answer.
type line struct {
	start, meeting, session, position, id int64 // missing first
	from, to                              int
}

// missing sorts before anything.
const missing = math.MinInt64

func sortKey(c *collection, values []value, name string) int64 {
	at := c.index(name)
	if at < 0 || values[at].shape == null {
		return missing
	}
	return values[at].n
}

// take adds a document if the query wants it. Rows of tables have no id: their date says when they became known.
func (a *answer) take(doc *document) error {
	if !a.selection.holds(doc.values) {
		return nil
	}
	if most := a.limits.Rows; most > 0 && len(a.rows) >= most {
		return refuse("More than %d rows: narrow the query, for example by session_key, driver_number or date.", most)
	}
	c := a.collection
	l := line{
		start: sortKey(c, doc.values, "date_start"), meeting: sortKey(c, doc.values, "meeting_key"), session: sortKey(c, doc.values, "session_key"),
		position: sortKey(c, doc.values, "position_current"), id: doc.id, from: len(a.text),
	}
	if doc.id == 0 {
		l.id = sortKey(c, doc.values, "date")
	}
	if a.csv {
		a.text = appendCSVRow(a.text, doc.values)
	} else {
		a.text = c.appendObject(a.text, doc.values)
	}
	l.to = len(a.text)
	if most := a.limits.Bytes; most > 0 && l.to > most {
		return refuse("More than %d bytes: narrow the query, for example by session_key, driver_number or date.", most)
	}
	a.rows = append(a.rows, l)
	return nil
}

// appendObject writes a document as JSON, its members in the order of their names.
func (c *collection) appendObject(dst []byte, values []value) []byte {
	first := true
	dst = append(dst, '{')
	for i := range c.fields {
		if values[i].shape == absent {
			continue
		}
		if !first {
			dst = append(dst, ',')
		}
		first = false
		dst = append(dst, '"')
		dst = append(dst, c.fields[i].name...)
		dst = append(dst, '"', ':')
		dst = values[i].appendJSON(dst)
	}
	return append(dst, '}')
}

func appendCSVRow(dst []byte, values []value) []byte {
	for i := range values {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = values[i].appendCSV(dst)
	}
	return append(dst, '\r', '\n')
}

// write sends the rows in OpenF1's order.
func (a *answer) write(w http.ResponseWriter) {
	slices.SortStableFunc(a.rows, func(x, y line) int {
		return cmp.Or(cmp.Compare(x.start, y.start), cmp.Compare(x.meeting, y.meeting), cmp.Compare(x.session, y.session),
			cmp.Compare(x.position, y.position), cmp.Compare(x.id, y.id))
	})
	h := w.Header()
	h.Set("Cache-Control", "no-cache")
	var out []byte
	if a.csv {
		h.Set("Content-Type", "text/csv; charset=utf-8")
		h.Set("Content-Disposition", "attachment; filename="+a.collection.name+".csv")
		for i, f := range a.collection.fields {
			if i > 0 {
				out = append(out, ',')
			}
			out = append(out, f.name...)
		}
		out = append(out, '\r', '\n')
	} else {
		h.Set("Content-Type", "application/json")
		out = append(out, '[')
	}
	const piece = 64 << 10
	for i, l := range a.rows {
		if i > 0 && !a.csv {
			out = append(out, ',')
		}
		out = append(out, a.text[l.from:l.to]...)
		if len(out) >= piece {
			if _, err := w.Write(out); err != nil {
				return // the client is gone
			}
			out = out[:0]
		}
	}
	if !a.csv {
		out = append(out, ']')
	}
	_, _ = w.Write(out) // as above
}

// collect fills an answer from the sessions that were chosen for it.
func (s *Dialect) collect(ctx context.Context, chosen []occasion, a *answer) error {
	switch a.collection.name {
	case sessionsOf:
		for i := range chosen {
			if err := a.take(sessionDocument(&chosen[i])); err != nil {
				return err
			}
		}
		return nil
	case meetingsOf:
		for _, doc := range meetingDocuments(chosen) {
			if err := a.take(doc); err != nil {
				return err
			}
		}
		return nil
	}
	if most := s.cfg.Limits.Sessions; most > 0 && len(chosen) > most {
		return refuse("%d sessions would be looked through, %d are the most: narrow the query by session_key or meeting_key.", len(chosen), most)
	}
	if err := s.plan(a.collection, chosen); err != nil {
		return err
	}
	for i := range chosen {
		if err := s.collectOf(ctx, &chosen[i], a); err != nil {
			return err
		}
	}
	return nil
}

// derived are the collections that are made from a log's messages.
var derived = map[string]bool{
	driversOf: true, lapsOf: true, stintsOf: true, positionOf: true, raceControlOf: true, weatherOf: true, championshipDrivers: true, championshipTeams: true,
}

// plan decides which sessions on the shelf are read from the store, and refuses to read many logs into memory for one
// answer. What the store knows as well as the log is never a reason to read it; the log of a single session is read
// for what only its messages say: mini-sectors, the parts of qualifying and their best laps, the addresses of recordings.
func (s *Dialect) plan(c *collection, chosen []occasion) error {
	_, kept := translations[c.name]
	kept = kept || c.name == startingGridOf
	only := len(chosen) == 1 && (derived[c.name] || c.name == teamRadioOf || c.name == sessionResultOf && isQualifying(chosen[0].kind))
	loads := 0
	for i := range chosen {
		o := &chosen[i]
		if r := o.race; c.name == startingGridOf && r != nil && r.held && !r.loaded && !r.stored {
			loads++
		}
		switch {
		case !o.held || o.loaded:
		case o.stored && kept && !only:
			o.held = false
		default:
			loads++
		}
	}
	if most := s.cfg.Limits.Loads; most > 0 && loads > most {
		return refuse("The logs of %d sessions would be read for it, %d are the most: name a session_key.", loads, most)
	}
	return nil
}

// collectOf adds the rows of one session.
func (s *Dialect) collectOf(ctx context.Context, o *occasion, a *answer) error {
	if err := context.Cause(ctx); err != nil {
		return err
	}
	if a.collection.name == startingGridOf {
		return s.collectGrid(ctx, o, a)
	}
	if !o.held {
		return s.collectTable(ctx, o, a)
	}
	p, err := s.sessions.Place(o.key, noTime, 0, o.clock)
	if err != nil {
		return err
	}
	if name := a.collection.name; derived[name] || name == teamRadioOf || name == overtakesOf || name == sessionResultOf {
		done := derived[name]
		err := s.books.read(ctx, s.sessions, o, &p, func(d *Derivation) error {
			o.path, o.best = d.path, d.best.copied()
			if done = done || name == overtakesOf && d.overtaking; !done {
				return nil
			}
			for _, doc := range d.newest[name] {
				if err := a.take(doc); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil || done {
			return err
		}
	}
	return s.collectTable(ctx, o, a)
}

// collectTable adds the rows of a session that are those of a table.
func (s *Dialect) collectTable(ctx context.Context, o *occasion, a *answer) error {
	t, ok := translations[a.collection.name]
	if !ok {
		return nil // of the championship there is no table
	}
	read, err := newReader(o, t.table)
	if err != nil {
		return err
	}
	rows, err := s.rows(ctx, o, t.table)
	if err != nil {
		return err
	}
	doc := newDocument(a.collection)
	for row, err := range rows {
		if err != nil {
			return err
		}
		if err := a.translate(t, read, row, doc); err != nil {
			return err
		}
	}
	return nil
}

// translate adds a row of a table. The document is the same memory each time.
func (a *answer) translate(t translation, read *reader, row tables.Row, doc *document) error {
	if !read.document(t, row, doc) {
		return nil
	}
	return a.take(doc)
}
