package history

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"text/tabwriter"

	"pitwall.live/internal/f1"
)

// Report is what an import has read and found. Counts are of what has been yielded so far.
type Report struct {
	Files      []Source        `json:"files"`
	Skipped    []Skipped       `json:"skipped"`
	Parts      []Part          `json:"parts"`      // by season, format and kind of session
	FileWide   []Finding       `json:"file_wide"`  // defects of no session
	Agreements []Agreement     `json:"agreements"` // of tables that tell the same laps
	Telemetry  []TelemetryPart `json:"telemetry"`
	opened     []Finding       // FileWide as Open left it
}

// Skipped is a file that is none of ours.
type Skipped struct {
	File string `json:"file"`
	Why  string `json:"why"`
}

// Part is what one season's tables of one format tell.
type Part struct {
	Season   int            `json:"season"`
	Format   Format         `json:"format"`
	Type     f1.SessionType `json:"type"`
	Sessions int            `json:"sessions"`
	Laps     int            `json:"laps"`
	Drivers  int            `json:"drivers"` // car numbers
	Stints   int            `json:"stints"`
	Stops    int            `json:"pit_stops"`
	Findings []Finding      `json:"findings"`

	cars map[int]bool
}

// TelemetryPart is what one folder of telemetry tells.
type TelemetryPart struct {
	Folder   string    `json:"folder"`
	Session  string    `json:"session"`
	Cars     int       `json:"cars"`
	Laps     int       `json:"laps"`
	Samples  int       `json:"samples"`
	Findings []Finding `json:"findings"`
}

// Finding counts the defects of one kind.
type Finding struct {
	Kind     Kind     `json:"kind"`
	Defects  int      `json:"defects"`
	Rows     int      `json:"rows"`
	Sessions int      `json:"sessions"`
	Examples []Defect `json:"examples"` // the first of the first sessions

	last string // session counted last
}

// maxExamples is how many defects of a kind are kept, each of another session.
const maxExamples = 3

func newReport() *Report { return &Report{} }

// begin forgets what the sessions said.
func (r *Report) begin() {
	if r.opened == nil {
		r.opened = append([]Finding{}, r.FileWide...)
	}
	r.Parts, r.Agreements, r.FileWide = nil, nil, slices.Clone(r.opened)
}

func (r *Report) add(d Defect) { count(&r.FileWide, d) }

func count(all *[]Finding, d Defect) {
	i := slices.IndexFunc(*all, func(f Finding) bool { return f.Kind == d.Kind })
	if i < 0 {
		i = len(*all)
		*all = append(*all, Finding{Kind: d.Kind})
	}
	f := &(*all)[i]
	f.Defects++
	f.Rows += d.Rows
	if f.Sessions == 0 || f.last != d.Session || d.Session == "" {
		f.Sessions++
		f.last = d.Session
		if len(f.Examples) < maxExamples {
			f.Examples = append(f.Examples, d)
		}
	}
}

func (r *Report) take(s *Session) {
	i := slices.IndexFunc(r.Parts, func(p Part) bool {
		return p.Season == s.Season.Value && p.Format == s.Source.Format && p.Type == s.Type
	})
	if i < 0 {
		i = len(r.Parts)
		r.Parts = append(r.Parts, Part{Season: s.Season.Value, Format: s.Source.Format, Type: s.Type, cars: map[int]bool{}})
	}
	p := &r.Parts[i]
	p.Sessions++
	p.Laps += len(s.Laps)
	p.Stints += len(s.Stints)
	p.Stops += len(s.PitStops)
	for _, d := range s.Drivers {
		p.cars[d.DriverNumber] = true
	}
	p.Drivers = len(p.cars)
	for _, d := range s.Defects {
		count(&p.Findings, d)
	}
}

// compared takes what a season's tables agree on, but for columns that not both have.
func (r *Report) compared(c *comparison) {
	for _, a := range c.sums {
		if a.Equal+a.Different > 0 {
			r.Agreements = append(r.Agreements, a)
		}
	}
}

