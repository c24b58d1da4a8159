package openf1

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// operator compares a field with a value.
type operator string

const (
	equals  operator = "$eq"
	least   operator = "$gte"
	most    operator = "$lte"
	greater operator = "$gt"
	less    operator = "$lt"
)

// spelt are the operators as they are typed, in the order in which they are looked for.
var spelt = []struct {
	text string
	op   operator
}{{">=", least}, {"<=", most}, {"=", equals}, {">", greater}, {"<", less}}

// bound is one comparison.
type bound struct {
	op    operator
	value value
}

// filter is all that is asked of one field: one of the alternatives must hold, all bounds of it.
type filter struct {
	field        string
	alternatives [][]bound
}

// query is what a request asks for.
type query struct {
	filters []filter // all of them must hold
	csv     bool
	latest  [2]bool // meeting, session: of the one that is latest
	session string  // our own: of one session, by key or readable name
	clock   string  // our own: the viewer's clock
}

// Limits on what is typed.
const (
	maxQuery   = 16 << 10
	maxFilters = 200
)

// errQuery is the error of a query that can not be read.
type errQuery struct{ detail string }

func (e errQuery) Error() string { return e.detail }

func refuse(format string, args ...any) error { return errQuery{fmt.Sprintf(format, args...)} }

// kinds are the types of all fields by name: fields of one name have one type wherever they are.
var kinds = func() map[string]kind {
	all := map[string]kind{}
	for _, c := range collections {
		for _, f := range c.fields {
			all[f.name] = f.kind
		}
	}
	return all
}()

// parseQuery reads a query string as it was typed: operators stand in the keys.
func parseQuery(raw string) (*query, error) {
	if len(raw) > maxQuery {
		return nil, refuse("the query is longer than %d characters", maxQuery)
	}
	q := &query{}
	asked := map[string][]bound{}
	var order []string
	for n, typed := range strings.Split(raw, "&") {
		if typed == "" {
			continue
		}
		if n >= maxFilters {
			return nil, refuse("more than %d filters", maxFilters)
		}
		text, err := decode(typed)
		if err != nil {
			return nil, err
		}
		field, op, typedValue, err := split(text)
		if err != nil {
			return nil, err
		}
		if op == equals {
			if done := q.reserved(field, typedValue); done {
				continue
			}
		}
		bounds, err := boundsOf(field, op, typedValue)
		if err != nil {
			return nil, err
		}
		if asked[field] == nil {
			order = append(order, field)
		}
		asked[field] = append(asked[field], bounds...)
	}
	for _, field := range order {
		q.filters = append(q.filters, filter{field, combine(asked[field])})
	}
	return q, nil
}

// reserved takes what is no filter.
func (q *query) reserved(field, text string) bool {
	switch {
	case field == "csv":
		q.csv = strings.EqualFold(text, "true")
	case field == "session":
		q.session = text
	case field == "clock":
		q.clock = text
	case field == "meeting_key" && text == "latest":
		q.latest[0] = true
	case field == "session_key" && text == "latest":
		q.latest[1] = true
	default:
		return false
	}
	return true
}

// decode gives a pair as it was meant: a key with its operator, and the value.
func decode(typed string) (string, error) {
	key, val, _ := strings.Cut(typed, "=")
	k, err := url.QueryUnescape(key)
	if err != nil {
		return "", refuse("Invalid escape in `%s`.", typed)
	}
	v, err := url.QueryUnescape(val)
	if err != nil {
		return "", refuse("Invalid escape in `%s`.", typed)
	}
	if v == "" {
		return k, nil
	}
	return k + "=" + v, nil
}

// split takes a pair apart at its operator.
func split(text string) (field string, op operator, typed string, err error) {
	for _, o := range spelt {
		before, after, found := strings.Cut(text, o.text)
		if !found {
			continue
		}
		if before == "" || after == "" {
			return "", "", "", refuse("Field or value is missing in `%s`.", text)
		}
		return strings.ToLower(before), o.op, after, nil
	}
	return "", "", "", refuse("No valid operator found in `%s`.", text)
}

