package app

import (
	"bytes"
	"encoding/json"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// startRedis starts a Redis of the test's own and gives its address.
func startRedis(t *testing.T, settings ...string) string {
	t.Helper()
	if _, err := exec.LookPath("redis-server"); err != nil {
		t.Fatal("redis-server is missing: install the Debian package redis-server")
	}
	address := freeAddress(t)
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("redis-server", append([]string{"--port", port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", t.TempDir()}, settings...)...)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { killed(t, cmd) })
	until(t, "redis", func() bool {
		c, err := net.DialTimeout("tcp", address, time.Second)
		return err == nil && c.Close() == nil
	})
	return "redis://" + address
}

// What is broken is found, each by a line that says how to mend it, and nothing is changed by looking.
func TestDoctor(t *testing.T) {
	data, log := keptSession(t)
	kept := t.TempDir()
	examine := func(code int, args ...string) string {
		t.Helper()
		var said bytes.Buffer
		if got := Main(append([]string{"doctor", "--data", data}, args...), nil, &said, &said); got != code {
			t.Fatalf("doctor %v: exit code %d, want %d: %s", args, got, code, &said)
		}
		return said.String()
	}
	says(t, examine(0), `(?m)^note +store .*not there yet`, `(?m)^note +objects .*none`, `(?m)^ok +logs .*1 log intact, 14956 messages`)
	if _, err := os.Stat(filepath.Join(data, "pitwall.db")); err == nil {
		t.Error("looking has made a store")
	}
	run := func(args ...string) {
		t.Helper()
		var said bytes.Buffer
		if code := Main(args, nil, &said, &said); code != 0 {
			t.Fatalf("%v: %d: %s", args, code, &said)
		}
	}
	run("import", "77", "--data", data)
	run("backup", "--data", data, "--objects", folderURL(kept))
	good := startRedis(t, "--maxmemory-policy", "volatile-lru")
	says(t, examine(0, "--objects", folderURL(kept), "--redis", good), `(?m)^ok +redis .*version \d+\.\d+\.\d+, maxmemory-policy volatile-lru`,
		`(?m)^ok +backups .*1, the newest pitwall-`, `(?m)^ok +objects .*1 recording intact`)

	// A log, a segment, the store and Redis are not as they should be.
	flip(t, log)
	segments, err := filepath.Glob(filepath.Join(kept, "raw", "*", "77", "*.zst"))
	if err != nil || len(segments) != 1 {
		t.Fatalf("%v, %v", segments, err)
	}
	flip(t, segments[0])
	if err := os.Truncate(filepath.Join(data, "pitwall.db"), 10000); err != nil {
		t.Fatal(err)
	}
	bad := startRedis(t, "--maxmemory-policy", "allkeys-lru")
	said := examine(1, "--objects", folderURL(kept), "--redis", bad)
	says(t, said, `(?m)^broken +log .*1 place in it damaged.* -> `, `(?m)^broken +recording +\d+/77: .*damaged.* -> `,
		`(?m)^broken +store .* -> .*pitwall restore`, `(?m)^broken +redis .*allkeys-lru.* -> set maxmemory-policy`)
	for line := range bytes.Lines([]byte(examine(1, "--quick", "--json", "--redis", "redis://127.0.0.1:1"))) {
		if bytes.HasPrefix(line, []byte("pitwall:")) {
			continue // how it ended
		}
		var f finding
		if err := json.Unmarshal(line, &f); err != nil || f.What == "" || f.Verdict == findingBroken && f.Mend == "" {
			t.Errorf("%s: %v", line, err)
		}
	}
	says(t, examine(1, "--store", "postgres://nobody@127.0.0.1:1/none", "--objects", "s3://bucket/x", "--clickhouse", "http://u:geheim@127.0.0.1:1/x"),
		`(?m)^broken +clickhouse +http://u:\*\*\*@127.0.0.1:1/x: .* -> `,
		`(?m)^broken +store .*can not be reached.* -> `, `(?m)^broken +objects .*AWS_ACCESS_KEY_ID`)
}

// flip changes one bit in the middle of a file.
func flip(t *testing.T, path string) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err == nil {
		b[len(b)/2] ^= 1
		err = os.WriteFile(path, b, 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
}
