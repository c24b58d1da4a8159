package app

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"math/big"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	mqtt3 "github.com/eclipse/paho.mqtt.golang"
	"golang.org/x/crypto/bcrypt"

	"pitwall.live/internal/wire"
)

// certificate writes a certificate for 127.0.0.1 that signs itself, and its key.
func certificate(t *testing.T) (cert, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	form := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "PitWall test"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, form, form, &private.PublicKey, private)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	cert = written(t, "cert.pem", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
	return cert, written(t, "key.pem", pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret}))
}

// written is a file of its own.
func written(t *testing.T, name string, text []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestOpenF1WithAccounts serves OpenF1's dialect to accounts only, its push over TLS, and has another server follow it as
// OpenF1: with an account and the authority of the certificate.
func TestOpenF1WithAccounts(t *testing.T) {
	hash, err := bcrypt.GenerateFromPassword([]byte("secret"), bcrypt.MinCost)
	if err != nil {
		t.Fatal(err)
	}
	cert, key := certificate(t)
	push := freeAddress(t)
	first, at := startServer(t, "serve", "--source", "sim:7", "--store", "none", "--data", t.TempDir(), "--listen", "127.0.0.1:0",
		"--openf1-accounts", written(t, "accounts", append([]byte("ann:"), hash...)), "--mqtt-listen", push, "--mqtt-cert", cert, "--mqtt-key", key)
	ctx, cancel := context.WithTimeout(t.Context(), 90*time.Second)
	defer cancel()
	waitForSession(ctx, t, at)
	resp, err := http.Get(at + "/openf1/v1/sessions")
	if err != nil {
		t.Fatal(err)
	}
	if err := resp.Body.Close(); err != nil || resp.StatusCode != http.StatusUnauthorized {
		t.Errorf("without a token: %s, %v", resp.Status, err)
	}
	resp, err = http.PostForm(at+"/openf1/token", url.Values{"username": {"ann"}, "password": {"secret"}})
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close() //nolint:errcheck // it is read
	var told struct {
		Token string `json:"access_token"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&told); err != nil || told.Token == "" {
		t.Fatalf("%s: %v", resp.Status, err)
	}
	pool, err := authorities(cert)
	if err != nil {
		t.Fatal(err)
	}
	came := make(chan string, 1)
	client := mqtt3.NewClient(mqtt3.NewClientOptions().AddBroker("mqtts://" + push).SetUsername("ann").SetPassword(told.Token).
		SetTLSConfig(&tls.Config{MinVersion: tls.VersionTLS12, RootCAs: pool}))
	if c := client.Connect(); c.Wait() && c.Error() != nil {
		t.Fatal(c.Error())
	}
	defer client.Disconnect(0)
	client.Subscribe("v1/#", 0, func(_ mqtt3.Client, m mqtt3.Message) {
		select {
		case came <- m.Topic():
		default:
		}
	}).Wait()
	select {
	case topic := <-came:
		if !strings.HasPrefix(topic, "v1/") {
			t.Error(topic)
		}
	case <-ctx.Done():
		t.Fatal("nothing was pushed over TLS")
	}
	second, here := startServer(t, "serve", "--source", "openf1:"+at+"/openf1", "--openf1-mqtt", "mqtts://"+push, "--openf1-ca", cert,
		"--openf1-account-file", written(t, "account", []byte("ann\nsecret\n")), "--store", "none", "--data", t.TempDir(), "--listen", "127.0.0.1:0")
	waitForSession(ctx, t, here)
	var theirs, ours wire.Sessions
	request(ctx, t, http.MethodGet, at+"/api/v1/sessions", "", &theirs)
	request(ctx, t, http.MethodGet, here+"/api/v1/sessions", "", &ours)
	if len(theirs.Sessions) != 1 || len(ours.Sessions) != 1 || ours.Sessions[0].Session.Key != theirs.Sessions[0].Session.Key {
		t.Errorf("followed %+v\nhere is %+v", theirs, ours)
	}
	stopServer(t, second)
	stopServer(t, first)
}

// TestOpenF1Settings refuses what does not go together before anything is served.
func TestOpenF1Settings(t *testing.T) {
	cert, key := certificate(t)
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"--mqtt-cert", cert, "--mqtt-listen", "127.0.0.1:0"}, "--mqtt-cert and --mqtt-key go together"},
		{[]string{"--mqtt-cert", cert, "--mqtt-key", key}, "there is no --mqtt-listen"},
		{[]string{"--mqtt-cert", key, "--mqtt-key", cert, "--mqtt-listen", "127.0.0.1:0"}, "--mqtt-cert:"},
		{[]string{"--openf1-accounts", written(t, "accounts", []byte("ann:plain"))}, "no bcrypt hash"},
		{[]string{"--openf1-accounts", written(t, "none", nil)}, "no account in it"},
		{[]string{"--openf1-rate=-1"}, "0 is the least"},
		{[]string{"--source", "openf1:http://127.0.0.1:9", "--openf1-ca", key}, "no certificate in it"},
	} {
		cmd := pitwallProcess(t, t.TempDir(), append([]string{"serve", "--store", "none", "--data", t.TempDir(), "--listen", "127.0.0.1:0"}, c.args...)...)
		var said bytes.Buffer
		cmd.Stderr = &said
		if err := cmd.Run(); err == nil || !strings.Contains(said.String(), c.want) || cmd.ProcessState.ExitCode() != 2 {
			t.Errorf("%v: %v: %s", c.args, err, said.String())
		}
	}
}
