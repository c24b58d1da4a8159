package watch

import (
	"encoding/json"
	"fmt"
	"math"
	"sort"
	"strings"
	"time"
	"unicode/utf8"

	"pitwall.live/internal/wire"
)

// Board keeps a board from its snapshot and deltas.
type Board struct{ tree map[string]any }

// Apply takes the next message of the channel "timing:{key}".
func (b *Board) Apply(m Message) error {
	var v map[string]any
	if err := json.Unmarshal(m.Data, &v); err != nil {
		return fmt.Errorf("board message %d: %w", m.Seq, err)
	}
	if m.Type == "snapshot" {
		b.tree = v
	} else {
		b.tree = merge(b.tree, v)
	}
	return nil
}

// merge applies a merge patch (RFC 7396).
func merge(target, patch map[string]any) map[string]any {
	if target == nil {
		target = map[string]any{}
	}
	for k, v := range patch {
		switch v := v.(type) {
		case nil:
			delete(target, k)
		case map[string]any:
			t, _ := target[k].(map[string]any)
			target[k] = merge(t, v)
		default:
			target[k] = v
		}
	}
	return target
}

// Value is the board as it stands.
func (b *Board) Value() (wire.Board, error) {
	var v wire.Board
	j, err := json.Marshal(b.tree)
	if err == nil {
		err = json.Unmarshal(j, &v)
	}
	if err != nil {
		return wire.Board{}, fmt.Errorf("board: %w", err)
	}
	return v, nil
}

// Paint draws the board as lines of text, at most width wide and height high (0: no limit). With colour it
// uses ANSI colours; every colour stands beside a letter or word that says the same.
func Paint(b wire.Board, width, height int, colour bool) []string {
	p := painter{colour: colour}
	lines := append(p.cars(b), "")
	lines = append(lines, p.messages(b, max(height-len(lines), 0))...)
	if height > 0 && len(lines) > height {
		lines = lines[:height]
	}
	if width > 0 {
		for i, l := range lines {
			lines[i] = cut(l, width)
		}
	}
	return lines
}

// cars draws the board without race control.
func (p painter) cars(b wire.Board) []string {
	lines := []string{p.title(b), p.state(b), ""}
	cars := make([]wire.Car, 0, len(b.Cars))
	for _, c := range b.Cars {
		cars = append(cars, c)
	}
	sort.Slice(cars, func(i, j int) bool {
		if a, b := cars[i].Line, cars[j].Line; a != b {
			return a != 0 && (b == 0 || a < b)
		}
		return cars[i].Number < cars[j].Number
	})
	lines = append(lines, p.dim(fmt.Sprintf("%2s  %-3s %-6s %9s %9s %10s %10s  %-7s %-7s %-7s %4s  %s", "P", "CAR", "TYRE", "GAP", "INT", "LAST", "BEST", "S1", "S2", "S3", "PIT", "")))
	for _, c := range cars {
		lines = append(lines, p.car(b, c))
	}
	return lines
}

type painter struct{ colour bool }

func (p painter) paint(code, s string) string {
	if !p.colour || s == "" {
		return s
	}
	return "\x1b[" + code + "m" + s + "\x1b[0m"
}

func (p painter) dim(s string) string { return p.paint("2", s) }

func (p painter) title(b wire.Board) string {
	t := string(b.Session.Event + " " + b.Session.Name)
	if b.Session.Simulated {
		t = "SIMULATION  " + t
	}
	switch {
	case b.Part != nil:
		t += fmt.Sprintf("  Q%d", *b.Part)
	case b.Lap != nil && b.TotalLaps != nil:
		t += fmt.Sprintf("  lap %d/%d", *b.Lap, *b.TotalLaps)
	}
	if b.Clock != nil {
		t += "  " + remaining(b)
	}
	return p.paint("1", t)
}

func remaining(b wire.Board) string {
	left := time.Duration(b.Clock.RemainingMS) * time.Millisecond
	at, err1 := time.Parse(wire.TimeFormat, b.Clock.At)
	now, err2 := time.Parse(wire.TimeFormat, string(b.Now))
	if b.Clock.Running && err1 == nil && err2 == nil {
		left -= now.Sub(at)
	}
	s := int(math.Ceil(max(left, 0).Seconds()))
	return fmt.Sprintf("%d:%02d:%02d left", s/3600, s/60%60, s%60)
}

var flags = map[string][2]string{
	"clear": {"GREEN", "32"}, "yellow": {"YELLOW", "33"}, "sc": {"SAFETY CAR", "33"}, "red": {"RED FLAG", "31"},
	"vsc": {"VIRTUAL SC", "33"}, "vsc_ending": {"VSC ENDING", "33"},
}

