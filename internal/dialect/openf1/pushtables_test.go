package openf1

import (
	"context"
	"encoding/json"
	"iter"
	"slices"
	"testing"
	"time"

	"pitwall.live/internal/tables"
)

// grown is a session whose table of intervals has as many rows as the log has messages, one a second.
type grown struct {
	Sessions
	gap   int64 // ms, of every row
	asked []string
}

func (g *grown) Rows(_ context.Context, _ string, offset uint64, table string) (iter.Seq[tables.Row], error) {
	g.asked = append(g.asked, table)
	d := tables.Intervals.Describe()
	var rows []tables.Row
	for i := range int64(offset) {
		row := make(tables.Row, len(d.Columns))
		row[d.Index("driver_number")] = tables.Cell{Known: true, N: 4}
		row[d.Index("time")] = tables.Cell{Known: true, N: (i + 1) * 1000}
		row[d.Index("interval_ms")] = tables.Cell{Known: true, N: g.gap}
		rows = append(rows, row)
	}
	return slices.Values(rows), nil
}

// TestTablesForWhoHears tells rows once, again when they change, and to nobody what was known before he heard the collection;
// collections that nobody hears are not looked at.
func TestTablesForWhoHears(t *testing.T) {
	session, hears := &grown{gap: 500}, true
	var told []string
	p := &pusher{
		dialect: &Dialect{sessions: session, cfg: Config{Now: time.Now}}, derived: newPushing("9", nil), numbers: &numbering{},
		quiet: 2, tabled: newTabled(2),
		heard: func(topic string) bool { return hears && topic == "v1/intervals" },
		send: func(_ string, payload []byte) error {
			var doc struct {
				Date time.Time
				Key  string `json:"_key"`
			}
			if err := json.Unmarshal(payload, &doc); err != nil {
				return err
			}
			told = append(told, doc.Date.Format("05 ")+doc.Key)
			return nil
		},
	}
	look := func(offset uint64, want ...string) {
		t.Helper()
		told, p.offset, p.tabled.stale, p.tabled.again = nil, offset, true, time.Time{}
		if more, err := p.tables(t.Context()); err != nil || more != 0 {
			t.Fatal(more, err)
		}
		if !slices.Equal(told, want) {
			t.Errorf("up to message %d %q are told, %q are expected", offset, told, want)
		}
	}
	look(3, "03 3000_4")
	look(3)
	look(5, "04 4000_4", "05 5000_4")
	hears, session.asked = false, nil
	look(7)
	if session.asked != nil {
		t.Errorf("%q were read for nobody", session.asked)
	}
	hears = true
	look(8, "08 8000_4")
	session.gap = 700
	look(8, "01 1000_4", "02 2000_4", "03 3000_4", "04 4000_4", "05 5000_4", "06 6000_4", "07 7000_4", "08 8000_4")
	if i := slices.IndexFunc(session.asked, func(table string) bool { return table != "intervals" }); i >= 0 {
		t.Errorf("%s was read for nobody", session.asked[i])
	}
	p.tabled.stale = true // and it has just looked
	if more, err := p.tables(t.Context()); err != nil || more <= 0 || more > tablesMost {
		t.Errorf("it rests for %v (%v)", more, err)
	}
}
