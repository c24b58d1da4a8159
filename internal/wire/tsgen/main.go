// Command tsgen writes the TypeScript types of the client contract from the Go structs of package wire,
// so that the web app and the server cannot disagree about a name. It reads the source, not the values:
// comments come along.
//
//	go run ./internal/wire/tsgen > web/wire/types.ts
package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
)

func main() {
	if err := run(os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "tsgen:", err)
		os.Exit(1)
	}
}

func run(w io.Writer) error {
	_, self, _, ok := runtime.Caller(0)
	if !ok {
		return fmt.Errorf("own source file unknown")
	}
	text, err := generate(filepath.Dir(filepath.Dir(self)))
	if err != nil {
		return err
	}
	_, err = io.WriteString(w, text)
	return err
}
