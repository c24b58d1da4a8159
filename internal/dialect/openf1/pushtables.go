package openf1

import (
	"context"
	"encoding/binary"
	"fmt"
	"hash/maphash"
	"math"
	"time"

	"pitwall.live/internal/feed"
	"pitwall.live/internal/tables"
)

// tabled are the collections that are pushed from our tables: what REST has of them is not one message's word but what
// many come to. A row is told when it is new and when it has changed, to who hears the collection by then.
type tabled struct {
	stale bool // a message may have changed them
	again time.Time
	seed  maphash.Seed
	each  []watched // as in pushedTables
}

// watched is one of these collections.
type watched struct {
	begun bool
	quiet uint64            // what was known with this message is not told
	rows  []uint64          // the sum of each row of our table, as it was looked at last: one that is the same says the same
	told  map[string]uint64 // the sum of what was told of each document last, by key
}

// newTabled begins with what the messages up to an offset came to, which nobody is told.
func newTabled(quiet uint64) tabled {
	t := tabled{seed: maphash.MakeSeed()}
	for range pushedTables {
		t.each = append(t.each, watched{quiet: quiet, told: map[string]uint64{}})
	}
	return t
}

// pushedTables are these collections, and their keys.
var pushedTables = [...]struct {
	collection *collection
	key        func(p *pusher, doc *document) string
}{
	{intervalsCollection, func(_ *pusher, doc *document) string { return datedKey(doc, "driver_number") }},
	{pitCollection, func(p *pusher, doc *document) string {
		return fmt.Sprintf("%d_%s_%s", p.derived.session, keyPart(doc.get("lap_number")), keyPart(doc.get("driver_number")))
	}},
	{overtakesCollection, func(_ *pusher, doc *document) string {
		return datedKey(doc, "overtaking_driver_number", "overtaken_driver_number")
	}},
}

// datedKey is a key that begins with a moment, in milliseconds.
func datedKey(doc *document, fields ...string) string {
	key := fmt.Sprint(doc.get("date").n / 1000)
	for _, name := range fields {
		key += "_" + keyPart(doc.get(name))
	}
	return key
}

// sampleTopics are of no weight for these tables.
var sampleTopics = map[string]bool{feed.TopicCarData: true, feed.TopicPosition: true, feed.TopicHeartbeat: true}

// After a look at the tables there is a rest, of so many times what it took, within bounds: a look takes some milliseconds, and
// where it takes longer it mostly waits for its turn, which is no reason to wait longer.
const (
	tablesShare = 4
	tablesRest  = 50 * time.Millisecond
	tablesMost  = 250 * time.Millisecond
)

// tables tells the rows of tables that have changed, and says how long it rests yet before it looks again, 0: there is
// nothing to look at.
func (p *pusher) tables(ctx context.Context) (more time.Duration, err error) {
	t := &p.tabled
	if !p.watching() {
		t.stale = false
	}
	if !t.stale {
		return 0, nil
	}
	if wait := time.Until(t.again); wait > 0 {
		return wait, nil
	}
	began := time.Now()
	for i := range t.each {
		w := &t.each[i]
		if w.quiet >= p.offset {
			continue
		}
		if !w.begun {
			if err := p.changedRows(ctx, i, w.quiet, func(*document) error { return nil }); err != nil {
				return 0, err
			}
			w.begun, began = true, time.Now() // that was once
		}
		if err := p.changedRows(ctx, i, p.offset, p.push); err != nil {
			return 0, err
		}
	}
	t.stale = false
	t.again = time.Now().Add(min(max(tablesShare*time.Since(began), tablesRest), tablesMost))
	return 0, nil
}

// watching reports whether somebody hears any of these collections. What nobody hears is not looked at, and whoever comes
// to hear it is not told what was known by then.
func (p *pusher) watching() (any bool) {
	for i := range pushedTables {
		c, w := pushedTables[i].collection, &p.tabled.each[i]
		said := c == overtakesCollection && p.derived.overtaking // by the messages
		if said || !p.heard("v1/"+c.name) {
			w.quiet, w.begun = max(w.quiet, p.offset), false
			continue
		}
		any = true
	}
	return any
}

// changedRows gives the documents of a table's rows, as they stood with a message, that were not told like this.
func (p *pusher) changedRows(ctx context.Context, table int, offset uint64, take func(*document) error) error {
	w, c := &p.tabled.each[table], pushedTables[table].collection
	t := translations[c.name]
	rows, err := p.dialect.sessions.Rows(ctx, p.key, offset, t.table)
	if err != nil {
		return err
	}
	read, err := newReader(&occasion{number: p.derived.session, meeting: p.derived.meeting.n, kind: "race"}, t.table)
	if err != nil {
		return err
	}
	at, doc := -1, newDocument(c)
	for row := range rows {
		at++
		sum := p.sumOf(row)
		if at < len(w.rows) && w.rows[at] == sum {
			continue // of tens of thousands a few are new
		}
		if read.document(t, row, doc) {
			doc.key = pushedTables[table].key(p, doc)
			p.buf = c.appendObject(p.buf[:0], doc.values)
			said := maphash.Bytes(p.tabled.seed, p.buf)
			if old, known := w.told[doc.key]; !known || old != said {
				if err := take(doc); err != nil {
					return err
				}
				w.told[doc.key] = said
			}
		}
		if at < len(w.rows) {
			w.rows[at] = sum
		} else {
			w.rows = append(w.rows, sum)
		}
	}
	w.rows = w.rows[:at+1]
	return nil
}

// sumOf is the sum of a row and of what its document has beside it.
func (p *pusher) sumOf(row tables.Row) uint64 {
	b := binary.LittleEndian.AppendUint64(p.buf[:0], uint64(p.derived.session))
	b = binary.LittleEndian.AppendUint64(b, uint64(p.derived.meeting.n))
	for i := range row {
		c := &row[i]
		if !c.Known {
			b = append(b, 0)
			continue
		}
		b = binary.LittleEndian.AppendUint64(append(b, 1), uint64(c.N))
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(c.F))
		b = append(binary.LittleEndian.AppendUint32(b, uint32(len(c.S))), c.S...)
	}
	p.buf = b
	return maphash.Bytes(p.tabled.seed, b)
}

// document fills in the document of a row; false: the row is none of the collection. The document is the same memory
// each time.
func (r *reader) document(t translation, row tables.Row, doc *document) bool {
	clear(doc.values)
	doc.set("meeting_key", r.occasion.meetingKey())
	doc.set("session_key", integerOf(r.occasion.number))
	r.row = row
	return t.row(r, doc)
}
