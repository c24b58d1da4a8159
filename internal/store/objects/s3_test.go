package objects

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"
)

// ownGateway is a server that the test may stop.
func ownGateway(t *testing.T) *gateway {
	t.Helper()
	g, err := newGateway(gatewayBinary(t), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := g.stop(); err != nil {
			t.Error(err)
		}
	})
	return g
}

// trip calls fn once, when what lies behind a place is read.
type trip struct {
	io.ReaderAt
	at   int64
	once sync.Once
	fn   func() error
	err  error
}

func (r *trip) ReadAt(p []byte, off int64) (int, error) {
	if off >= r.at {
		r.once.Do(func() { r.err = r.fn() })
		if r.err != nil {
			return 0, r.err
		}
	}
	return r.ReaderAt.ReadAt(p, off)
}

// The server dies in the middle and comes back: the error says where, and the same calls go on.
func TestS3Restart(t *testing.T) {
	g := ownGateway(t)
	address := g.url(t, "restarted")
	s, log := openStore(t, small(address)), newLog(t, 400)
	record(t, log, 400, 450)
	content := bulk(27 << 20)
	src := source(t, content)
	src.ReaderAt = &trip{ReaderAt: bytes.NewReader(content), at: 17 << 20, fn: g.stop}
	p, err := s.bucket.Upload(t.Context(), "backups/big", src)
	if err == nil || p.Sent != 16<<20 || !strings.Contains(err.Error(), g.address) {
		t.Errorf("%+v, %v", p, err)
	}
	if _, err := sealer(t, s, log).Seal(t.Context(), true); err == nil || !strings.Contains(err.Error(), g.address) || !strings.Contains(err.Error(), "refused") {
		t.Errorf("%v", err)
	}
	if err := s.Check(t.Context()); err == nil {
		t.Error("a server that is gone is well")
	}
	if err := g.start(); err != nil {
		t.Fatal(err)
	}
	if err := s.Check(t.Context()); err != nil {
		t.Error(err)
	}
	if p, err = s.bucket.Upload(t.Context(), "backups/big", source(t, content)); err != nil || p.Resumed != 16<<20 {
		t.Errorf("%+v, %v", p, err)
	}
	seal(t, s, log, true)
	sameAs(t, s, log)
}

// A sealer that runs gets over the time without a server by itself.
func TestS3RestartWhileRunning(t *testing.T) {
	g := ownGateway(t)
	s, log := openStore(t, small(g.url(t, "running"))), newLog(t, 200)
	if err := g.stop(); err != nil {
		t.Fatal(err)
	}
	told := make(chan error, 100)
	ended := make(chan error)
	go func() {
		ended <- sealer(t, s, log).Run(t.Context(), func(_ Sealed, err error) { told <- err })
	}()
	deadline := time.After(time.Minute)
	next := func() error {
		select {
		case err := <-told:
			return err
		case <-deadline:
			t.Fatal("nothing is told")
			return nil
		}
	}
	if err := next(); err == nil {
		t.Error("sealed without a server")
	}
	record(t, log, 200, 400)
	if err := g.start(); err != nil {
		t.Fatal(err)
	}
	for next() != nil {
	}
	if err := log.Rest(); err != nil {
		t.Fatal(err)
	}
	if m, err := s.Manifest(t.Context(), race); err != nil || m.Last() < 350 {
		t.Errorf("%+v, %v", m, err)
	}
	seal(t, s, log, true)
	sameAs(t, s, log)
	if err := log.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// Whoever is not let in is told what to do, and no secret is in what he is told.
func TestS3Credentials(t *testing.T) {
	address := sharedURL(t)
	const secret = "a-secret-that-is-wrong"
	for _, c := range []Credentials{
		{AccessKey: testCredentials.AccessKey, SecretKey: secret},
		{AccessKey: "nobody", SecretKey: secret},
	} {
		s := openStore(t, Config{URL: address, Credentials: c})
		_, sealing := sealer(t, s, newLog(t, 10)).Seal(t.Context(), true)
		_, looking := s.bucket.Stat(t.Context(), "a")
		_, uploading := s.bucket.Upload(t.Context(), "big", source(t, bulk(9<<20)))
		_, aborting := s.AbortStale(t.Context(), time.Now(), true)
		for i, err := range []error{s.Check(t.Context()), sealing, looking, uploading, aborting, s.bucket.Delete(t.Context(), "a")} {
			if !errors.Is(err, ErrCredentials) || !strings.Contains(err.Error(), "check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY") ||
				!strings.Contains(err.Error(), "region \"us-east-1\"") || strings.Contains(err.Error(), secret) {
				t.Errorf("call %d: %v", i, err)
			}
		}
	}
	missing := strings.Replace(address, "s3://test-", "s3://missing-", 1)
	if err := openStore(t, Config{URL: missing}).Check(t.Context()); err == nil || !strings.Contains(err.Error(), "create it") {
		t.Errorf("%v", err)
	}
}

func TestNoCredentials(t *testing.T) {
	t.Setenv("AWS_ACCESS_KEY_ID", "")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "")
	_, err := Open(Config{URL: "s3://bucket"})
	if !errors.Is(err, ErrCredentials) || !strings.Contains(err.Error(), "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY") {
		t.Errorf("%v", err)
	}
}