// Totals are the findings of all parts, by kind.
func (r *Report) Totals() []Finding {
	sums := map[Kind]Finding{}
	add := func(f Finding) {
		sum := sums[f.Kind]
		sum.Kind = f.Kind
		sum.Defects, sum.Rows, sum.Sessions = sum.Defects+f.Defects, sum.Rows+f.Rows, sum.Sessions+f.Sessions
		sum.Examples = append(sum.Examples, f.Examples...)
		sum.Examples = sum.Examples[:min(len(sum.Examples), maxExamples)]
		sums[f.Kind] = sum
	}
	for _, f := range r.FileWide {
		add(f)
	}
	for _, p := range r.Parts {
		for _, f := range p.Findings {
			add(f)
		}
	}
	for _, p := range r.Telemetry {
		for _, f := range p.Findings {
			add(f)
		}
	}
	return slices.SortedFunc(maps.Values(sums), func(a, b Finding) int { return cmp.Compare(a.Kind, b.Kind) })
}

// WriteJSON writes the report as JSON.
func (r *Report) WriteJSON(w io.Writer) error {
	out := json.NewEncoder(w)
	out.SetIndent("", "  ")
	if err := out.Encode(r); err != nil {
		return fmt.Errorf("history: report: %w", err)
	}
	return nil
}

// WriteText writes the report for people: a table of what was read, what was found in it with examples, and how
// tables agree.
func (r *Report) WriteText(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(t, "season\ttable\ttype\tsessions\tlaps\tdrivers\tstints\tstops\tdefects\trows\texplained\n")
	for _, p := range r.Parts {
		defects, rows, explained := 0, 0, 0
		for _, f := range p.Findings {
			if f.Kind.Explained() {
				explained += f.Defects
				continue
			}
			defects, rows = defects+f.Defects, rows+f.Rows
		}
		fmt.Fprintf(t, "%d\t%s\t%s\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\n", p.Season, p.Format, p.Type, p.Sessions, p.Laps, p.Drivers, p.Stints, p.Stops,
			defects, rows, explained)
	}
	for _, p := range r.Parts {
		fmt.Fprintf(t, "\n%d %s %s\tdefects\trows\tsessions\tfor example\n", p.Season, p.Format, p.Type)
		writeFindings(t, p.Findings)
	}
	for _, p := range r.Telemetry {
		fmt.Fprintf(t, "\n%s: %d cars, %d laps, %d samples\tdefects\trows\t\tfor example\n", p.Folder, p.Cars, p.Laps, p.Samples)
		writeFindings(t, p.Findings)
	}
	if len(r.FileWide) > 0 {
		fmt.Fprintf(t, "\nof no session\tdefects\trows\t\tfor example\n")
		writeFindings(t, r.FileWide)
	}
	if len(r.Agreements) > 0 {
		fmt.Fprintf(t, "\nseason\ttables\tcolumn\tequal\tdifferent\tonly in the first\tonly in the second\tfirst difference\n")
	}
	for _, a := range r.Agreements {
		fmt.Fprintf(t, "%d\t%s, %s\t%s\t%d\t%d\t%d\t%d\t%s\n", a.Season, a.A, a.B, a.Column, a.Equal, a.Different, a.OnlyA, a.OnlyB, a.FirstOther)
	}
	if len(r.Skipped) > 0 {
		fmt.Fprintf(t, "\n%d files passed over, the first %s: %s\n", len(r.Skipped), r.Skipped[0].File, r.Skipped[0].Why)
	}
	if err := t.Flush(); err != nil {
		return fmt.Errorf("history: report: %w", err)
	}
	return nil
}

func writeFindings(w io.Writer, findings []Finding) {
	sorted := slices.SortedFunc(slices.Values(findings), func(a, b Finding) int { return cmp.Compare(a.Kind, b.Kind) })
	for _, f := range sorted {
		fmt.Fprintf(w, "  %s\t%d\t%d\t%d\t%s\n", f.Kind, f.Defects, f.Rows, f.Sessions, f.Examples[0])
	}
}

// String is the defect in one line: where, then what.
func (d Defect) String() string {
	at := d.Source.File
	if d.Line > 0 {
		at += fmt.Sprintf(":%d", d.Line)
	}
	if d.Session != "" {
		at = d.Session
		if d.Driver > 0 {
			at += fmt.Sprintf(" car %d", d.Driver)
		}
		if d.Lap > 0 {
			at += fmt.Sprintf(" lap %d", d.Lap)
		}
		if d.Line > 0 {
			at += fmt.Sprintf(" (line %d)", d.Line)
		}
	}
	if d.Detail == "" {
		return at
	}
	return at + ": " + d.Detail
}

func (c carLap) in(session string) string {
	return fmt.Sprintf("%s car %d lap %d", session, c.car, c.lap)
}