func (p painter) state(b wire.Board) string {
	var words []string
	if f, ok := flags[string(b.Track.Status)]; ok {
		words = append(words, p.paint("7;"+f[1], " "+f[0]+" "))
	}
	words = append(words, string(b.Status))
	if w := b.Weather; w != nil && w.Air != nil && w.Track != nil {
		words = append(words, fmt.Sprintf("air %.0f° track %.0f°", *w.Air, *w.Track))
		if w.Rainfall != nil && *w.Rainfall {
			words = append(words, "RAIN")
		}
	}
	if b.View.BehindMS > 0 {
		words = append(words, fmt.Sprintf("%d s behind", b.View.BehindMS/1000))
	}
	if b.View.Paused {
		words = append(words, "PAUSED")
	}
	if n := len(b.Quality.Missing); n > 0 {
		words = append(words, fmt.Sprintf("%d topics missing", n))
	}
	return strings.Join(words, "  ")
}

func (p painter) car(b wire.Board, c wire.Car) string {
	place := "—"
	if c.Position != nil {
		place = fmt.Sprint(*c.Position)
	}
	sectors := make([]string, 3)
	for i := range sectors {
		sectors[i] = strings.Repeat(" ", 7)
		if i < len(c.Sectors) {
			sectors[i] = p.sector(c.Sectors[i])
		}
	}
	name := string(c.TLA)
	if name == "" { // a recording without the list of drivers
		name = fmt.Sprint(c.Number)
	}
	row := fmt.Sprintf("%2s  %-3s %s %9s %9s %s %s  %s %4d  %s", place, name, p.tyre(c), leaderGap(c), gap(c.Interval),
		p.value(c.Last), p.value(c.Best), strings.Join(sectors, " "), c.Stops, state(c))
	if c.Retired || c.Stopped || c.KnockedOut {
		return p.dim(row)
	}
	return row
}

func leaderGap(c wire.Car) string {
	if c.Position != nil && *c.Position == 1 {
		return "leader"
	}
	return gap(c.Gap)
}

func gap(g wire.Gap) string {
	switch {
	case g.Laps != nil:
		return fmt.Sprintf("%dL", *g.Laps)
	case g.MS != nil:
		return fmt.Sprintf("+%.3f", float64(*g.MS)/1000)
	}
	return "—"
}

func (p painter) tyre(c wire.Car) string {
	if len(c.Stints) == 0 {
		return "—     "
	}
	s := c.Stints[len(c.Stints)-1]
	letter, code := "?", "0"
	if s.Compound != "" && s.Compound != "UNKNOWN" {
		letter = string(s.Compound[:1])
	}
	switch letter {
	case "S":
		code = "31"
	case "M":
		code = "33"
	case "I":
		code = "32"
	case "W":
		code = "34"
	}
	return p.paint(code, letter) + fmt.Sprintf(" %-4d", s.Age)
}

func (p painter) mark(mark, text string) string {
	switch mark {
	case "ob":
		return p.paint("35", text+"■")
	case "pb":
		return p.paint("32", text+"▲")
	}
	return text + " "
}

func (p painter) value(v wire.Value) string {
	if v.MS == nil {
		return strings.Repeat(" ", 8) + "— "
	}
	return p.mark(v.Mark, fmt.Sprintf("%9s", LapTime(*v.MS)))
}

func (p painter) sector(s wire.Sector) string {
	if s.MS == nil {
		return strings.Repeat(" ", 7)
	}
	return p.mark(s.Mark, fmt.Sprintf("%6.3f", float64(*s.MS)/1000))
}

// LapTime writes milliseconds as m:ss.mmm.
func LapTime(ms int64) string {
	return fmt.Sprintf("%d:%02d.%03d", ms/60000, ms/1000%60, ms%1000)
}

func state(c wire.Car) string {
	switch {
	case c.Retired:
		return "OUT"
	case c.KnockedOut:
		return "knocked out"
	case c.Stopped:
		return "STOPPED"
	case c.InPit:
		return "PIT"
	case c.PitOut:
		return "out of pit"
	case c.Chequered:
		return "finished"
	}
	return ""
}

// messages lists the newest of race control, newest first.
func (p painter) messages(b wire.Board, room int) []string {
	all := make([]wire.RCM, 0, len(b.RaceControl))
	for _, m := range b.RaceControl {
		all = append(all, m)
	}
	sort.SliceStable(all, func(i, j int) bool { return all[i].Time > all[j].Time })
	if room == 0 {
		room = 5
	}
	var lines []string
	for _, m := range all[:min(len(all), room)] {
		clock := m.Time
		if t, err := time.Parse(wire.TimeFormat, m.Time); err == nil {
			clock = t.Format("15:04:05")
		}
		lines = append(lines, p.dim(clock)+"  "+clean(m.Message))
	}
	return lines
}

// cut shortens a line to width visible characters, leaving colour codes whole.
func cut(s string, width int) string {
	seen, coloured := 0, false
	for i := 0; i < len(s); {
		if s[i] == 0x1b {
			coloured = true
			end := strings.IndexByte(s[i:], 'm')
			if end < 0 {
				return s[:i]
			}
			i += end + 1
			continue
		}
		if seen == width && coloured {
			return s[:i] + "\x1b[0m"
		}
		if seen == width {
			return s[:i]
		}
		_, n := utf8.DecodeRuneInString(s[i:])
		i += n
		seen++
	}
	return s
}
