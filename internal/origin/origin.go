// Package origin holds the rule of which pages may talk to this server from a browser. The gateway and the dialects that
// serve browsers ask it before they do anything else; the rule is the same for all of them. Safe for use by several goroutines.
package origin

import (
	"net/http"
	"net/url"
)

// Rule is which origins are allowed: our own pages, those that are configured, and programs, which name none. The zero Rule
// allows no further pages.
type Rule struct{ further map[string]bool }

// New is the rule with further allowed values of the header Origin ("https://example.org").
func New(further []string) Rule {
	r := Rule{further: make(map[string]bool, len(further))}
	for _, o := range further {
		r.further[o] = true
	}
	return r
}

// Allows reports whether a request may go on.
func (r Rule) Allows(q *http.Request) bool {
	origin := q.Header.Get("Origin")
	return origin == "" || r.Configured(origin) || own(origin, q.Host)
}

// Configured reports whether this is one of the further origins, whose pages a browser wants to be told that they may read.
func (r Rule) Configured(origin string) bool { return r.further[origin] }

func own(origin, host string) bool {
	u, err := url.Parse(origin)
	return err == nil && u.Host == host
}
