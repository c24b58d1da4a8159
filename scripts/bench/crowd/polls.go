package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/cespare/xxhash/v2"

	"pitwall.live/internal/wire"
)

// findPage asks for the session's place in the archive, and its round of the season.
func (c *crowd) findPage() error {
	var years struct{ Years []struct{ Year int } }
	if err := c.get("/livetiming/static/Index.json", &years); err != nil {
		return err
	}
	for _, y := range years.Years {
		var season struct {
			Meetings []struct {
				Sessions []struct {
					Key  int
					Path string
				}
			}
		}
		if err := c.get(fmt.Sprintf("/livetiming/static/%d/Index.json", y.Year), &season); err != nil {
			return err
		}
		for _, m := range season.Meetings {
			for _, s := range m.Sessions {
				if strconv.Itoa(s.Key) == c.key {
					c.place = s.Path
				}
			}
		}
	}
	if c.place == "" {
		return fmt.Errorf("the archive has no page of session %s", c.key)
	}
	return c.findRound()
}

// table is as much of an answer of Ergast as is looked at.
type table struct {
	MRData struct {
		Total     string `json:"total"`
		RaceTable struct {
			Races []struct {
				Season string `json:"season"`
				Round  string `json:"round"`
				Laps   []struct {
					Number string `json:"number"`
				}
			}
		}
	}
}

// findRound looks for the one round that has laps.
func (c *crowd) findRound() error {
	year := c.place[:4]
	var all table
	if err := c.get("/ergast/f1/"+year+"/races?limit=100", &all); err != nil {
		return err
	}
	for _, r := range all.MRData.RaceTable.Races {
		var laps table
		path := "/ergast/f1/" + r.Season + "/" + r.Round
		if err := c.get(path+"/laps?limit=1", &laps); err != nil {
			return err
		}
		if laps.MRData.Total != "0" {
			c.round = path
			return nil
		}
	}
	return fmt.Errorf("no race of %s has laps: the replay has to be in a race, behind its first lap", year)
}

// findRows asks which times of gaps are rows: a gap that is told again is none.
func (c *crowd) findRows(from wire.ClockState) error {
	var rows []struct{ Date time.Time }
	if err := c.get("/openf1/v1/intervals?session_key="+c.key+"&date>"+strings.TrimSuffix(string(from.At), "Z"), &rows); err != nil {
		return err
	}
	for _, r := range rows {
		if at := r.Date.UnixMicro(); c.witness.gaps[at].cars > 0 {
			c.witness.rows = append(c.witness.rows, at)
		}
	}
	return nil
}

// every calls ask now, then in intervals while the clock runs, each poller at its own moment of them, and once more when
// the clock stands.
func (c *crowd) every(ctx context.Context, v *viewer, interval time.Duration, ask func() error) error {
	n := 0
	for i, other := range v.group.viewers {
		if other == v {
			n = i
		}
	}
	if err := c.once(ctx, ask); err != nil {
		return err
	}
	v.reads = nil
	v.begin()
	select {
	case <-c.playing:
	case <-ctx.Done():
		return nil
	}
	next := time.Now().Add(interval * time.Duration(n+1) / time.Duration(c.each))
	for {
		select {
		case <-time.After(time.Until(next)):
		case <-c.stopped:
			return c.once(ctx, ask)
		case <-ctx.Done():
			return nil
		}
		next = next.Add(interval)
		asked := time.Now()
		if next.Before(asked) {
			next = asked
		}
		err := ask()
		switch {
		case errors.Is(err, errRefused):
			v.refused++
		case err != nil:
			return err
		default:
			v.messages++
			v.took = append(v.took, float64(time.Since(asked).Microseconds())/1000)
		}
	}
}

// once asks until there is an answer.
func (c *crowd) once(ctx context.Context, ask func() error) error {
	for {
		err := ask()
		if !errors.Is(err, errRefused) {
			return err
		}
		select {
		case <-time.After(time.Second):
		case <-ctx.Done():
			return err
		}
	}
}

