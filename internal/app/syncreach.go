package app

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync"
	"time"

	"pitwall.live/internal/dialect/ergast"
	"pitwall.live/internal/dialect/openf1"
)

// clients makes those of the services that are asked.
func (s *syncing) clients() (err error) {
	if s.cmd.Archive != leftOut {
		if s.archive, err = archiveClient(s.cmd.Archive, opening{dataDir: s.cmd.Data, log: s.log}); err != nil {
			return usage("--archive %s: %w", s.cmd.Archive, err)
		}
		if at, err := os.Stat(s.cmd.Archive); s.archive.Local() && (err != nil || !at.IsDir()) {
			return usage("--archive %s: no such folder", s.cmd.Archive)
		}
	}
	if s.cmd.OpenF1 != leftOut {
		source, err := openF1Config(s.cmd.OpenF1, opening{log: s.log, sourceFlags: sourceFlags{OpenF1AccountFile: s.cmd.OpenF1AccountFile}})
		if err != nil {
			return err
		}
		if ownMachine(s.cmd.OpenF1) {
			source.PerSecond, source.PerMinute = 0, 0
		}
		if s.rows, err = openf1.NewReader(source); err != nil {
			return usage("--openf1 %s: %w", s.cmd.OpenF1, err)
		}
	}
	if s.cmd.Jolpica == leftOut {
		return nil
	}
	u, err := url.Parse(s.cmd.Jolpica)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return usage("--jolpica %s: not an address like %s", s.cmd.Jolpica, ergast.Service)
	}
	o := ergast.Options{Base: s.cmd.Jolpica, Cache: s.cache(), Log: s.log}
	if ownMachine(s.cmd.Jolpica) {
		o.PerSecond, o.PerHour = 1e6, 1e6
	}
	s.record = ergast.NewClient(o)
	return nil
}

// ownMachine reports whether an address is of this machine, which needs no sparing.
func ownMachine(address string) bool {
	u, err := url.Parse(address)
	return err == nil && (u.Hostname() == "localhost" || net.ParseIP(u.Hostname()).IsLoopback())
}

// Bounds of finding out whether a service can be reached.
const (
	reachTries   = 3
	reachPause   = time.Second
	reachTimeout = 20 * time.Second
)

// reach finds out which services can be reached at all. One that can not is left out of the run and stands in the report; to ask
// it for everything that it has, each time again and again, would take hours. When none can be reached the run ends here.
func (s *syncing) reach() error {
	services := []*struct {
		name, address string
		err           error
		away          func()
	}{
		{name: fromArchive, address: s.cmd.Archive, away: func() { s.archive.Close(); s.archive = nil }},
		{name: fromOpenF1, address: s.cmd.OpenF1, away: func() { s.rows = nil }},
		{name: fromRecord, address: s.cmd.Jolpica, away: func() { s.record = nil }},
	}
	var asked sync.WaitGroup
	for _, one := range services {
		if strings.Contains(one.address, "://") {
			asked.Go(func() { one.err = reachable(s.ctx, one.address) })
		}
	}
	asked.Wait()
	if err := s.ctx.Err(); err != nil {
		return err
	}
	var errs []error
	there := 0
	for _, one := range services {
		switch {
		case one.err != nil:
			errs = append(errs, fmt.Errorf("%s: %w", one.name, one.err))
		case one.address != leftOut:
			there++
		}
	}
	if there == 0 {
		return fmt.Errorf("sync: no service can be reached, nothing is changed: %w", errors.Join(errs...))
	}
	for _, one := range services {
		if one.err != nil {
			s.away[one.name] = one.err
			one.away()
		}
	}
	return nil
}

// reachable is nil if anything answers at an address, whatever it says.
func reachable(ctx context.Context, address string) (err error) {
	for try := range reachTries {
		if try > 0 && !pause(ctx, reachPause) {
			return ctx.Err()
		}
		if err = answers(ctx, address); err == nil {
			return nil
		}
	}
	return err
}

func answers(ctx context.Context, address string) (err error) {
	ctx, cancel := context.WithTimeout(ctx, reachTimeout)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodHead, address, nil)
	if err != nil {
		return err
	}
	r.Header.Set("User-Agent", "pitwall.live")
	answer, err := http.DefaultTransport.RoundTrip(r) // where it sends us to is of no interest
	if err != nil {
		return err
	}
	return answer.Body.Close()
}
