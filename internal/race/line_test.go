package race

import (
	"compress/gzip"
	"encoding/csv"
	"encoding/json"
	"io"
	"math"
	"math/cmplx"
	"os"
	"path/filepath"
	"strconv"
	"testing"
)

// TestLineOnStraight: the start line stands on a straight, crossed at speed.
func TestLineOnStraight(t *testing.T) {
	for _, c := range circuits {
		tr := c.Track()
		if tr.X[0] != 0 || tr.Y[0] != 0 {
			t.Errorf("%s: the line is at %v, %v", c.ID, tr.X[0], tr.Y[0])
		}
		turn := 0.
		for i := samples - 4; i < samples+4; i++ {
			a, b, d := (i+samples-1)%samples, i%samples, (i+1)%samples
			x1, y1, x2, y2 := float64(tr.X[b]-tr.X[a]), float64(tr.Y[b]-tr.Y[a]), float64(tr.X[d]-tr.X[b]), float64(tr.Y[d]-tr.Y[b])
			turn += math.Abs(math.Atan2(x1*y2-y1*x2, x1*x2+y1*y2))
		}
		if turn > .45 || tr.Speed[0] < 190 {
			t.Errorf("%s: crossed at %.0f km/h, the track turns by %.2f around the line", c.ID, tr.Speed[0], turn)
		}
	}
}

// TestLineAgainstRecordings: where the line is known from recordings, ours is within 50 m of it.
func TestLineAgainstRecordings(t *testing.T) {
	f := func(id string, lap []complex128) {
		t.Helper()
		c, err := FindCircuit(id)
		if err != nil {
			t.Fatal(err)
		}
		tr, ours := c.Track(), make([]complex128, samples)
		for i := range ours {
			ours[i] = complex(float64(tr.X[i]), float64(tr.Y[i]))
		}
		at, off := align(ours, spread(lap, samples))
		t.Logf("%s: the line is off by %.0f m, the shape by %.1f m", id, at*float64(c.Length), off)
		if d := at * float64(c.Length); math.Abs(d) > 50 || off > 25 {
			t.Errorf("%s: the line is off by %.0f m, the shape by %.1f m", id, d, off)
		}
	}
	f("melbourne", drivenLap(t, "2025_australian_race"))
	f("shanghai", drivenLap(t, "2025_chinese_race"))
	var m struct{ X, Y []float64 }
	if err := json.NewDecoder(shared(t, "circuits", "multiviewer_response", "circuits_39_2020.json.gz")).Decode(&m); err != nil {
		t.Fatal(err)
	}
	monza := make([]complex128, len(m.X))
	for i := range monza {
		monza[i] = complex(m.X[i], m.Y[i])
	}
	f("monza", monza)
}

func shared(t *testing.T, path ...string) io.Reader {
	t.Helper()
	root := filepath.Join("..", "..", "..", "shared", "data")
	if _, err := os.Stat(root); err != nil {
		t.Skip("no ../shared: the real laps are not here")
	}
	f, err := os.Open(filepath.Join(append([]string{root}, path...)...))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

// drivenLap is the path of one lap of a real race, from the line to the line.
func drivenLap(t *testing.T, race string) (lap []complex128) {
	t.Helper()
	rows, err := csv.NewReader(shared(t, "telemetry", race, "PIA.csv.gz")).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	col := map[string]int{}
	for i, name := range rows[0] {
		col[name] = i
	}
	for _, r := range rows[1:] {
		x, errX := strconv.ParseFloat(r[col["x"]], 64)
		y, errY := strconv.ParseFloat(r[col["y"]], 64)
		if n, err := strconv.ParseFloat(r[col["lap"]], 64); err != nil || n != 30 || errX != nil || errY != nil {
			continue
		}
		if p := complex(x, y); len(lap) == 0 || p != lap[len(lap)-1] {
			lap = append(lap, p)
		}
	}
	return lap
}

// spread places n points at even distances on a closed line.
func spread(p []complex128, n int) []complex128 {
	dist := make([]float64, len(p)+1)
	for i := range p {
		dist[i+1] = dist[i] + cmplx.Abs(p[(i+1)%len(p)]-p[i])
	}
	out, j := make([]complex128, n), 0
	for k := range out {
		d := dist[len(p)] * float64(k) / float64(n)
		for dist[j+1] < d {
			j++
		}
		u := complex((d-dist[j])/math.Max(1e-9, dist[j+1]-dist[j]), 0)
		out[k] = p[j] + (p[(j+1)%len(p)]-p[j])*u
	}
	return out
}

// align turns, scales and shifts b along a until they lie best on each other. It returns where b begins on a
// as a share of the lap, and how far the points are apart then, in a's unit.
func align(a, b []complex128) (begins, off float64) {
	centre := func(p []complex128) {
		sum := complex(0, 0)
		for _, z := range p {
			sum += z
		}
		for i := range p {
			p[i] -= sum / complex(float64(len(p)), 0)
		}
	}
	centre(a)
	centre(b)
	n, best, at := len(a), 0., 0
	energyA, energyB := 0., 0.
	for i := range a {
		energyA += real(a[i])*real(a[i]) + imag(a[i])*imag(a[i])
		energyB += real(b[i])*real(b[i]) + imag(b[i])*imag(b[i])
	}
	for s := range n {
		c := complex(0, 0)
		for k := range b {
			c += a[(k+s)%n] * cmplx.Conj(b[k])
		}
		if v := cmplx.Abs(c); v > best {
			best, at = v, s
		}
	}
	if at > n/2 {
		at -= n
	}
	return float64(at) / float64(n), math.Sqrt(math.Max(0, energyA-best*best/energyB) / float64(n))
}

// TestTimingLine: the timing line is as far from the start line as races are shorter than their laps, or the
// two are one.
func TestTimingLine(t *testing.T) {
	rows, err := csv.NewReader(shared(t, "results", "f1db", "races.csv.gz")).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	col := map[string]int{}
	for i, name := range rows[0] {
		col[name] = i
	}
	found := map[*Circuit]bool{}
	for _, r := range rows[1:] {
		c, err := FindCircuit(r[col["circuitId"]])
		if err != nil || r[col["year"]] < "2024" {
			continue
		}
		number := func(planned, run string) float64 {
			text := r[col[planned]] // where a race was cut short
			if text == "" {
				text = r[col[run]]
			}
			v, err := strconv.ParseFloat(text, 64)
			if err != nil {
				t.Fatalf("%s %s: %v", r[col["year"]], c.ID, err)
			}
			return v
		}
		short := 1000 * (number("scheduledLaps", "laps")*number("courseLength", "courseLength") - number("scheduledDistance", "distance"))
		for _, d := range []int{c.Timing, c.TimingDoubt} {
			if d != 0 && math.Abs(float64(d)-short) > 3 {
				t.Errorf("%s: %d m between the lines, races of %s are %.0f m short", c.ID, d, r[col["year"]], short)
			}
		}
		found[c] = true
	}
	for _, c := range circuits {
		if (c.Timing != 0 || c.TimingDoubt != 0) && !found[c] {
			t.Errorf("%s: no race there", c.ID)
		}
	}
}
