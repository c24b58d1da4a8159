package api_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"pitwall.live/internal/api"
	"pitwall.live/internal/f1"
	"pitwall.live/internal/store"
)

// openAPI is what the tests look at of the description.
type openAPI struct {
	OpenAPI string                          `json:"openapi"`
	Paths   map[string]map[string]operation `json:"paths"`
}

type operation struct {
	OperationID string      `json:"operationId"`
	Summary     string      `json:"summary"`
	Tags        []string    `json:"tags"`
	Parameters  []parameter `json:"parameters"`
	Responses   map[string]struct {
		Description string `json:"description"`
		Content     map[string]struct {
			Schema json.RawMessage `json:"schema"`
		} `json:"content"`
	} `json:"responses"`
}

type parameter struct {
	Name        string `json:"name"`
	In          string `json:"in"`
	Required    bool   `json:"required"`
	Description string `json:"description"`
	Example     any    `json:"example"`
	Schema      *struct {
		Type     any   `json:"type"`
		Examples []any `json:"examples"`
	} `json:"schema"`
}

// example is the first there is, nil for none.
func (p *parameter) example() any {
	if p.Example == nil && len(p.Schema.Examples) > 0 {
		return p.Schema.Examples[0]
	}
	return p.Example
}

// text is an example as it stands in an address.
func (p *parameter) text() string {
	if list, ok := p.example().([]any); ok {
		parts := make([]string, len(list))
		for i, v := range list {
			parts[i] = fmt.Sprint(v)
		}
		return strings.Join(parts, ",")
	}
	return fmt.Sprint(p.example())
}

// The description is sound: references lead somewhere, paths have their parameters, everything is described.
func TestDescription(t *testing.T) {
	s := newStand(t)
	body := s.get("/openapi.json")
	doc := decode[openAPI](t, body)
	if !strings.HasPrefix(doc.OpenAPI, "3.1.") || len(doc.Paths) < 40 {
		t.Fatalf("version %s, %d paths", doc.OpenAPI, len(doc.Paths))
	}
	checkRefs(t, body)
	ids := map[string]bool{}
	for path, methods := range doc.Paths {
		for method, op := range methods {
			where := method + " " + path
			if op.OperationID == "" || ids[op.OperationID] || op.Summary == "" || len(op.Tags) != 1 {
				t.Errorf("%s: id %q, summary %q, tags %v", where, op.OperationID, op.Summary, op.Tags)
			}
			ids[op.OperationID] = true
			names := map[string]bool{}
			for _, p := range op.Parameters {
				if names[p.In+p.Name] {
					t.Errorf("%s: %s is described twice", where, p.Name)
				}
				names[p.In+p.Name] = true
				if p.Description == "" && p.Name != "limit" || p.Schema == nil || p.Schema.Type == nil || p.In == "path" && !p.Required {
					t.Errorf("%s: %s is hardly described: %+v", where, p.Name, p)
				}
			}
			for _, part := range strings.Split(path, "/") {
				if name, ok := strings.CutPrefix(part, "{"); ok && !names["path"+strings.TrimSuffix(name, "}")] {
					t.Errorf("%s: %s is not described", where, part)
				}
			}
			if len(op.Responses) < 2 {
				t.Errorf("%s: responses %v", where, slices.Collect(maps.Keys(op.Responses)))
			}
		}
	}
}

// The description that clients are generated from is the one that is served.
func TestDescriptionWithoutServer(t *testing.T) {
	s := newStand(t)
	printed, err := api.Description("test")
	if err != nil {
		t.Fatal(err)
	}
	var served bytes.Buffer
	if err := json.Indent(&served, s.get("/openapi.json"), "", "  "); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(bytes.TrimSpace(printed), bytes.TrimSpace(served.Bytes())) {
		t.Errorf("%d bytes are printed, %d served, and they are not the same", len(printed), served.Len())
	}
	if bytes.Contains(printed, []byte("[\n              \"array\",\n              \"null\"")) {
		t.Error("a list may be null")
	}
}

// checkRefs holds every reference of a document to lead to something in it.
func checkRefs(t *testing.T, body []byte) {
	var doc any
	if err := json.Unmarshal(body, &doc); err != nil {
		t.Fatal(err)
	}
	var walk func(v any)
	walk = func(v any) {
		switch v := v.(type) {
		case []any:
			for _, w := range v {
				walk(w)
			}
		case map[string]any:
			if ref, ok := v["$ref"].(string); ok {
				at := doc
				for _, part := range strings.Split(strings.TrimPrefix(ref, "#/"), "/") {
					m, _ := at.(map[string]any)
					at = m[part]
				}
				if at == nil {
					t.Errorf("%s leads nowhere", ref)
				}
			}
			for _, w := range v {
				walk(w)
			}
		}
	}
	walk(doc)
}

