package api

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"iter"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"pitwall.live/internal/analytics"
	"pitwall.live/internal/cache"
	"pitwall.live/internal/store"
	"pitwall.live/internal/tables"
)

// Questions lists the questions over seasons; exported because the description of the interface names it.
type Questions struct {
	Questions []Question `json:"questions"`
}

// Question is a question that can be asked at /api/v1/analytics/{name}.
type Question struct {
	Name       string             `json:"name"`
	Title      string             `json:"title"`
	Doc        string             `json:"doc"`
	Parameters []QuestionArgument `json:"parameters"`
	Columns    []QuestionColumn   `json:"columns"`
}

// QuestionArgument is a query parameter of a question.
type QuestionArgument struct {
	Name     string `json:"name"`
	Doc      string `json:"doc"`
	Type     string `json:"type" enum:"string,integer,number"`
	Required bool   `json:"required"`
	Default  string `json:"default" doc:"Empty: it does not narrow the answer"`
	Example  string `json:"example"`
}

// QuestionColumn is a column of an answer.
type QuestionColumn struct {
	Name string `json:"name"`
	Type string `json:"type" enum:"string,integer,number,boolean"`
}

// analyticsRoutes are the questions over seasons, a resource each.
func (a *api) analyticsRoutes() {
	document(a, operation{
		id: "list-questions", path: "/api/v1/analytics", tag: "Analytics", summary: "Questions over seasons, with their parameters and columns",
	}, func(context.Context, *http.Request, *form) (Questions, age, error) { return questions(), changing, nil })
	for _, q := range analytics.All() {
		d := q.Describe()
		d.Name = "answer_" + d.Name // tables have names like that
		a.register(operation{
			id: "ask-" + dashed(q.Name), path: "/api/v1/analytics/" + q.Name, tag: "Analytics", summary: q.Title,
			doc:    q.Doc + " Sessions that go on are not part of it, nor are those that a clock bounds: its own session, whatever its key, and later ones. The answer is whole: next_cursor is null.",
			params: append(questionParams(&q), queryText("clock", "As it can be known at a clock: live-30, c_...; the process's own replay bounds it too", "live", maxClock)), content: a.rowsContent(&d),
			errors: []int{http.StatusNotFound, http.StatusNotAcceptable, http.StatusTooManyRequests, http.StatusGatewayTimeout},
			run:    func(w http.ResponseWriter, r *http.Request, f *form) error { return a.ask(w, r, f, &q) },
		})
	}
}

// jsonType is what JSON calls a type.
func jsonType(t tables.Type) string {
	switch t {
	case tables.Int:
		return huma.TypeInteger
	case tables.Float:
		return huma.TypeNumber
	case tables.Bool:
		return huma.TypeBoolean
	}
	return huma.TypeString
}

func questions() Questions {
	var list Questions
	for _, q := range analytics.All() {
		one := Question{Name: q.Name, Title: q.Title, Doc: q.Doc}
		for _, p := range q.Params {
			one.Parameters = append(one.Parameters, QuestionArgument{p.Name, p.Doc, jsonType(p.Type), p.Required(), p.Default, p.Example})
		}
		for _, c := range q.Columns {
			one.Columns = append(one.Columns, QuestionColumn{c.Name, jsonType(c.Type)})
		}
		list.Questions = append(list.Questions, one)
	}
	return list
}

func questionParams(q *analytics.Question) []*huma.Param {
	var all []*huma.Param
	for _, p := range q.Params {
		of := queryText(p.Name, p.Doc, p.Example, 0)
		of.Required, of.Schema.Type = p.Required(), jsonType(p.Type)
		switch p.Type {
		case tables.String:
			most := p.Longest()
			of.Schema.MaxLength = &most
		default:
			of.Example = numberExample(p.Example)
			if p.Type == tables.Int {
				low, high := float64(math.MinInt32), float64(math.MaxInt32)
				of.Schema.Minimum, of.Schema.Maximum = &low, &high
			}
			if low, high := p.Bounds(); low != high {
				of.Schema.Minimum, of.Schema.Maximum = &low, &high
			}
		}
		all = append(all, of)
	}
	return all
}

// numberExample is an example of a parameter that is a number, nil for none.
func numberExample(text string) any {
	if n, err := strconv.ParseFloat(text, 64); err == nil {
		return n
	}
	return nil
}