// errRefused is the answer of a server that has too much to do.
var errRefused = errors.New("refused")

// answer is one request; 404 is an answer without rows.
func (c *crowd) answer(v *viewer, path string) ([]byte, error) {
	body, status, err := c.fetch(path)
	v.bytes += int64(len(body))
	switch status {
	case http.StatusOK, http.StatusNotFound:
		if err != nil && status == http.StatusOK {
			return nil, err
		}
		return body, nil
	case http.StatusServiceUnavailable, http.StatusTooManyRequests:
		return nil, errRefused
	}
	return nil, err
}

// rows polls OpenF1's intervals: what is newer than what it has.
func (c *crowd) rows(ctx context.Context, v *viewer) error {
	at, err := c.clock(http.MethodGet, "")
	if err != nil {
		return err
	}
	newest, err := time.Parse(time.RFC3339, string(at.At))
	if err != nil {
		return err
	}
	return c.every(ctx, v, c.poll, func() error {
		body, err := c.answer(v, "/openf1/v1/intervals?session_key="+c.key+"&date>"+newest.UTC().Format("2006-01-02T15:04:05.999999"))
		now := time.Now()
		if err != nil {
			return err
		}
		if i := bytes.LastIndex(body, []byte(`{"date":"`)); i >= 0 {
			newest = time.UnixMicro(dateOf(body[i:]))
		}
		v.last = uint64(newest.UnixMicro())
		v.read(now, newest.UnixMicro())
		return nil
	})
}

// laps polls Ergast's laps: the last of them.
func (c *crowd) laps(ctx context.Context, v *viewer) error {
	total := 0
	return c.every(ctx, v, c.poll, func() error {
		for { // a full answer has more behind it
			body, err := c.answer(v, c.round+"/laps?limit=100&offset="+strconv.Itoa(max(0, total-1)))
			now := time.Now()
			if err != nil {
				return err
			}
			var t table
			if err := json.Unmarshal(body, &t); err != nil {
				return fmt.Errorf("laps: %w", err)
			}
			all, err := strconv.Atoi(t.MRData.Total)
			if err != nil {
				return fmt.Errorf("laps: %w", err)
			}
			if more := all-max(0, total-1) > 100; more {
				total = all
				continue
			}
			total = all
			for _, r := range t.MRData.RaceTable.Races {
				for _, l := range r.Laps {
					n, err := strconv.Atoi(l.Number)
					if err != nil {
						return fmt.Errorf("laps: %w", err)
					}
					v.last = max(v.last, uint64(n))
				}
			}
			v.read(now, int64(v.last))
			return nil
		}
	})
}

// page reads the archive's page of TimingData.
func (c *crowd) page(ctx context.Context, v *viewer) error {
	buffer := make([]byte, 256<<10)
	return c.every(ctx, v, c.pages, func() error {
		r, err := c.http.Get(c.url + "/livetiming/static/" + c.place + "TimingData.jsonStream")
		if err != nil {
			return err
		}
		defer r.Body.Close() //nolint:errcheck // only read
		if r.StatusCode == http.StatusServiceUnavailable {
			return errRefused
		}
		if r.StatusCode != http.StatusOK {
			return fmt.Errorf("archive: %s", r.Status)
		}
		var tail []byte
		for {
			n, err := io.ReadFull(r.Body, buffer)
			v.bytes += int64(n)
			tail = append(tail[max(0, len(tail)-64<<10):], buffer[:n]...)
			if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
				break
			}
			if err != nil {
				return err
			}
		}
		now := time.Now()
		line := bytes.TrimRight(tail, "\r\n")
		line = line[bytes.LastIndexByte(line, '\n')+1:]
		const offset = len("00:00:00.000")
		if len(line) < offset {
			return errors.New("archive: the page has no line")
		}
		v.last = xxhash.Sum64(line[offset:])
		v.read(now, int64(v.last))
		return nil
	})
}