// Every documented example answers 200, and what it answers is as the schema says.
func TestExamplesAnswer(t *testing.T) {
	s := newStand(t)
	messages := simulated(t, 3, 3)
	d := derived(messages)
	s.keep(d)
	s.hold(messages, nil)
	s.season2018()
	row := d.State.SessionRow()
	if err := s.store.PutResults(t.Context(), &store.Results{Session: d.Key(), Season: row.Season.Value, Round: 1, Type: f1.Race,
		Known: time.Date(2026, 8, 23, 13, 0, 0, 0, time.UTC), Status: store.ResultProvisional, Source: "timing", Rows: d.State.Results()}); err != nil {
		t.Fatal(err)
	}
	body := s.get("/openapi.json")
	compiler := jsonschema.NewCompiler()
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if err := compiler.AddResource("http://test/openapi.json", document); err != nil {
		t.Fatal(err)
	}
	doc := decode[openAPI](t, body)
	asked, fastest := 0, d.Key()+"/"+strconv.Itoa(d.State.Laps()[0].DriverNumber)+":fastest"
	for path, methods := range doc.Paths {
		op, ok := methods["get"]
		if !ok {
			continue
		}
		where := "http://test/openapi.json#/paths/" + strings.ReplaceAll(strings.ReplaceAll(path, "~", "~0"), "/", "~1")
		schema, err := compiler.Compile(where + "/get/responses/200/content/application~1json/schema")
		if err != nil {
			t.Errorf("%s: %v", path, err)
			continue
		}
		for _, link := range examplesOf(t, path, &op, fastest) {
			asked++
			resp, answer := s.ask(link)
			if op.OperationID == "list-events" && bytes.Contains(answer, []byte("see Accept")) { // filters of the table
				if resp, answer := s.ask(link, "Accept: text/csv"); resp.StatusCode != http.StatusOK {
					t.Errorf("%s as CSV: %s %.300s", link, resp.Status, answer)
				}
				continue
			}
			if resp.StatusCode != http.StatusOK {
				t.Errorf("%s: %s %.300s", link, resp.Status, answer)
				continue
			}
			v, err := jsonschema.UnmarshalJSON(bytes.NewReader(answer))
			if err != nil {
				t.Errorf("%s: %v", link, err)
			} else if err := schema.Validate(v); err != nil {
				t.Errorf("%s is not as described: %.600s", link, err)
			}
		}
	}
	if asked < 250 {
		t.Errorf("only %d examples", asked)
	}
}

// examplesOf are the addresses of an operation with its examples: what it needs, and each other parameter alone.
func examplesOf(t *testing.T, path string, op *operation, fastest string) []string {
	base := strings.TrimPrefix(path, "/api/v1")
	needed := url.Values{}
	for i := range op.Parameters {
		p := &op.Parameters[i]
		switch {
		case p.In == "path" && p.example() == nil && p.Name == "event":
			return nil // ids of events are not known before
		case p.In == "query" && p.Name == "laps" && op.Tags[0] == "Analytics":
			return nil // of sessions that are not stored here
		case p.example() == nil && p.Name != "cursor" && p.Name != "priority" && p.Name != "limit":
			t.Errorf("%s: %s has no example", path, p.Name)
		case p.In == "path":
			base = strings.ReplaceAll(base, "{"+p.Name+"}", url.PathEscape(p.text()))
		case p.Required && strings.HasPrefix(op.OperationID, "ask-"): // laps of any session by its key: those there are
			needed.Set(p.Name, fastest)
		case p.Required:
			needed.Set(p.Name, p.text())
		}
	}
	links := []string{base + "?" + needed.Encode()}
	for i := range op.Parameters {
		p := &op.Parameters[i]
		if p.In != "query" || p.Required || p.example() == nil || op.OperationID == "compare-laps" && strings.HasPrefix(p.Name, "at") {
			// Laps that were not driven by then are not found.
			continue
		}
		with := maps.Clone(needed)
		if with.Set(p.Name, p.text()); p.Name == "laps" && strings.HasPrefix(op.OperationID, "ask-") { // of a question over sessions
			with.Set(p.Name, fastest)
		}
		links = append(links, base+"?"+with.Encode())
	}
	return links
}

// The page for people has every operation, works under its policy, and loads nothing from elsewhere.
func TestDocsPage(t *testing.T) {
	s := newStand(t)
	resp, page := s.ask("/docs")
	if csp := resp.Header.Get("Content-Security-Policy"); resp.StatusCode != http.StatusOK || !strings.Contains(csp, "default-src 'none'") || strings.Contains(csp, "unsafe") {
		t.Fatalf("%s %s", resp.Status, csp)
	}
	for path, methods := range decode[openAPI](t, s.get("/openapi.json")).Paths {
		for method := range methods {
			if !bytes.Contains(page, fmt.Appendf(nil, `data-method="%s" data-path="%s"`, strings.ToUpper(method), path)) {
				t.Errorf("%s %s is not on the page", method, path)
			}
		}
	}
	for _, foreign := range []string{"http://", "https://", "<script>", "style=", "onclick"} {
		if bytes.Contains(page, []byte(foreign)) {
			t.Errorf("the page has %s", foreign)
		}
	}
	for file, kind := range map[string]string{"/docs/docs.css": "text/css", "/docs/docs.js": "text/javascript"} {
		if resp, body := s.ask(file); resp.StatusCode != http.StatusOK || !strings.HasPrefix(resp.Header.Get("Content-Type"), kind) || len(body) < 500 {
			t.Errorf("%s: %s %v", file, resp.Status, resp.Header)
		}
	}
}
