package app

import (
	"context"
	"fmt"
	"net"
	"net/http"

	"pitwall.live/internal/dialect/openf1"
)

// mountOpenF1 serves OpenF1's REST, and has its documents pushed while the server runs.
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
