package app

import (
	"context"
	"fmt"
	"net"
	"net/http"

	"pitwall.live/internal/dialect/openf1"
)

// dialects is every foreign protocol that this process answers in, a line each: under its paths it shows the
// sessions that are followed, replayed or stored, at the viewer's clock.
var dialects = []struct {
	name  string
	mount func(s *server, mux *http.ServeMux, flags serverFlags) error
}{
	{"openf1", mountOpenF1},
}

// mountDialects adds their paths.
func (s *server) mountDialects(mux *http.ServeMux, flags serverFlags) error {
	for _, d := range dialects {
		if err := d.mount(s, mux, flags); err != nil {
			return err
		}
	}
	return nil
}

func mountOpenF1(s *server, mux *http.ServeMux, flags serverFlags) error {
	cfg := openf1.Default()
	cfg.Log, cfg.Origins = s.env.log, flags.AllowOrigin
	var stored openf1.Store
	if s.keeping != nil {
		stored = s.keeping.Store
	}
	dialect, err := openf1.New(s.live, stored, cfg)
	if err != nil {
		return err
	}
	dialect.Mount(mux)
	var l net.Listener
	if flags.MQTTListen != "" {
		if l, err = net.Listen("tcp", flags.MQTTListen); err != nil {
			return fmt.Errorf("--mqtt-listen: %w", err)
		}
	}
	s.pushes = append(s.pushes, func(ctx context.Context) error { return dialect.ServeMQTT(ctx, l, s.bus, s.live) })
	return nil
}
