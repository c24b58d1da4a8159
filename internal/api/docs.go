package api

import (
	"bytes"
	"cmp"
	"embed"
	"encoding/json"
	"fmt"
	"html/template"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"

	"pitwall.live/internal/cache"
)

// The page that shows the description to people is made here and not by one of the usual viewers: those are
// 1.7 MB of script, and one of them reports its installation. This one reads without script, and asks with it.

//go:embed docs
var docsFiles embed.FS

// docsPolicy lets the page load its own style and script, and ask this server.
const docsPolicy = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// docsRoutes serve the page and its two files.
func (a *api) docsRoutes() {
	page := sync.OnceValues(a.docsPage)
	a.mux.HandleFunc("GET /api/v1/docs", func(w http.ResponseWriter, r *http.Request) {
		body, err := page()
		if err != nil {
			a.fail(w, r, err)
			return
		}
		w.Header().Set("Content-Security-Policy", docsPolicy)
		a.docsFile(w, r, "text/html; charset=utf-8", body)
	})
	for name, contentType := range map[string]string{"docs.css": "text/css; charset=utf-8", "docs.js": "text/javascript; charset=utf-8"} {
		body, err := docsFiles.ReadFile("docs/" + name)
		if err != nil {
			panic(err) // embedded above
		}
		a.mux.HandleFunc("GET /api/v1/docs/"+name, func(w http.ResponseWriter, r *http.Request) { a.docsFile(w, r, contentType, body) })
	}
}

func (a *api) docsFile(w http.ResponseWriter, r *http.Request, contentType string, body []byte) {
	e := cache.NewEntry(contentType, body)
	n := &answer{subject: "docs", name: contentType, version: e.Tag(), age: changing, contentType: contentType}
	if tag, done := a.begin(w, r, n); !done {
		w.Header()["Referrer-Policy"] = []string{"no-referrer"}
		write(w, r, tag, e)
	}
}

// What the template shows.
type (
	docsShown struct {
		Title, Description, Version string
		Groups                      []*docsGroup
		Schemas                     []docsSchema
	}
	docsGroup struct {
		Name       string
		Operations []docsOperation
	}
	docsOperation struct {
		ID, Method, Path, Summary, Doc, Link, Body, Words string
		Params                                            []docsParam
		Types                                             []string
		Answers                                           []docsAnswer
	}
	docsParam struct {
		Name, In, Type, Doc, Example, Enum string
		Required                           bool
	}
	docsAnswer struct{ Status, Doc, Schema string }
	docsSchema struct {
		Name, Doc string
		Members   []docsMember
	}
	docsMember struct{ Name, Type, Ref, Doc string }
)

// groups in the order of the page; others follow.
var groups = []string{"Sessions", "Telemetry", "Strategy", "Seasons", "Reference", "Clocks"}

func (a *api) docsPage() ([]byte, error) {
	text, err := docsFiles.ReadFile("docs/docs.html")
	if err != nil {
		panic(err) // embedded above
	}
	page, err := template.New("docs").Parse(string(text))
	if err != nil {
		return nil, fmt.Errorf("api: page of the description: %w", err)
	}
	o := a.huma.OpenAPI()
	shown := docsShown{Title: o.Info.Title, Description: o.Info.Description, Version: o.Info.Version}
	byName := map[string]*docsGroup{}
	for _, path := range slices.Sorted(maps.Keys(o.Paths)) {
		for _, op := range operationsOf(o.Paths[path]) {
			name := "Clocks"
			if len(op.Tags) > 0 {
				name = op.Tags[0]
			}
			if byName[name] == nil {
				byName[name] = &docsGroup{Name: name}
				shown.Groups = append(shown.Groups, byName[name])
			}
			byName[name].Operations = append(byName[name].Operations, docsOperationOf(op))
		}
	}
	slices.SortStableFunc(shown.Groups, func(a, b *docsGroup) int {
		return cmp.Compare(slices.Index(groups, a.Name), slices.Index(groups, b.Name))
	})
	schemas := o.Components.Schemas.Map()
	for _, name := range slices.Sorted(maps.Keys(schemas)) {
		s := docsSchema{Name: name, Doc: schemas[name].Description}
		for _, member := range slices.Sorted(maps.Keys(schemas[name].Properties)) {
			p := schemas[name].Properties[member]
			kind, ref := typeOf(p)
			s.Members = append(s.Members, docsMember{member, kind, ref, p.Description})
		}
		shown.Schemas = append(shown.Schemas, s)
	}
	var b bytes.Buffer
	if err := page.Execute(&b, shown); err != nil {
		return nil, fmt.Errorf("api: page of the description: %w", err)
	}
	return b.Bytes(), nil
}

