package api

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"pitwall.live/internal/cache"
)

// document adds an operation whose answer is one JSON value of type T. It is small and made each time; its tag is
// that of its bytes.
func document[T any](a *api, o operation, run func(context.Context, *http.Request, *form) (T, age, error)) {
	o.content = map[string]*huma.MediaType{"application/json": {Schema: a.huma.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[T](), true, "")}}
	o.run = func(w http.ResponseWriter, r *http.Request, f *form) error {
		if _, err := accepted(r, jsonPage); err != nil {
			return err
		}
		v, age, err := run(r.Context(), r, f)
		if err != nil {
			return err
		}
		body, err := json.Marshal(v)
		if err != nil {
			return fmt.Errorf("api: %s: %w", o.id, err)
		}
		sum := sha256.Sum256(body)
		n := &answer{subject: o.tag, name: o.id, version: base64.RawURLEncoding.EncodeToString(sum[:12]), age: age, contentType: mediaType(jsonPage)}
		tag, done := a.begin(w, r, n)
		if done {
			return nil
		}
		write(w, r, tag, cache.NewEntry(n.contentType, body))
		return nil
	}
	a.register(o)
}

// noStore is the answer where only stored data could answer.
func noStore() error {
	return plain(http.StatusNotFound, "this server has no store: it knows only the sessions it holds")
}