// ask answers a question. The version of what is stored is part of its tag, so that a known answer is told without
// asking the engine, and another one is worked out once for all who ask.
func (a *api) ask(w http.ResponseWriter, r *http.Request, f *form, q *analytics.Question) error {
	format, err := accepted(r)
	if err != nil {
		return err
	}
	clock := f.moment().clock
	if err := f.problem(); err != nil {
		return err
	}
	args := map[string]string{}
	for _, p := range q.Params {
		if v := f.values.Get(p.Name); v != "" {
			args[p.Name] = v
		}
	}
	engine, loaded, err := a.engine(r.Context())
	if err != nil {
		return err
	}
	stored, err := a.ended(r.Context())
	if err != nil {
		return err
	}
	hidden, err := a.hiddenKeys(r.Context(), stored.sessions, clock)
	if err != nil {
		return err
	}
	n := &answer{
		subject: "analytics", name: q.Name + "?" + r.URL.RawQuery + " " + hidden, version: stored.version + "." + loaded, number: stored.number,
		age: changing, class: cache.Analytics, contentType: mediaType(format),
	}
	if hidden != "" {
		engine, n.age = veiled{engine, hidden}, private
	}
	return a.whole(w, r, n, func(ctx context.Context) ([]byte, error) {
		done, err := a.questions.take(clientOf(r))
		if err != nil {
			return nil, err
		}
		defer done()
		rows, err := q.Ask(ctx, engine, args)
		if err != nil {
			return nil, asked(q, err)
		}
		body, err := a.answerOf(q, rows, format)
		return body, asked(q, err)
	})
}

// endedSessions are the stored sessions that questions are about, and their version: another one when any of them is.
type endedSessions struct {
	sessions []store.Session
	version  string
	number   uint64 // the same as a number
	until    time.Time
}

// ended are the stored sessions that have ended, as they were a moment ago at the longest.
func (a *api) ended(ctx context.Context) (*endedSessions, error) {
	a.foundMu.Lock()
	e := a.lastEnded
	a.foundMu.Unlock()
	if e != nil && time.Now().Before(e.until) {
		return e, nil
	}
	e = &endedSessions{}
	h := sha256.New()
	if a.store != nil {
		all, err := a.store.Sessions(ctx, store.SessionQuery{})
		if err != nil {
			return nil, err
		}
		for i := range all {
			s := &all[i]
			if s.Whole {
				fmt.Fprintf(h, "%q %d %d\n", s.SessionKey, s.Version, s.Changed.UnixMilli()) //nolint:errcheck // a hash takes everything
			}
		}
		e.sessions = all
	}
	sum := h.Sum(nil)
	e.version, e.number = base64.RawURLEncoding.EncodeToString(sum[:12]), binary.BigEndian.Uint64(sum)
	e.until = time.Now().Add(foundFor)
	a.foundMu.Lock()
	defer a.foundMu.Unlock()
	a.lastEnded = e
	return e, nil
}

// asked tells what is wrong with the arguments, at the one that it is about.
func asked(q *analytics.Question, err error) error {
	if !errors.Is(err, analytics.ErrInvalid) {
		return err
	}
	_, text, _ := strings.Cut(err.Error(), analytics.ErrInvalid.Error()+": ")
	for _, p := range q.Params {
		if strings.HasPrefix(text, p.Name+":") || strings.HasPrefix(text, p.Name+" ") {
			return invalid("query."+p.Name, text, nil)
		}
	}
	return invalid("query", text, nil)
}

// answerOf encodes rows of an answer.
func (a *api) answerOf(q *analytics.Question, rows iter.Seq2[tables.Row, error], format tables.Format) ([]byte, error) {
	d := q.Describe()
	n := 0
	var failed error
	good := func(yield func(tables.Row) bool) {
		for row, err := range rows {
			if n++; err == nil && n > a.limits.ExportRows {
				err = fmt.Errorf("api: analytics: %s: more than %d rows", q.Name, a.limits.ExportRows)
			}
			if failed = err; err != nil || !yield(row) {
				return
			}
		}
	}
	if format != jsonPage {
		var b bytes.Buffer
		_, err := d.Write(&b, format, good)
		return b.Bytes(), cmp.Or(failed, err)
	}
	body := []byte(`{"data":[`)
	for row := range good {
		if n > 1 {
			body = append(body, ',')
		}
		body = d.AppendObject(body, row)
	}
	return append(body, pageEnd+"null}"...), failed
}
