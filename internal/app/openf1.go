package app

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"

	"pitwall.live/internal/dialect/openf1"
)

// openF1Flags are how OpenF1's dialect is served.
type openF1Flags struct {
	MQTTListen string `name:"mqtt-listen" help:"Address for OpenF1's push by MQTT, such as 127.0.0.1:1883; none if empty." placeholder:"ADDRESS"`
	MQTTCert   string `name:"mqtt-cert" help:"Certificate of the MQTT server (PEM, with what leads to its authority): then only TLS is spoken. Read anew for every connection." placeholder:"FILE" type:"path"`
	MQTTKey    string `name:"mqtt-key" help:"Private key of the MQTT server's certificate." placeholder:"FILE" type:"path"`

	OpenF1Accounts  string `name:"openf1-accounts" help:"Who gets an access token for OpenF1's dialect, as htpasswd -B writes it; nobody else is answered there. Everybody if empty. Read anew when it has changed." placeholder:"FILE" type:"path"`
	OpenF1Rate      int    `name:"openf1-rate" help:"Requests of one address to OpenF1's dialect in ten seconds; 0 for any number." default:"600" placeholder:"N"`
	OpenF1Rows      int    `name:"openf1-rows" help:"Most rows of one answer of OpenF1's dialect; 0 for any number." default:"1000000" placeholder:"N"`
	OpenF1EmptyList bool   `name:"openf1-empty-list" help:"Answer 200 and an empty list where nothing is found, for clients of the time before OpenF1 answered 404."`
}

// config is how the dialect answers.
func (f openF1Flags) config(s *server) (openf1.Config, error) {
	cfg := openf1.Default()
	cfg.Log, cfg.EmptyList = s.env.log, f.OpenF1EmptyList
	if f.OpenF1Rate < 0 || f.OpenF1Rows < 0 {
		return cfg, usage("--openf1-rate and --openf1-rows: 0 is the least")
	}
	cfg.Limits.Rate, cfg.Limits.Rows = f.OpenF1Rate, f.OpenF1Rows
	if f.OpenF1Accounts == "" {
		return cfg, nil
	}
	accounts, err := openf1.ReadAccounts(f.OpenF1Accounts, s.env.log)
	if err != nil {
		return cfg, usage("--openf1-accounts: %w", err)
	}
	cfg.Accounts = accounts
	return cfg, nil
}

// listen opens the address of the push, nil when there is none.
func (f openF1Flags) listen() (net.Listener, error) {
	encrypted := f.MQTTCert != "" || f.MQTTKey != ""
	switch {
	case encrypted && (f.MQTTCert == "" || f.MQTTKey == ""):
		return nil, usage("--mqtt-cert and --mqtt-key go together")
	case encrypted && f.MQTTListen == "":
		return nil, usage("--mqtt-cert: there is no --mqtt-listen")
	case f.MQTTListen == "":
		return nil, nil
	}
	cfg := &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) {
		cert, err := tls.LoadX509KeyPair(f.MQTTCert, f.MQTTKey)
		return &cert, err
	}}
	if encrypted {
		if _, err := cfg.GetCertificate(nil); err != nil {
			return nil, usage("--mqtt-cert: %w", err)
		}
	}
	l, err := net.Listen("tcp", f.MQTTListen)
	if err != nil {
		return nil, fmt.Errorf("--mqtt-listen: %w", err)
	}
	if encrypted {
		l = tls.NewListener(l, cfg)
	}
	return l, nil
}

// mountOpenF1 serves OpenF1's REST, and has its documents pushed while the server runs.
func mountOpenF1(s *server, mux *http.ServeMux, flags serverFlags) error {
	cfg, err := flags.config(s)
	if err != nil {
		return err
	}
	cfg.Origins = flags.AllowOrigin
	var stored openf1.Store
	if s.keeping != nil {
		stored = s.keeping.Store
	}
	dialect, err := openf1.New(s.live, stored, cfg)
	if err != nil {
		return err
	}
	dialect.Mount(mux)
	l, err := flags.openF1Flags.listen()
	if err != nil {
		return err
	}
	s.pushes = append(s.pushes, func(ctx context.Context) error {
		if err := dialect.ServeMQTT(ctx, l, s.bus, s.live); err != nil {
			s.env.log.Error("MQTT has ended, the server goes on without it", "error", err) // for a dialect nothing else ends
		}
		return nil
	})
	return nil
}

// authorities are those in a file, beside those that this machine trusts.
func authorities(path string) (*x509.CertPool, error) {
	pool, err := x509.SystemCertPool()
	if err != nil {
		return nil, err
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	if !pool.AppendCertsFromPEM(text) {
		return nil, errors.New(path + ": there is no certificate in it")
	}
	return pool, nil
}
