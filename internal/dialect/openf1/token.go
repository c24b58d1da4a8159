package openf1

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// tokenLasts is how long a token is good for, as OpenF1 has it.
const tokenLasts = time.Hour

// tokens gives out access tokens and knows them again. The key is made anew with every process: tokens of the last one
// are no good, which clients take for an expiry.
type tokens struct {
	key      [32]byte
	accounts *Accounts // nil: any name and password get one, and none is needed
	now      func() time.Time
}

func newTokens(accounts *Accounts, now func() time.Time) (*tokens, error) {
	t := &tokens{accounts: accounts, now: now}
	if _, err := rand.Read(t.key[:]); err != nil {
		return nil, fmt.Errorf("openf1: key of tokens: %w", err)
	}
	return t, nil
}

// claims is what a token says.
type claims struct {
	Subject string `json:"sub"`
	Expires int64  `json:"exp"`
}

// tokenHead is the head of all our tokens: a JSON Web Token, signed with HMAC-SHA256.
var tokenHead = base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"HS256","typ":"JWT"}`))

func (t *tokens) sign(text string) string {
	mac := hmac.New(sha256.New, t.key[:])
	mac.Write([]byte(text))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// give makes a token; false when name and password are no account's.
func (t *tokens) give(name, password string) (string, bool) {
	if name == "" || password == "" {
		return "", false
	}
	if t.accounts != nil && !t.accounts.good(name, password) {
		return "", false
	}
	body, err := json.Marshal(claims{name, t.now().Add(tokenLasts).Unix()})
	if err != nil {
		return "", false
	}
	text := tokenHead + "." + base64.RawURLEncoding.EncodeToString(body)
	return text + "." + t.sign(text), true
}

// needed reports whether who has no token is refused.
func (t *tokens) needed() bool { return t.accounts != nil }

// good reports whether a token is ours and has not expired.
func (t *tokens) good(token string) bool {
	at := strings.LastIndexByte(token, '.')
	if at < 0 || !hmac.Equal([]byte(t.sign(token[:at])), []byte(token[at+1:])) {
		return false
	}
	_, body, _ := strings.Cut(token[:at], ".")
	raw, err := base64.RawURLEncoding.DecodeString(body)
	var c claims
	return err == nil && json.Unmarshal(raw, &c) == nil && t.now().Unix() < c.Expires
}

// check holds a request's Authorization to the tokens given out. A wrong one is refused even where none is needed: its
// bearer believes to be somebody.
func (t *tokens) check(header string) error {
	if header == "" && !t.needed() {
		return nil
	}
	kind, token, _ := strings.Cut(header, " ")
	if !strings.EqualFold(kind, "bearer") || !t.good(strings.TrimSpace(token)) {
		if header == "" {
			return failure{http.StatusUnauthorized, "Not authenticated"}
		}
		return failure{http.StatusUnauthorized, "Invalid or expired token"}
	}
	return nil
}

// maxForm bounds the body of a request for a token, in bytes.
const maxForm = 4 << 10

// serveToken answers with a token; how long it lasts is a text, as clients have seen it.
func (s *Dialect) serveToken(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", "POST")
		failure{http.StatusMethodNotAllowed, "Method Not Allowed"}.write(w)
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		failure{http.StatusUnprocessableEntity, "username and password are expected as a form"}.write(w)
		return
	}
	if wait := s.tries.take(r.RemoteAddr, time.Now()); wait > 0 && s.tokens.needed() {
		tooMany(w, wait)
		return
	}
	token, ok := s.tokens.give(r.PostForm.Get("username"), r.PostForm.Get("password"))
	if !ok {
		failure{http.StatusUnauthorized, "Incorrect username or password"}.write(w)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = fmt.Fprintf(w, `{"access_token":"%s","token_type":"bearer","expires_in":"%d"}`, token, int(tokenLasts/time.Second)) // the client may be gone
}

// triesOf is how often one address may ask for a token in a window, where not everybody gets one.
const triesOf = 20

// tooMany refuses a request for some time.
func tooMany(w http.ResponseWriter, wait time.Duration) {
	w.Header().Set("Retry-After", strconv.Itoa(int((wait+time.Second-1)/time.Second)))
	failure{http.StatusTooManyRequests, "Rate limit exceeded"}.write(w)
}

// rates counts the requests of addresses in windows of time.
type rates struct {
	limit  int
	window time.Duration

	mu    sync.Mutex
	began time.Time
	seen  map[string]int
}

// take counts a request and says how long to wait when it is one too many.
func (r *rates) take(address string, now time.Time) time.Duration {
	if r.limit <= 0 {
		return 0
	}
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		host = address
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.seen == nil || now.Sub(r.began) >= r.window { // all at once, so that what is remembered is bounded by the window
		r.began, r.seen = now, map[string]int{}
	}
	r.seen[host]++
	if r.seen[host] > r.limit {
		return r.window - now.Sub(r.began)
	}
	return 0
}
