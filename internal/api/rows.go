package api

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io"
	"iter"
	"net/http"
	"strings"
	"sync"

	"pitwall.live/internal/cache"
	"pitwall.live/internal/store"
	"pitwall.live/internal/tables"
)

// rowRoutes are the tables as resources of a session.
func (a *api) rowRoutes() {
	for _, d := range tables.All() {
		if d.Name == "sessions" || d.Name == "events" || d.Name == "results" {
			continue // they have their own resources
		}
		t := newResource(d)
		a.register(operation{
			id: "list-" + dashed(d.Name), path: "/api/v1/sessions/{session}/" + d.Name, tag: tagOf(d.Name),
			summary: about[d.Name], doc: rowsDoc, params: t.params(), content: a.rowsContent(&d),
			slow: true, errors: []int{http.StatusNotFound, http.StatusNotAcceptable, http.StatusConflict, http.StatusTooManyRequests, http.StatusGatewayTimeout},
			run: func(w http.ResponseWriter, r *http.Request, f *form) error { return a.rows(w, r, f, t) },
		})
	}
}

// rows answers for one table.
func (a *api) rows(w http.ResponseWriter, r *http.Request, f *form, t *resource) error {
	return a.rowsFrom(w, r, f, t, func(context.Context, *source) error { return nil })
}

// rowsFrom answers for one table, whose source is changed first.
func (a *api) rowsFrom(w http.ResponseWriter, r *http.Request, f *form, t *resource, change func(context.Context, *source) error) error {
	format, err := accepted(r)
	if err != nil {
		return err
	}
	q, err := t.read(f, format)
	if err != nil {
		return err
	}
	deadline := a.limits.Deadline
	if format != jsonPage {
		deadline = a.limits.ExportDeadline
	}
	ctx, cancel := context.WithTimeout(r.Context(), deadline)
	defer cancel()
	r = r.WithContext(ctx)
	from, err := a.sourceOf(ctx, r.PathValue("session"), q.when)
	if err != nil {
		return err
	}
	if err := change(ctx, from); err != nil {
		return err
	}
	return a.answerRows(w, r, q, from, format)
}

func (a *api) answerRows(w http.ResponseWriter, r *http.Request, q *rowQuery, from *source, format tables.Format) error {
	q.Session = from.key
	n := &answer{
		subject: from.key, name: q.Table + "?" + r.URL.RawQuery, version: from.version, number: from.number, age: from.age,
		class: cache.SessionData, contentType: mediaType(format),
	}
	if format == jsonPage {
		return a.whole(w, r, n, func(ctx context.Context) ([]byte, error) {
			// Samples of a moment are read from the log, which takes long: few at once.
			if !from.stored && fromSamples(q.Table) {
				done, err := a.heavy(r)
				if err != nil {
					return nil, err
				}
				defer done()
			}
			return q.page(from.rows(ctx, q.more()))
		})
	}
	tag, had := a.begin(w, r, n)
	if had {
		return nil
	}
	if r.Method == http.MethodHead {
		w.Header()["Content-Type"] = []string{n.contentType}
		return nil
	}
	if q.Limit > 0 {
		return a.limited(w, r, q, from, n, tag, format)
	}
	done, err := a.heavy(r)
	if err != nil {
		return err
	}
	defer done()
	return a.stream(w, r, n, tag, func(out io.Writer) error {
		p := q.pager(a.limits.ExportRows)
		_, err := q.out.Write(held{out, p}, format, p.rows(from.rows(r.Context(), &q.Query)))
		return cmp.Or(p.failed, err)
	})
}

// held writes nothing any more once the rows have failed: what an encoder has left in its buffers would read as
// the end of a good answer.
type held struct {
	io.Writer
	p *pager
}

// Write implements io.Writer.
func (h held) Write(b []byte) (int, error) {
	if h.p.failed != nil {
		return 0, h.p.failed
	}
	return h.Writer.Write(b)
}

