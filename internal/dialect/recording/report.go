package recording

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"
)

const reportTime = "2006-01-02 15:04:05.000"

// WriteText writes the report for people.
func (r *Report) WriteText(w io.Writer) error {
	b := bufio.NewWriter(w)
	line := func(name, format string, args ...any) {
		fmt.Fprintf(b, "%-13s %s\n", name, fmt.Sprintf(format, args...))
	}
	line("recording", "%s", r.Path)
	format := string(r.Format)
	if r.Lines != "" {
		format += " (" + string(r.Lines) + ")"
	}
	if r.Compression != "" {
		format += ", " + r.Compression
	}
	if r.NewestFirst {
		format += ", newest first"
	}
	line("format", "%s, %d file(s)", format, len(r.Files))
	if len(r.Sessions) == 0 {
		line("session", "not named; key %s", r.SessionKey)
	}
	for _, s := range r.Sessions {
		line("session", "%s  %s, %s (%s)%s", s.Key, s.Meeting, s.Name, s.Type, scheduled(s))
	}
	if r.First != nil {
		line("span", "%s to %s UTC (%s)", r.First.Format(reportTime), r.Last.Format(reportTime), clock(r.Last.Sub(*r.First)))
	} else {
		line("span", "unknown: no message has a time")
	}
	if r.Base != nil {
		line("offset zero", "%s UTC, from %s", r.Base.Format(reportTime), r.BaseFrom)
	}
	line("messages", "%d, of them %d snapshots", r.Messages, r.Snapshots)
	if r.BackSteps > 0 {
		line("time steps", "back %d times, by %s s at most", r.BackSteps, seconds(r.LargestBackStepMS))
	}
	r.writeTopics(b)
	for _, g := range r.Gaps {
		line("silence", "%s s  from %s to %s", seconds(g.MS), g.From.Format(reportTime), g.To.Format(reportTime))
	}
	for _, n := range r.Notes {
		line("note", "%s", n)
	}
	if len(r.Ignored) > 0 {
		line("ignored", "%s", strings.Join(r.Ignored, ", "))
	}
	r.writeProblems(b)
	return b.Flush()
}

func scheduled(s Session) string {
	if s.Start == nil {
		return ""
	}
	return ", scheduled " + s.Start.Format("2006-01-02 15:04") + " UTC"
}

func (r *Report) writeTopics(b *bufio.Writer) {
	fmt.Fprintln(b)
	t := tabwriter.NewWriter(b, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "messages\tsnapshots\tbytes\tlongest silence\t  topic")
	for _, topic := range r.Topics {
		fmt.Fprintf(t, "%d\t%d\t%d\t%s s\t  %s\n", topic.Messages, topic.Snapshots, topic.Bytes, seconds(topic.LongestGapMS), topic.Name)
	}
	t.Flush() //nolint:errcheck // writes to b, whose Flush tells of errors
	fmt.Fprintln(b)
}

func (r *Report) writeProblems(b *bufio.Writer) {
	if !r.Damaged() {
		fmt.Fprintln(b, "every line is usable")
		return
	}
	fmt.Fprintf(b, "%d unusable line(s), %d line(s) with a wrong time (used with the time of the message before)\n", r.Malformed, r.BadTimes)
	for _, p := range r.Problems {
		fmt.Fprintf(b, "  %s\n", p)
	}
	if rest := r.Malformed + r.BadTimes - len(r.Problems); rest > 0 {
		fmt.Fprintf(b, "  and %d more\n", rest)
	}
}

func seconds(ms int64) string { return fmt.Sprintf("%d.%03d", ms/1000, ms%1000) }

// clock writes a span as h:mm:ss.
func clock(d time.Duration) string {
	s := int64(d.Seconds())
	return fmt.Sprintf("%d:%02d:%02d", s/3600, s/60%60, s%60)
}
