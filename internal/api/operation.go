package api

import (
	"context"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
)

// operation is an endpoint that writes its own answer: rows in four formats are nothing that a struct describes.
type operation struct {
	id, path, tag, summary, doc string
	params                      []*huma.Param
	content                     map[string]*huma.MediaType // of 200
	errors                      []int                      // beside 414, 422, 500 and 503
	slow                        bool                       // it sets its own deadline
	run                         func(w http.ResponseWriter, r *http.Request, f *form) error
}

// maxQuery is how long a query may be, in bytes.
const maxQuery = 4 << 10

// register adds an operation to the paths and to the description.
func (a *api) register(o operation) {
	op := huma.Operation{
		Method: http.MethodGet, Path: o.path, OperationID: o.id, Summary: o.summary, Description: o.doc, Tags: []string{o.tag},
		Parameters: o.params,
		Responses:  map[string]*huma.Response{"200": {Description: "OK", Content: o.content, Headers: answerHeaders()}},
	}
	op.Responses["304"] = &huma.Response{Description: "Not Modified: If-None-Match names the answer"}
	for _, status := range slices.Concat(o.errors, []int{http.StatusRequestURITooLong, http.StatusUnprocessableEntity, http.StatusInternalServerError, http.StatusServiceUnavailable}) {
		op.Responses[strconv.Itoa(status)] = a.problemResponse(status)
	}
	a.huma.OpenAPI().AddOperation(&op)
	known := queryNames(&op)
	for _, p := range op.Parameters {
		// An empty value reads as none; texts and lists may be empty anyway.
		plain := p.Schema.Type == huma.TypeArray || p.Schema.Type == huma.TypeString && p.Schema.Format == "" && p.Schema.Enum == nil && p.Schema.Pattern == ""
		p.AllowEmptyValue = p.In == "query" && !p.Required && !plain
	}
	a.mux.HandleFunc("GET "+o.path, func(w http.ResponseWriter, r *http.Request) {
		if !o.slow {
			ctx, cancel := context.WithTimeout(r.Context(), a.limits.Deadline)
			defer cancel()
			r = r.WithContext(ctx)
		}
		f, err := readForm(r.URL.RawQuery, known)
		if err == nil {
			err = o.run(w, r, f)
		}
		if err != nil {
			a.fail(w, r, err)
		}
	})
}

// answerHeaders are the headers of an answer of rows.
func answerHeaders() map[string]*huma.Param {
	text := func(doc string) *huma.Param {
		return &huma.Param{Description: doc, Schema: &huma.Schema{Type: huma.TypeString}}
	}
	return map[string]*huma.Param{
		"ETag":          text("Names this answer; send it as If-None-Match"),
		"Cache-Control": text("How long it may be kept"),
	}
}

func (a *api) problemResponse(status int) *huma.Response {
	return &huma.Response{
		Description: http.StatusText(status),
		Content:     map[string]*huma.MediaType{"application/problem+json": {Schema: a.problemSchema}},
	}
}

// parameter is how a query parameter may come.
type parameter struct {
	several bool // more than once
	words   bool // a list of words of which none is empty: it has at least one
}

// queryNames are the query parameters of an operation.
func queryNames(op *huma.Operation) map[string]parameter {
	known := map[string]parameter{}
	for _, p := range op.Parameters {
		if p.In == "query" {
			s := p.Schema
			list := s != nil && s.Type == huma.TypeArray
			known[p.Name] = parameter{several: list, words: list && s.Items != nil && len(s.Items.Enum) > 0}
		}
	}
	return known
}

// knownOnly refuses query parameters that an operation described by its structs does not have.
func (a *api) knownOnly(ctx huma.Context, next func(huma.Context)) {
	u := ctx.URL()
	if u.RawQuery != "" {
		if _, err := readForm(u.RawQuery, queryNames(ctx.Operation())); err != nil {
			r, w := humago.Unwrap(ctx)
			a.fail(w, r, err)
			return
		}
	}
	next(ctx)
}

// readForm parses a query and holds its names to the known ones.
func readForm(raw string, known map[string]parameter) (*form, error) {
	if len(raw) > maxQuery {
		return nil, plain(http.StatusRequestURITooLong, "the query is longer than "+strconv.Itoa(maxQuery)+" bytes")
	}
	values, err := url.ParseQuery(raw)
	if err != nil {
		return nil, invalid("query", "it can not be read: "+err.Error(), nil)
	}
	f := &form{values: values}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		p, ok := known[name]
		switch {
		case !ok:
			f.wrong(name, unknownName("query parameter", name, slices.Sorted(maps.Keys(known))), nil)
		case !p.several && len(values[name]) > 1:
			f.wrong(name, "it is given more than once", nil)
		case p.words && slices.Contains(values[name], ""):
			f.wrong(name, "it has no value: give one, or leave it out", nil)
		}
	}
	return f, f.problem()
}

// unknownName says that there is no such name, and which one is meant as it seems.
func unknownName(what, name string, known []string) string {
	if len(name) > 60 {
		name = name[:60]
	}
	text := "there is no " + what + " " + strconv.Quote(name)
	near, least := "", 1<<30
	for _, k := range known {
		d := distance(name, k)
		if len(name) > 2 && strings.Contains(k, name) {
			d = 0
		}
		if d < least {
			near, least = k, d
		}
	}
	if near == "" {
		return text + "; there is none here"
	}
	if least > 1+len(name)/3 {
		return text + "; there are " + strings.Join(known, ", ")
	}
	return text + "; the nearest is " + near
}

// distance is how many letters have to be put in, taken out or changed to make b of a.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j+1]+1, row[j]+1)
		}
	}
	return row[len(b)]
}