func TestSecretsDoNotPrint(t *testing.T) {
	c := Config{URL: "s3://bucket", Credentials: Credentials{"key-id", "secret-one", "secret-two"}}
	var out bytes.Buffer
	slog.New(slog.NewTextHandler(&out, nil)).Info("opened", "config", c, "credentials", c.Credentials)
	fmt.Fprintf(&out, "%v %+v %#v %s %v %#v", c, c, c, c.Credentials, &c.Credentials, &c.Credentials)
	s, err := Open(c)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	fmt.Fprintf(&out, "%v %+v %#v", s, *s, s)
	if got := out.String(); strings.Contains(got, "secret") || !strings.Contains(got, "***") {
		t.Error(got)
	}
}

func TestAddress(t *testing.T) {
	f := func(address string, want place) {
		t.Helper()
		got, err := parseURL(address)
		if err != nil || got != want {
			t.Errorf("%s: %+v, %v", address, got, err)
		}
	}
	f("file:///var/lib/pitwall/objects", place{folder: "/var/lib/pitwall/objects"})
	f("s3://races", place{bucket: "races", endpoint: "s3.amazonaws.com", region: "us-east-1", secure: true})
	f("s3://races/a/b/?region=eu-west-1", place{bucket: "races", prefix: "a/b/", endpoint: "s3.amazonaws.com", region: "eu-west-1", secure: true})
	f("s3://races?endpoint=http://127.0.0.1:9000&path_style=1", place{bucket: "races", endpoint: "127.0.0.1:9000", region: "us-east-1", pathStyle: true})
	f("s3://races?endpoint=https%3A%2F%2Fs3.example.org", place{bucket: "races", endpoint: "s3.example.org", region: "us-east-1", secure: true})
	g := func(address, want string) {
		t.Helper()
		_, err := parseURL(address)
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: %v", address, err)
		}
	}
	g("", "want file:///folder")
	g("/var/lib", "want file:///folder")
	g("file://var/lib", "three slashes")
	g("file:///var?x=1", "three slashes")
	g("s3:///prefix", "no bucket")
	g("s3://user:hunter2@races", "holds credentials")
	g("s3://races?secret_key=hunter2", "unknown parameter \"secret_key\"")
	g("s3://races?endpoint=http://user:hunter2@host", "endpoint")
	g("s3://races?endpoint=host:9000", "endpoint")
	g("s3://races?path_style=maybe", "path_style")
	g("s3://races/../other", "no name")
	g("s3://user:hunter2@ra ces", "can not be read")
	if err := (Config{URL: "file:///x", SegmentBytes: -1}).Validate(); err == nil {
		t.Error("negative segments")
	}
}
