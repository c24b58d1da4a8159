package api

import (
	"time"

	"pitwall.live/internal/wire"
)

// Limits bound what one request, and all together, may cost.
type Limits struct {
	Deadline       time.Duration // of a request
	ExportDeadline time.Duration // of one that streams a whole table or reads a log for samples
	Exports        int           // of those at once
	ExportRows     int           // of one of those
}

// DefaultLimits suit a small machine.
func DefaultLimits() Limits {
	return Limits{Deadline: 15 * time.Second, ExportDeadline: 5 * time.Minute, Exports: 4, ExportRows: 5_000_000}
}

// heavy takes a place among the costly requests. The caller gives it back.
func (a *api) heavy() (done func(), err error) {
	select {
	case a.exports <- struct{}{}:
		return func() { <-a.exports }, nil
	default:
		return nil, tooMany("too many exports at once, there are places for a few: "+wire.ErrTooMany.Error(), 3)
	}
}