// limited answers with one page in a format that has no room for the cursor: it goes into a header, so the page
// is made before anything is sent.
func (a *api) limited(w http.ResponseWriter, r *http.Request, q *rowQuery, from *source, n *answer, tag string, format tables.Format) error {
	done := func() {}
	if !from.stored && fromSamples(q.Table) { // read from the log, which takes long
		var err error
		if done, err = a.heavy(r); err != nil {
			return err
		}
	}
	p := q.pager(0)
	var body bytes.Buffer
	_, err := q.out.Write(&body, format, p.rows(from.rows(r.Context(), q.more())))
	done() // before the bytes go out, which takes as long as the client likes
	if err = cmp.Or(p.failed, err); err != nil {
		return err
	}
	if p.next != "" {
		link(w, r, p.next)
	}
	write(w, r, tag, cache.NewEntry(n.contentType, body.Bytes()))
	return nil
}

// more is the question for one row more than the page has: to know whether there is another page.
func (q *rowQuery) more() *store.Query {
	m := q.Query
	m.Limit++
	return &m
}

// page is a page in JSON.
func (q *rowQuery) page(rows iter.Seq2[store.Row, error]) ([]byte, error) {
	p := q.pager(0)
	scratch := pages.Get().(*[]byte)
	defer pages.Put(scratch)
	buf := append((*scratch)[:0], `{"data":[`...)
	defer func() { *scratch = buf }() // with the room it has grown to
	first := true
	for row := range p.rows(rows) {
		if !first {
			buf = append(buf, ',')
		}
		first = false
		buf = q.out.AppendObject(buf, row)
	}
	if p.failed != nil {
		return nil, p.failed
	}
	buf = append(buf, pageEnd...)
	if p.next == "" {
		buf = append(buf, "null}"...)
	} else {
		buf = append(append(append(buf, '"'), p.next...), `"}`...)
	}
	return bytes.Clone(buf), nil
}

// pages is memory in which pages are made: how long one becomes is only known at its end.
var pages = sync.Pool{New: func() any { return new([]byte) }}

// pageEnd stands before the cursor, which is the last member of a page.
const pageEnd = `],"next_cursor":`

// nextCursor is the cursor in a page of JSON, "" for none.
func nextCursor(contentType string, page []byte) string {
	i := bytes.LastIndex(page, []byte(pageEnd))
	if i < 0 || contentType != mediaType(jsonPage) {
		return ""
	}
	return strings.Trim(strings.TrimSuffix(string(page[i+len(pageEnd):]), "}"), `"`+"nul")
}

// pager lets the rows of an answer through: the columns that are wanted, and no more rows than the page has.
type pager struct {
	q      *rowQuery
	most   int // rows after which it gives up; 0: no bound
	n      int
	last   string // cursor of the last row of a full page
	next   string // the same once it is known that there is another row
	failed error
}

func (q *rowQuery) pager(most int) *pager { return &pager{q: q, most: most} }

// rows gives the rows of the answer. What goes wrong is in failed afterwards. The row handed out is the same
// memory each time.
func (p *pager) rows(all iter.Seq2[store.Row, error]) iter.Seq[tables.Row] {
	return func(yield func(tables.Row) bool) {
		some := make(tables.Row, len(p.q.fields))
		for r, err := range all {
			if err != nil {
				p.failed = err
				return
			}
			if p.q.Limit > 0 && p.n == p.q.Limit {
				p.next = p.last
				return
			}
			if p.n++; p.n == p.q.Limit {
				p.last = store.CursorOf(&p.q.d, r)
			}
			if p.most > 0 && p.n > p.most {
				p.failed = fmt.Errorf("api: %s of %s: more than %d rows", p.q.Table, p.q.Session, p.most)
				return
			}
			row := r.Cells
			if p.q.fields != nil {
				for i, n := range p.q.fields {
					some[i] = row[n]
				}
				row = some
			}
			if !yield(row) {
				return
			}
		}
	}
}
