package app

import (
	"bytes"
	"context"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"pitwall.live/internal/wire"
)

// s3server is a versitygw over a folder.
type s3server struct {
	bin, dir, address string
	log               bytes.Buffer
	process           *exec.Cmd
}

// newS3 starts a server with an empty bucket, and gives the address of objects in it. Only the full tests have one.
func newS3(t *testing.T) (s *s3server, objects string) {
	t.Helper()
	if os.Getenv("PITWALL_FULL") == "" {
		t.Skip("S3 is tested with PITWALL_FULL=1 (make test-full); a folder passes the same tests here")
	}
	bin, err := filepath.Abs(filepath.Join("..", "..", ".build", "bin", "versitygw"))
	if err == nil {
		_, err = os.Stat(bin)
	}
	if err != nil {
		t.Fatalf("versitygw is not built: run make versitygw (%v)", err)
	}
	t.Setenv("AWS_ACCESS_KEY_ID", "pitwall-test")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "pitwall-test-secret")
	s = &s3server{bin: bin, dir: t.TempDir(), address: freeAddress(t)}
	if err := os.Mkdir(filepath.Join(s.dir, "kept"), 0o755); err != nil { // a bucket
		t.Fatal(err)
	}
	s.start(t)
	t.Cleanup(func() { killed(t, s.process) })
	return s, "s3://kept/here?path_style=1&endpoint=" + url.QueryEscape("http://"+s.address)
}

func (s *s3server) start(t *testing.T) {
	t.Helper()
	s.process = exec.Command(s.bin, "--port", s.address, "posix", "--nometa=false", s.dir)
	s.process.Env = append(os.Environ(), "ROOT_ACCESS_KEY=pitwall-test", "ROOT_SECRET_KEY=pitwall-test-secret")
	s.process.Stdout, s.process.Stderr = &s.log, &s.log
	s.process.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := s.process.Start(); err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	until(t, "versitygw", func() bool {
		answer, err := client.Get("http://" + s.address + "/")
		return err == nil && answer.Body.Close() == nil
	})
}

// A bucket is as good as a folder.
func TestBackupRestoreS3(t *testing.T) {
	_, kept := newS3(t)
	data, log := keptSession(t)
	pitwallRun(t, 0, "import", "77", "--data", data)
	want := exportAll(t, 0, "77", "--from", "store", "--data", data)
	raw := readAllFiles(t, filepath.Dir(log))
	pitwallRun(t, 0, "backup", "--data", data, "--objects", kept)
	fresh := t.TempDir()
	out, _ := pitwallRun(t, 0, "restore", "--data", fresh, "--objects", kept, "--logs")
	t.Logf("S3: %s", out)
	says(t, out, restored)
	sameFiles(t, exportAll(t, 0, "77", "--from", "store", "--data", fresh), want)
	sameBytes(t, readAllFiles(t, filepath.Join(fresh, "sessions", "77")), raw)
	out, _ = pitwallRun(t, 0, "doctor", "--data", fresh, "--objects", kept)
	says(t, out, `1 recording intact`)
}

// An S3 that goes away while a session runs holds up nothing, and gets all of it when it is back.
func TestServeS3Gone(t *testing.T) {
	s, kept := newS3(t)
	path, payloads := dense(t, 3000)
	data := t.TempDir()
	cmd, address := startServer(t, "serve", "--source", "recording:"+path, "--data", data, "--listen", "127.0.0.1:0", "--objects", kept)
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	waitForSession(ctx, t, address)
	killed(t, s.process)
	readiness(ctx, t, address, func(r wire.Readiness) bool {
		return r.Ready && len(r.Stores) == 2 && r.Stores[0].Working && !r.Stores[1].Working &&
			len(r.Stores[0].Sessions) == 1 && r.Stores[0].Sessions[0].Stored == uint64(len(payloads))
	})
	s.start(t)
	readiness(ctx, t, address, func(r wire.Readiness) bool {
		return r.Stores[1].Working && len(r.Stores[1].Sessions) == 1 && r.Stores[1].Sessions[0].State == "ended" &&
			r.Stores[1].Sessions[0].Stored == uint64(len(payloads))
	})
	stopServer(t, cmd)
	fresh := t.TempDir()
	pitwallRun(t, 0, "backup", "--data", data, "--objects", kept)
	pitwallRun(t, 0, "restore", "--data", fresh, "--objects", kept, "--logs")
	sameBytes(t, readAllFiles(t, filepath.Join(fresh, "sessions")), readAllFiles(t, filepath.Join(data, "sessions")))
}
