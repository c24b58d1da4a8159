package f1live

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"sync"
	"time"
)

// token is who we are to the hub: an account's token from a file or from the settings, or nobody. Some topics come
// only with one, so a token that does not work is left off, told about once, and taken again only when another has
// been put in its place.
type token struct {
	cfg *Config

	mu       sync.Mutex
	rejected string    // the token that the hub did not take
	told     string    // what was last said of it
	warned   time.Time // the end for which a warning was last given
	left     time.Duration
}

// maxToken bounds the file of a token, in bytes.
const maxToken = 16 << 10

// now gives the token to connect with, "" for nobody.
func (t *token) now() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	text, err := t.read()
	switch {
	case err != nil:
		t.say("the account's token can not be read, going on without", "error", err)
		return ""
	case text == "" || text == t.rejected:
		return ""
	}
	end, known := expiry(text)
	if known && !t.cfg.Now().Before(end) {
		t.say("the account's token has expired, going on without; put a new one in its place", "expired", end)
		return ""
	}
	t.told = ""
	return text
}

// read gives the text of the token as it is now: a file may have been replaced since.
func (t *token) read() (string, error) {
	text := t.cfg.Token
	if t.cfg.TokenFile != "" {
		info, err := os.Stat(t.cfg.TokenFile)
		if err != nil {
			return "", err
		}
		if info.Size() > maxToken {
			return "", fmt.Errorf("%s is larger than %d bytes: no token", t.cfg.TokenFile, maxToken)
		}
		b, err := os.ReadFile(t.cfg.TokenFile)
		if err != nil {
			return "", err
		}
		text = string(b)
	}
	text = strings.TrimSpace(text)
	if strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return "", fmt.Errorf("the token has characters that no token has")
	}
	return text, nil
}

// reject notes that the hub does not take the token. It reports whether there was one.
func (t *token) reject(text string) bool {
	if text == "" {
		return false
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.rejected = text
	t.say("the hub rejects the account's token, going on without; put a new one in its place")
	return true
}

// say tells once, until something else is to be told.
func (t *token) say(what string, args ...any) {
	if t.told != what {
		t.told = what
		t.cfg.Log.Warn(what, args...)
	}
}

// Before its end it is told of a token twice: a day and two hours ahead.
var warnings = []time.Duration{2 * time.Hour, 24 * time.Hour}

// watch tells when the end of the token in use is near. An open connection may outlive it: that is for the hub
// to say, and the next one goes without.
func (t *token) watch(text string) {
	end, known := expiry(text)
	if !known {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	left := end.Sub(t.cfg.Now())
	if !t.warned.Equal(end) {
		t.warned, t.left = end, 1<<62
	}
	for _, w := range warnings {
		if left <= w && t.left > w {
			t.left = w
			t.cfg.Log.Warn("the account's token will end soon: put a new one in its place", "in", left.Round(time.Minute), "at", end)
			return
		}
	}
}

// expiry reads the end of a token without judging it: that is the hub's business.
func expiry(text string) (time.Time, bool) {
	parts := strings.Split(text, ".")
	if len(parts) != 3 {
		return time.Time{}, false
	}
	claims, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(parts[1], "="))
	if err != nil {
		return time.Time{}, false
	}
	var c struct {
		Exp float64 `json:"exp"`
	}
	if err := json.Unmarshal(claims, &c); err != nil || c.Exp <= 0 || c.Exp > 1e11 {
		return time.Time{}, false
	}
	return time.Unix(int64(c.Exp), 0).UTC(), true
}
