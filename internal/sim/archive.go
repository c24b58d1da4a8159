package sim

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"pitwall.live/internal/feed"
)

// WriteArchive writes the rest of the session as the official archive keeps one: a page <Topic>.jsonStream
// for every topic, whose lines are an offset from the first message and a payload, and an Index.json. The
// files are made by create, and closed.
func WriteArchive(s *Sim, create func(name string) (io.WriteCloser, error)) (err error) {
	type page struct {
		w io.WriteCloser
		b *bufio.Writer
	}
	pages := map[string]*page{}
	defer func() {
		for _, p := range pages {
			err = errors.Join(err, p.b.Flush(), p.w.Close())
		}
	}()
	var msg feed.Message
	for {
		switch e := s.Next(&msg); {
		case errors.Is(e, io.EOF):
			return writeIndex(pages, create)
		case e != nil:
			return e
		}
		p := pages[msg.Topic]
		if p == nil {
			w, err := create(msg.Topic + ".jsonStream")
			if err != nil {
				return fmt.Errorf("sim: archive page of %s: %w", msg.Topic, err)
			}
			p = &page{w, bufio.NewWriterSize(w, 1<<16)}
			pages[msg.Topic] = p
			if _, err := p.b.WriteString("\ufeff"); err != nil {
				return err
			}
		}
		if _, err := fmt.Fprintf(p.b, "%s%s\r\n", offset(msg.Time.Sub(s.start)), msg.Payload); err != nil {
			return fmt.Errorf("sim: archive page of %s: %w", msg.Topic, err)
		}
	}
}

// offset writes hh:mm:ss.mmm.
func offset(d time.Duration) string {
	d = max(0, d)
	return clockText(d) + fmt.Sprintf(".%03d", d.Milliseconds()%1000)
}

func writeIndex[P any](pages map[string]P, create func(string) (io.WriteCloser, error)) (err error) {
	w, err := create("Index.json")
	if err != nil {
		return fmt.Errorf("sim: archive index: %w", err)
	}
	defer func() { err = errors.Join(err, w.Close()) }()
	topics := make([]string, 0, len(pages))
	for t := range pages {
		topics = append(topics, t)
	}
	slices.Sort(topics)
	text := "\ufeff{\"Feeds\":{"
	for i, t := range topics {
		if i > 0 {
			text += ","
		}
		text += fmt.Sprintf("%q:{\"KeyFramePath\":\"%s.json\",\"StreamPath\":\"%s.jsonStream\"}", t, t, t)
	}
	_, err = io.WriteString(w, text+"}}")
	return err
}
