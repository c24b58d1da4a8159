package cache

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// Bounds of a key's parts, in bytes. They keep a key on one line of a log and below any proxy's limit.
const (
	maxWord = 32  // service and entity
	maxID   = 200 // id
)

// Key names one cached value. It is printed and kept in Redis as {service}:{entity}:{id}:{version}.
type Key struct {
	Service string // the role that makes the value: timing, features, predict; a lower-case word
	Entity  string // what it is of: session, laps; a lower-case word
	// ID says which one. Its part before the first "/" is the subject, whose version the key carries (a
	// session's slug or key, a season); behind it may stand a resource and its query: 9574/laps?driver=44.
	ID      string
	Version uint64 // of the subject; zero is a subject of which no change was ever told
}

var errKey = errors.New("not {service}:{entity}:{id}:v{version}")

// ParseKey reads what [Key.String] printed and nothing else: one value has one spelling.
func ParseKey(s string) (Key, error) {
	parts := strings.Split(s, ":")
	if len(parts) != 4 {
		return Key{}, fmt.Errorf("cache: key %s: %w", quoted(s), errKey)
	}
	digits, ok := strings.CutPrefix(parts[3], "v")
	if !ok || digits == "" || digits[0] == '+' || (digits[0] == '0' && digits != "0") {
		return Key{}, fmt.Errorf("cache: key %s: %w", quoted(s), errKey)
	}
	version, err := strconv.ParseUint(digits, 10, 64)
	if err != nil {
		return Key{}, fmt.Errorf("cache: key %s: version: %w", quoted(s), err)
	}
	k := Key{Service: parts[0], Entity: parts[1], ID: parts[2], Version: version}
	return k, k.Validate()
}

// String is the key as it stands in Redis.
func (k Key) String() string {
	b := make([]byte, 0, len(k.Service)+len(k.Entity)+len(k.ID)+24)
	b = append(append(b, k.Service...), ':')
	b = append(append(b, k.Entity...), ':')
	b = append(append(b, k.ID...), ":v"...)
	return string(strconv.AppendUint(b, k.Version, 10))
}

// Subject is what the key's version counts the changes of: the ID up to its first "/".
func (k Key) Subject() string {
	subject, _, _ := strings.Cut(k.ID, "/")
	return subject
}

// Validate says what is wrong with a key that was put together by hand.
func (k Key) Validate() error {
	switch {
	case !isWord(k.Service):
		return fmt.Errorf("cache: key %s: the service is not a lower-case word", quoted(k.String()))
	case !isWord(k.Entity):
		return fmt.Errorf("cache: key %s: the entity is not a lower-case word", quoted(k.String()))
	case !isID(k.ID):
		return fmt.Errorf("cache: key %s: the id is empty, too long or holds a colon, a blank or a sign beyond ASCII",
			quoted(k.String()))
	case k.Subject() == "":
		return fmt.Errorf("cache: key %s: the id has no subject before its /", quoted(k.String()))
	}
	return nil
}

func isWord(s string) bool {
	if s == "" || len(s) > maxWord || s[0] < 'a' || s[0] > 'z' {
		return false
	}
	for i := range len(s) {
		if c := s[i]; (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '_' {
			return false
		}
	}
	return true
}

func isID(s string) bool {
	if s == "" || len(s) > maxID {
		return false
	}
	for i := range len(s) {
		if c := s[i]; c <= ' ' || c > '~' || c == ':' || c == '"' || c == '\\' {
			return false
		}
	}
	return true
}

// quoted keeps a foreign key short and on one line of a log.
func quoted(s string) string {
	if len(s) > 80 {
		s = s[:80] + "…"
	}
	return strconv.Quote(s)
}
