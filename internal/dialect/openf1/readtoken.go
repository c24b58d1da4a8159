package openf1

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"
)

// account gets access tokens for a name and a password and renews them. A token that was got is used until it expires,
// whatever becomes of the attempts to get the next. Safe for use by several goroutines.
type account struct {
	cfg  *ReadConfig
	send func(*http.Request) (*http.Response, error)
	url  string

	mu       sync.Mutex
	current  string
	expires  time.Time
	again    time.Time // before which no new one is asked for
	failures int
}

// has reports whether there is an account at all.
func (a *account) has() bool { return a.cfg.Token != "" || a.cfg.User != "" || a.cfg.AccountFile != "" }

// early is how long before its expiry a token is renewed.
const early = time.Minute

// token is one that is good, "" when there is none: then requests are sent as nobody's.
func (a *account) token(ctx context.Context) string {
	a.mu.Lock()
	defer a.mu.Unlock()
	now := time.Now()
	if a.current != "" && (a.expires.IsZero() || a.expires.Sub(now) > early) {
		return a.current
	}
	if a.has() && !now.Before(a.again) {
		if err := a.renew(ctx); err != nil {
			a.failures++
			wait := min(5*time.Second<<min(a.failures-1, 10), 5*time.Minute)
			a.again = now.Add(wait)
			a.cfg.Log.Warn("openf1: no new access token", "error", err, "again_in", wait)
		} else {
			a.failures, a.again = 0, time.Time{}
		}
	}
	if !a.expires.IsZero() && !time.Now().Before(a.expires) {
		a.current = ""
	}
	return a.current
}

// refused gives up a token that the service does not take.
func (a *account) refused(token string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.current != token {
		return
	}
	a.current, a.expires = "", time.Time{}
	if a.cfg.Token != "" { // there is no way to get another
		a.again = time.Now().Add(5 * time.Minute)
		a.cfg.Log.Warn("openf1: the access token is refused")
	}
}

// credentials are name and password, from the file where one is named: on two lines, read anew each time.
func (a *account) credentials() (user, password string, err error) {
	if a.cfg.AccountFile == "" {
		return a.cfg.User, a.cfg.Password, nil
	}
	b, err := os.ReadFile(a.cfg.AccountFile)
	if err != nil {
		return "", "", err
	}
	user, rest, _ := strings.Cut(string(b), "\n")
	password, _, _ = strings.Cut(rest, "\n")
	if user, password = strings.TrimSpace(user), strings.TrimRight(password, "\r"); user == "" || password == "" {
		return "", "", fmt.Errorf("%s: want a name and a password on two lines", a.cfg.AccountFile)
	}
	return user, password, nil
}

// renew asks for a new token. The caller holds the lock.
func (a *account) renew(ctx context.Context) error {
	if a.cfg.Token != "" {
		a.current, a.expires = a.cfg.Token, time.Time{}
		return nil
	}
	user, password, err := a.credentials()
	if err != nil {
		return fmt.Errorf("openf1: account: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, a.cfg.Timeout)
	defer cancel()
	form := url.Values{"username": {user}, "password": {password}}.Encode()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, a.url, strings.NewReader(form))
	if err != nil {
		return fmt.Errorf("openf1: token: %w", err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("User-Agent", userAgent)
	resp, err := a.send(req)
	if err != nil {
		return fmt.Errorf("openf1: token: %w", err)
	}
	defer resp.Body.Close() //nolint:errcheck // it is read
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("openf1: token: %s", resp.Status)
	}
	var told struct {
		Token   string          `json:"access_token"`
		Expires json.RawMessage `json:"expires_in"` // a text in what the service shows, a number in what it says
	}
	if err := json.NewDecoder(http.MaxBytesReader(nil, resp.Body, maxToken)).Decode(&told); err != nil {
		return fmt.Errorf("openf1: token: %w", err)
	}
	lasts, err := strconv.Atoi(strings.Trim(string(told.Expires), `"`))
	if err != nil || lasts <= 0 || told.Token == "" {
		return fmt.Errorf("openf1: token: the answer holds none that lasts: expires_in %s", told.Expires)
	}
	a.current, a.expires = told.Token, time.Now().Add(time.Duration(lasts)*time.Second)
	return nil
}

// maxToken bounds the answer that holds a token, in bytes.
const maxToken = 64 << 10
