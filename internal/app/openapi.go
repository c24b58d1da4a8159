package app

import "pitwall.live/internal/api"

// openapiCmd prints the description of the REST API.
type openapiCmd struct{}

// Help is shown by --help.
func (openapiCmd) Help() string {
	return `The document is the one that a running server gives at /api/v1/openapi.json; clients are generated from it.

Example:

    pitwall openapi > openapi.json`
}

// Run prints the document.
func (openapiCmd) Run(e *env) error {
	document, err := api.Description(Version())
	if err != nil {
		return err
	}
	_, err = e.out.Write(document)
	return err
}
