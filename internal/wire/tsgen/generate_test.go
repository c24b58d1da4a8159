package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestCommittedTypesAreCurrent(t *testing.T) {
	want, err := generate("..")
	if err != nil {
		t.Fatal(err)
	}
	have, err := os.ReadFile(filepath.Join("..", "..", "..", "web", "wire", "types.ts"))
	if err != nil {
		t.Fatal(err)
	}
	if string(have) != want {
		t.Error("web/wire/types.ts is not what the Go structs say: go run ./internal/wire/tsgen > web/wire/types.ts")
	}
}

func TestTypes(t *testing.T) {
	f := func(field, want string) {
		t.Helper()
		var b strings.Builder
		err := writeFile(&b, "x.go", []byte("package x\ntype T struct {\n"+field+"\n}\n"))
		got := b.String()
		if err != nil {
			got = "error"
		} else {
			got = strings.TrimSuffix(strings.TrimPrefix(got, "export interface T {\n  "), ";\n}\n\n")
		}
		if got != want {
			t.Errorf("%s: got %q, want %q", field, got, want)
		}
	}
	f("A string `json:\"a\"`", "a: string")
	f("A *int64 `json:\"a\"`", "a: number | null")
	f("A []*int `json:\"a\"`", "a: (number | null)[]")
	f("A map[string]Car `json:\"a\"`", "a: Record<string, Car>")
	f("A []Sector `json:\"a\"`", "a: Sector[]")
	f("A uint64 `json:\"a,omitempty\"`", "a?: number")
	f("A any `json:\"a\"`", "a: unknown")
	f("A json.RawMessage `json:\"a\"`", "a: unknown")
	f("A *time.Time `json:\"a,omitempty\"`", "a?: string | null")
	f("A float64 `json:\"a\"` // metres", "/** metres */\n  a: number")
	f("RCM\nA int `json:\"a\"`", "export interface T extends RCM {\n  a: number")
	f("A chan int `json:\"a\"`", "error")
	f("A, B int `json:\"a\"`", "error")
	f("A int `json:\",omitempty\"`", "error")
}
