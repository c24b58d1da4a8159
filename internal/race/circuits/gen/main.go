// Command gen makes outlines.json of package race from a folder of circuit centre lines in GeoJSON (the
// MIT-licensed bacinger/f1-circuits collection): every circuit of the table in package race is projected
// to metres, turned to its racing direction, begun at the start line, thinned to at most 150 points and
// written as whole metres around that line.
//
//	go run ./internal/race/circuits/gen FOLDER > internal/race/outlines.json
package main

import (
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"

	"pitwall.live/internal/race"
)

const maxPoints = 150

type collection struct {
	Features []struct {
		Geometry struct {
			Coordinates [][]float64 `json:"coordinates"`
		} `json:"geometry"`
	} `json:"features"`
}

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: gen FOLDER")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

func run(dir string, out io.Writer) error {
	var b strings.Builder
	b.WriteString("{\n")
	for i, c := range race.Circuits() {
		line, err := read(filepath.Join(dir, c.Source))
		if err != nil {
			return fmt.Errorf("%s: %w", c.ID, err)
		}
		pts := project(line)
		if (area(pts) > 0) == c.Clockwise { // a positive area runs anticlockwise with y to the north
			turn(pts)
		}
		pts = thin(begin(pts, float64(c.Line)/float64(c.Length)), maxPoints)
		if i > 0 {
			b.WriteString(",\n")
		}
		fmt.Fprintf(&b, "%q:[", c.ID)
		for j, p := range pts {
			if j > 0 {
				b.WriteByte(',')
			}
			fmt.Fprintf(&b, "[%d,%d]", int(math.Round(p[0])), int(math.Round(p[1])))
		}
		b.WriteByte(']')
	}
	b.WriteString("\n}\n")
	_, err := io.WriteString(out, b.String())
	return err
}

func read(base string) ([][]float64, error) {
	var r io.ReadCloser
	f, err := os.Open(base + ".geojson")
	r = f
	if err != nil {
		z, zerr := os.Open(base + ".geojson.gz")
		if zerr != nil {
			return nil, err
		}
		defer z.Close() //nolint:errcheck // only read
		if r, err = gzip.NewReader(z); err != nil {
			return nil, err
		}
	}
	defer r.Close() //nolint:errcheck // only read
	var c collection
	if err := json.NewDecoder(r).Decode(&c); err != nil {
		return nil, err
	}
	if len(c.Features) == 0 || len(c.Features[0].Geometry.Coordinates) < 10 {
		return nil, fmt.Errorf("%s: no outline", base)
	}
	return c.Features[0].Geometry.Coordinates, nil
}

// project maps longitude and latitude to metres east and north of the first point; exact enough for the
// few kilometres of a circuit.
func project(line [][]float64) [][2]float64 {
	const earth = 6371008.8
	lon0, lat0 := line[0][0], line[0][1]
	k := math.Cos(lat0 * math.Pi / 180)
	pts := make([][2]float64, 0, len(line))
	for _, p := range line {
		q := [2]float64{(p[0] - lon0) * math.Pi / 180 * earth * k, (p[1] - lat0) * math.Pi / 180 * earth}
		if n := len(pts); n > 0 && math.Hypot(q[0]-pts[n-1][0], q[1]-pts[n-1][1]) < 1 {
			continue
		}
		pts = append(pts, q)
	}
	if n := len(pts) - 1; n > 0 && math.Hypot(pts[n][0]-pts[0][0], pts[n][1]-pts[0][1]) < 1 {
		pts = pts[:n]
	}
	return pts
}

func area(p [][2]float64) float64 {
	s := 0.0
	for i := range p {
		q := p[(i+1)%len(p)]
		s += p[i][0]*q[1] - q[0]*p[i][1]
	}
	return s / 2
}

// turn reverses the direction and keeps the first point.
func turn(p [][2]float64) {
	for i, j := 1, len(p)-1; i < j; i, j = i+1, j-1 {
		p[i], p[j] = p[j], p[i]
	}
}

// begin lets the outline begin at a share of its length, with that point as the origin.
func begin(p [][2]float64, share float64) [][2]float64 {
	total := 0.0
	for i := range p {
		total += apart(p[i], p[(i+1)%len(p)])
	}
	left := share * total
	for i := range p {
		q := p[(i+1)%len(p)]
		d := apart(p[i], q)
		if left >= d {
			left -= d
			continue
		}
		u := left / d
		out := [][2]float64{{p[i][0] + (q[0]-p[i][0])*u, p[i][1] + (q[1]-p[i][1])*u}}
		for k := 1; k <= len(p); k++ {
			if r := p[(i+k)%len(p)]; apart(r, out[0]) >= 1 {
				out = append(out, r)
			}
		}
		for k := len(out) - 1; k >= 0; k-- {
			out[k] = [2]float64{out[k][0] - out[0][0], out[k][1] - out[0][1]}
		}
		return out
	}
	return p
}

func apart(a, b [2]float64) float64 { return math.Hypot(b[0]-a[0], b[1]-a[1]) }

// thin drops the points whose loss moves the line least until n are left (Visvalingam), and so keeps the
// corners.
func thin(p [][2]float64, n int) [][2]float64 {
	for len(p) > n {
		best, at := math.Inf(1), -1
		for i := 1; i < len(p); i++ {
			a, b, c := p[i-1], p[i], p[(i+1)%len(p)]
			s := math.Abs((b[0]-a[0])*(c[1]-a[1]) - (c[0]-a[0])*(b[1]-a[1]))
			if s < best {
				best, at = s, i
			}
		}
		p = append(p[:at], p[at+1:]...)
	}
	return p
}
