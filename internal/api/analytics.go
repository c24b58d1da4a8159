package api

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"iter"
	"math"
	"net/http"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"pitwall.live/internal/analytics"
	"pitwall.live/internal/cache"
	"pitwall.live/internal/tables"
)

// WithAnalytics has questions over seasons answered by an engine other than the store.
func WithAnalytics(e analytics.Engine) Option { return func(a *api) { a.engine = e } }

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
	if a.engine == nil {
		a.engine, _ = a.store.(analytics.Engine)
	}
	if a.engine == nil {
		return
	}
	document(a, operation{
		id: "list-questions", path: "/api/v1/analytics", tag: "Analytics", summary: "Questions over seasons, with their parameters and columns",
	}, func(context.Context, *http.Request, *form) (Questions, age, error) { return questions(), changing, nil })
	for _, q := range analytics.All() {
		d := q.Describe()
		d.Name = "answer_" + d.Name // tables have names like that
		a.register(operation{
			id: "ask-" + dashed(q.Name), path: "/api/v1/analytics/" + q.Name, tag: "Analytics", summary: q.Title,
			doc:    q.Doc + " Sessions that go on are not part of it. The answer is whole: next_cursor is null.",
			params: questionParams(&q), content: a.rowsContent(&d),
			errors: []int{http.StatusNotAcceptable, http.StatusTooManyRequests, http.StatusGatewayTimeout},
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
			if n, err := strconv.ParseFloat(p.Example, 64); err == nil {
				of.Example = n
			}
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

// ask answers a question. The answer is made before anything is sent: its tag is that of its bytes, and what goes wrong
// is told properly.
func (a *api) ask(w http.ResponseWriter, r *http.Request, f *form, q *analytics.Question) error {
	format, err := accepted(r)
	if err != nil {
		return err
	}
	args := map[string]string{}
	for _, p := range q.Params {
		if v := f.values.Get(p.Name); v != "" {
			args[p.Name] = v
		}
	}
	done, err := a.heavy()
	if err != nil {
		return err
	}
	defer done()
	rows, err := q.Ask(r.Context(), a.engine, args)
	if err != nil {
		return asked(err)
	}
	body, err := a.answerOf(q, rows, format)
	if err != nil {
		return asked(err)
	}
	sum := sha256.Sum256(body)
	n := &answer{
		subject: "analytics", name: q.Name, version: base64.RawURLEncoding.EncodeToString(sum[:12]), age: changing, contentType: mediaType(format),
	}
	tag, had := a.begin(w, r, n)
	if had {
		return nil
	}
	write(w, r, tag, cache.NewEntry(n.contentType, body))
	return nil
}

// asked tells what is wrong with the arguments.
func asked(err error) error {
	if errors.Is(err, analytics.ErrInvalid) {
		_, text, _ := strings.Cut(err.Error(), analytics.ErrInvalid.Error()+": ")
		return invalid("query", text, nil)
	}
	return err
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
