package api

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
)

// Description is the OpenAPI 3.1 document as a server of this version gives it at /api/v1/openapi.json, indented:
// clients are generated from it without a server. It ends with a line feed.
func Description(version string) ([]byte, error) {
	// Nobody asks what is mounted here, so there is nothing behind it that could answer.
	sessions := struct{ Sessions }{}
	a := newAPI(http.NewServeMux(), version, sessions, nil)
	compact, err := json.Marshal(a.huma.OpenAPI())
	if err != nil {
		return nil, fmt.Errorf("api: describe the interface: %w", err)
	}
	var b bytes.Buffer
	if err := json.Indent(&b, compact, "", "  "); err != nil {
		return nil, fmt.Errorf("api: describe the interface: %w", err)
	}
	b.WriteByte('\n')
	return b.Bytes(), nil
}
