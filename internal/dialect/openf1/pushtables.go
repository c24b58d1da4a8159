package openf1

import (
	"context"
	"fmt"
	"hash/maphash"
	"time"

	"pitwall.live/internal/feed"
	"pitwall.live/internal/tables"
)

// tabled are the collections that are pushed from our tables: what REST has of them is not one message's word but what
// many come to. A row is told when it is new and when it has changed.
type tabled struct {
	stale bool // a message may have changed them
	again time.Time
	begun bool
	seed  maphash.Seed
	told  map[string]uint64 // what was told of each row last, by collection and key
}

// pushedTables are these collections, and their keys.
var pushedTables = []struct {
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

// tablesShare is which part of the time may be spent on looking at tables, and tablesRest the least between two looks.
const (
	tablesShare = 20
	tablesRest  = 100 * time.Millisecond
)

// tables tells the rows of tables that have changed. A race has tens of thousands of them, which takes some milliseconds:
// after each look there is a rest, and more is how long it lasts yet.
func (p *pusher) tables(ctx context.Context) (more time.Duration, err error) {
	t := &p.tabled
	if !t.stale {
		return 0, nil
	}
	began := time.Now()
	if wait := t.again.Sub(began); wait > 0 {
		return wait, nil
	}
	if t.told == nil {
		t.told, t.seed = map[string]uint64{}, maphash.MakeSeed()
	}
	if !t.begun { // what was known when following began is not pushed
		if err := p.changedRows(ctx, p.quiet, func(*document) error { return nil }); err != nil {
			return 0, err
		}
		t.begun = true
	}
	if p.offset > p.quiet {
		if err := p.changedRows(ctx, p.offset, p.push); err != nil {
			return 0, err
		}
	}
	t.stale = false
	t.again = time.Now().Add(max(tablesShare*time.Since(began), tablesRest))
	return 0, nil
}

// changedRows gives the rows, as they stood with a message, that were not told like this.
func (p *pusher) changedRows(ctx context.Context, offset uint64, take func(*document) error) error {
	o := &occasion{number: p.derived.session, meeting: p.derived.meeting.n, kind: "race"}
	for _, table := range pushedTables {
		c := table.collection
		if c == overtakesCollection && p.derived.overtaking {
			continue // the messages say it
		}
		t := translations[c.name]
		rows, err := p.dialect.sessions.Rows(ctx, p.key, offset, t.table)
		if err != nil {
			return err
		}
		read, err := newReader(o, t.table)
		if err != nil {
			return err
		}
		doc := newDocument(c)
		for row := range rows {
			if !read.document(t, row, doc) {
				continue
			}
			doc.key = table.key(p, doc)
			p.buf = c.appendObject(p.buf[:0], doc.values)
			name, sum := c.name+" "+doc.key, maphash.Bytes(p.tabled.seed, p.buf)
			if old, known := p.tabled.told[name]; known && old == sum {
				continue
			}
			if err := take(doc); err != nil {
				return err
			}
			p.tabled.told[name] = sum
		}
	}
	return nil
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
