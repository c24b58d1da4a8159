package store

import (
	"encoding/json"
	"fmt"
	"time"

	"pitwall.live/internal/f1"
)

// Check holds a classification to its own rules.
func (r *Results) Check() error {
	switch {
	case r.Session == "":
		return fmt.Errorf("%w results: no session key", ErrInvalid)
	case r.Known.IsZero():
		return fmt.Errorf("%w results: when were they known", ErrInvalid)
	case r.Status != ResultProvisional && r.Status != ResultFinal && r.Status != ResultRevised:
		return fmt.Errorf("%w results: status %q", ErrInvalid, r.Status)
	}
	for i := range r.Rows {
		if key := r.Rows[i].SessionKey; key != r.Session {
			return fmt.Errorf("%w results: a row of session %q", ErrInvalid, key)
		}
	}
	for i := range r.Drivers {
		if key := r.Drivers[i].SessionKey; key != r.Session {
			return fmt.Errorf("%w results: a driver of session %q", ErrInvalid, key)
		}
	}
	return nil
}

// Encode gives the rows and the drivers as the JSON that stores keep, durations to the millisecond. The same rows
// give the same text.
func (r *Results) Encode() (rows, drivers string, err error) {
	cut := make([]f1.ResultRow, len(r.Rows))
	for i, row := range r.Rows {
		row.Time, row.Gap = millis(row.Time), millis(row.Gap)
		row.Status = Text(row.Status)
		cut[i] = row
	}
	if rows, err = encode(cut); err != nil {
		return "", "", fmt.Errorf("%w results: %w", ErrInvalid, err)
	}
	named := make([]f1.DriverRow, len(r.Drivers))
	for i, d := range r.Drivers {
		for _, text := range []*string{&d.TLA, &d.FirstName, &d.LastName, &d.Team, &d.TeamColour, &d.Country} {
			*text = Text(*text)
		}
		named[i] = d
	}
	if drivers, err = encode(named); err != nil {
		return "", "", fmt.Errorf("%w results: %w", ErrInvalid, err)
	}
	return rows, drivers, nil
}

func encode[T any](rows []T) (string, error) {
	b, err := json.Marshal(rows)
	return string(b), err
}

func millis(d f1.Opt[time.Duration]) f1.Opt[time.Duration] {
	d.Value = d.Value.Round(time.Millisecond)
	return d
}
