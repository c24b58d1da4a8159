package backup

import (
	"archive/tar"
	"context"
	"fmt"
	"io"
)

// Check reads a backup to its end and restores nothing of it: every file is as its header and the manifest say, and this
// program reads the format. Who checks first never restores half of a backup that was cut or damaged.
func Check(r io.Reader) (*Manifest, error) {
	b := newReader(context.Background(), nil)
	if err := b.all(tar.NewReader(r)); err != nil {
		return nil, fmt.Errorf("check the backup: %w", err)
	}
	return &b.manifest, nil
}

// Rows counts the rows of all sessions.
func (m *Manifest) Rows() int {
	n := 0
	for i := range m.Sessions {
		for _, rows := range m.Sessions[i].Rows {
			n += rows
		}
	}
	return n
}
