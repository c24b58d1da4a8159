package objects

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/minio/minio-go/v7"
)

// testCredentials are those of the servers that the tests start.
var testCredentials = Credentials{AccessKey: "pitwall-test", SecretKey: "pitwall-test-secret"}

// gateway is a running S3 server over a folder.
type gateway struct {
	bin, dir, address string
	process           *exec.Cmd
	log               bytes.Buffer
}

// gatewayBinary finds versitygw. The S3 tests run in the full tests only; there it must be built.
func gatewayBinary(t testing.TB) string {
	t.Helper()
	if os.Getenv("PITWALL_FULL") == "" {
		t.Skip("the tests on S3 run with PITWALL_FULL=1 (make test-full); the folder passes the same ones here")
	}
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for ; dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			bin := filepath.Join(dir, ".build", "bin", "versitygw")
			if _, err := os.Stat(bin); err != nil {
				t.Fatalf("versitygw is not built: run make versitygw (%v)", err)
			}
			return bin
		}
	}
	t.Fatal("module root not found")
	return ""
}

func newGateway(bin, dir string) (*gateway, error) {
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	g := &gateway{bin: bin, dir: dir, address: free.Addr().String()}
	if err := free.Close(); err != nil {
		return nil, err
	}
	return g, g.start()
}

// start starts the server and waits until it answers.
func (g *gateway) start() error {
	g.process = exec.Command(g.bin, "--port", g.address, "posix", "--nometa=false", g.dir)
	g.process.Env = append(os.Environ(), "ROOT_ACCESS_KEY="+testCredentials.AccessKey, "ROOT_SECRET_KEY="+testCredentials.SecretKey)
	g.process.Stdout, g.process.Stderr = &g.log, &g.log
	g.process.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := g.process.Start(); err != nil {
		return err
	}
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	ctx, stop := context.WithTimeout(context.Background(), 30*time.Second)
	defer stop()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+g.address+"/", nil)
		if err != nil {
			return err
		}
		if answer, err := client.Do(req); err == nil {
			return answer.Body.Close()
		}
		select {
		case <-ctx.Done():
			return errors.Join(fmt.Errorf("versitygw does not answer at %s:\n%s", g.address, g.log.String()), g.stop())
		case <-tick.C:
		}
	}
}

func (g *gateway) stop() error {
	if err := g.process.Process.Kill(); err != nil {
		return err
	}
	err := g.process.Wait()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return nil
	}
	return err
}

// url is the address of a store in a new bucket.
func (g *gateway) url(t testing.TB, name string) string {
	t.Helper()
	address := g.address4(name, "kept/here")
	b := openBucket(t, address).(*s3)
	if err := b.core.MakeBucket(t.Context(), name, minio.MakeBucketOptions{}); err != nil {
		t.Fatal(err)
	}
	return address
}

func (g *gateway) address4(bucket, prefix string) string {
	return fmt.Sprintf("s3://%s/%s?endpoint=%s&region=us-east-1&path_style=1", bucket, prefix, url.QueryEscape("http://"+g.address))
}

// shared is the server of all tests that do not stop it.
var shared struct {
	sync.Mutex
	*gateway
	dir     string
	buckets int
}

func sharedURL(t testing.TB) string {
	t.Helper()
	bin := gatewayBinary(t)
	shared.Lock()
	defer shared.Unlock()
	if shared.gateway == nil {
		dir, err := os.MkdirTemp("", "pitwall-s3-*")
		if err != nil {
			t.Fatal(err)
		}
		shared.dir = dir
		if shared.gateway, err = newGateway(bin, dir); err != nil {
			t.Fatal(err)
		}
	}
	shared.buckets++
	return shared.url(t, fmt.Sprintf("test-%d", shared.buckets))
}

func stopShared() error {
	if shared.gateway == nil {
		return nil
	}
	return errors.Join(shared.stop(), os.RemoveAll(shared.dir))
}

func openBucket(t testing.TB, address string) Bucket {
	t.Helper()
	return openStore(t, Config{URL: address}).Bucket()
}

// openStore opens a store that the test's end closes.
func openStore(t testing.TB, c Config) *Store {
	t.Helper()
	if strings.HasPrefix(c.URL, "s3:") && c.Credentials == (Credentials{}) {
		c.Credentials = testCredentials
	}
	s, err := Open(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}