// boundsOf reads a value as its field has it. A day without a time is the whole day.
func boundsOf(field string, op operator, typed string) ([]bound, error) {
	if kinds[field] != date {
		return []bound{{op, valueOf(kinds[field], typed)}}, nil
	}
	at, day, ok := parseDate(typed)
	if !ok {
		return nil, refuse("`%s` is not a date that `%s` could be compared with.", typed, field)
	}
	if !day {
		return []bound{{op, dateOf(at)}}, nil
	}
	next := dateOf(at.AddDate(0, 0, 1))
	switch op {
	case equals:
		return []bound{{least, dateOf(at)}, {less, next}}, nil
	case greater:
		return []bound{{least, next}}, nil
	case most:
		return []bound{{less, next}}, nil
	}
	return []bound{{op, dateOf(at)}}, nil
}

// valueOf reads a value of a field that is no date.
func valueOf(k kind, typed string) value {
	if k == text {
		return value{shape: isText, s: typed}
	}
	switch strings.ToLower(typed) {
	case "true":
		return boolOf(true)
	case "false":
		return boolOf(false)
	}
	if n, err := strconv.ParseInt(typed, 10, 64); err == nil {
		return integerOf(n)
	}
	if f, err := strconv.ParseFloat(typed, 64); err == nil && typed[len(typed)-1] <= '9' {
		return numberOf(f)
	}
	return value{shape: isText, s: typed}
}

// combine makes alternatives of all that is asked of a field: each equality, each lower bound with the nearest upper
// one, and the bounds that are left.
func combine(bounds []bound) [][]bound {
	var all [][]bound
	var lower, upper []bound
	for i, b := range bounds {
		if slices.ContainsFunc(bounds[:i], func(o bound) bool { return o.op == b.op && o.value.equal(&b.value) }) {
			continue
		}
		switch b.op {
		case equals:
			all = append(all, []bound{b})
		case least, greater:
			lower = append(lower, b)
		case most, less:
			upper = append(upper, b)
		}
	}
	rising := func(a, b bound) int { n, _ := a.value.compare(&b.value); return n }
	slices.SortStableFunc(lower, rising)
	slices.SortStableFunc(upper, rising)
	for _, l := range lower {
		at := slices.IndexFunc(upper, func(u bound) bool {
			n, ok := u.value.compare(&l.value)
			return ok && n >= 0
		})
		if at < 0 {
			all = append(all, []bound{l})
			continue
		}
		all = append(all, []bound{l, upper[at]})
		upper = slices.Delete(upper, at, at+1)
	}
	for _, u := range upper {
		all = append(all, []bound{u})
	}
	return all
}

// holds reports whether a value is what the filter asks for.
func (f *filter) holds(v *value) bool {
	return slices.ContainsFunc(f.alternatives, func(all []bound) bool {
		for i := range all {
			if !all[i].holds(v) {
				return false
			}
		}
		return true
	})
}

func (b *bound) holds(v *value) bool {
	if b.op == equals {
		if v.shape == isList {
			return slices.ContainsFunc(v.list, func(e value) bool { return e.equal(&b.value) })
		}
		return v.equal(&b.value)
	}
	n, ok := v.compare(&b.value)
	if !ok {
		return false
	}
	switch b.op {
	case least:
		return n >= 0
	case most:
		return n <= 0
	case greater:
		return n > 0
	}
	return n < 0
}

// selection is a query made ready for the rows of a collection.
type selection struct {
	at      []int // of the filters' fields
	filters []filter
	nothing bool // it asks for a field that there is not
}

func (q *query) selection(c *collection) selection {
	s := selection{filters: q.filters}
	for _, f := range q.filters {
		at := c.index(f.field)
		s.nothing = s.nothing || at < 0
		s.at = append(s.at, at)
	}
	return s
}

func (s *selection) holds(values []value) bool {
	if s.nothing {
		return false
	}
	for i := range s.filters {
		if !s.filters[i].holds(&values[s.at[i]]) {
			return false
		}
	}
	return true
}

// may reports whether a session can have rows that hold, as far as one field of it says.
func (q *query) may(field string, v value) bool {
	for i := range q.filters {
		if q.filters[i].field == field && !q.filters[i].holds(&v) {
			return false
		}
	}
	return true
}