func operationsOf(p *huma.PathItem) []*huma.Operation {
	var all []*huma.Operation
	for _, op := range []*huma.Operation{p.Get, p.Post, p.Patch, p.Delete} {
		if op != nil {
			all = append(all, op)
		}
	}
	return all
}

func docsOperationOf(op *huma.Operation) docsOperation {
	d := docsOperation{ID: op.OperationID, Method: op.Method, Path: op.Path, Summary: op.Summary, Doc: op.Description}
	words := []string{op.Path, op.Summary}
	for _, p := range op.Parameters {
		s := docsParam{Name: p.Name, In: p.In, Doc: p.Description, Required: p.Required, Example: exampleText(exampleOfParam(p))}
		s.Type, _ = typeOf(p.Schema)
		var enum []string
		for _, v := range append(p.Schema.Enum, enumOf(p.Schema.Items)...) {
			enum = append(enum, fmt.Sprint(v))
		}
		s.Enum = strings.Join(enum, " ")
		d.Params, words = append(d.Params, s), append(words, p.Name)
	}
	d.Words = strings.Join(words, " ")
	if op.RequestBody != nil {
		d.Body = "{}"
	}
	if link, ok := exampleLink(op); ok && op.Method == http.MethodGet {
		d.Link = link
	}
	for _, status := range slices.Sorted(maps.Keys(op.Responses)) {
		r := op.Responses[status]
		answer := docsAnswer{Status: status, Doc: r.Description}
		for _, name := range slices.Sorted(maps.Keys(r.Content)) {
			if r.Content[name].Schema != nil && answer.Schema == "" {
				_, answer.Schema = typeOf(r.Content[name].Schema)
			}
			if status == "200" {
				d.Types = append(d.Types, name)
			}
		}
		d.Answers = append(d.Answers, answer)
	}
	return d
}

func enumOf(s *huma.Schema) []any {
	if s == nil {
		return nil
	}
	return s.Enum
}

// typeOf is a schema in words, and the named schema it leads to.
func typeOf(s *huma.Schema) (kind, ref string) {
	if s == nil {
		return "", ""
	}
	if s.Ref != "" {
		return "", s.Ref[strings.LastIndexByte(s.Ref, '/')+1:]
	}
	if len(s.AnyOf) == 2 {
		kind, ref = typeOf(s.AnyOf[0])
		return kind + "or null", ref
	}
	kind = s.Type
	if s.Items != nil {
		of, to := typeOf(s.Items)
		kind, ref = "list of "+of, to
	}
	if m, ok := s.AdditionalProperties.(*huma.Schema); ok {
		of, to := typeOf(m)
		kind, ref = "map of "+of, to
	}
	if s.Format != "" {
		kind += " (" + s.Format + ")"
	}
	if s.Nullable {
		kind += " or null"
	}
	return kind, ref
}

// exampleOfParam is a parameter's example; those that come from structs have it in their schema.
func exampleOfParam(p *huma.Param) any {
	if p.Example == nil && p.Schema != nil && len(p.Schema.Examples) > 0 {
		return p.Schema.Examples[0]
	}
	return p.Example
}

// exampleText is a parameter's example as it stands in an address.
func exampleText(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case []string:
		return strings.Join(v, ",")
	}
	b, err := json.Marshal(v)
	if err != nil {
		return ""
	}
	return string(b)
}

// exampleLink is the address of an operation with the examples of what it needs. It reports false where an example
// is missing.
func exampleLink(op *huma.Operation) (string, bool) {
	path, q := op.Path, url.Values{}
	for _, p := range op.Parameters {
		switch {
		case p.In == "path" && exampleOfParam(p) == nil:
			return "", false
		case p.In == "path":
			path = strings.ReplaceAll(path, "{"+p.Name+"}", url.PathEscape(exampleText(exampleOfParam(p))))
		case p.Required:
			if exampleOfParam(p) == nil {
				return "", false
			}
			q.Set(p.Name, exampleText(exampleOfParam(p)))
		}
	}
	if len(q) > 0 {
		path += "?" + q.Encode()
	}
	return path, true
}
