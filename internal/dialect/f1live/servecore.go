package f1live

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"

	"github.com/coder/websocket"
)

// coreHub spells SignalR Core's JSON protocol.
type coreHub struct{}

func (coreHub) call(arguments []byte) []byte {
	b := make([]byte, 0, len(arguments)+64)
	b = append(b, `{"type":1,"target":"feed","arguments":`...)
	b = append(b, arguments...)
	return append(b, '}', separator)
}

func (coreHub) frame(dst []byte, calls [][]byte, _ uint64) []byte {
	for _, c := range calls {
		dst = append(dst, c...)
	}
	return dst
}

func (coreHub) result(dst []byte, id json.RawMessage, states []byte) []byte {
	dst = append(dst, `{"type":3,"invocationId":`...)
	dst = append(dst, id...)
	dst = append(dst, `,"result":`...)
	dst = append(dst, states...)
	return append(dst, '}', separator)
}

func (coreHub) fault(dst []byte, id json.RawMessage, text string) []byte {
	dst = append(dst, `{"type":3,"invocationId":`...)
	dst = append(dst, id...)
	dst = append(dst, `,"error":`...)
	dst = append(dst, quoted(text)...)
	return append(dst, '}', separator)
}

func (coreHub) ping() []byte { return []byte("{\"type\":6}\x1e") }

func (coreHub) goodbye(reason string, again bool) []byte {
	return fmt.Appendf(nil, "{\"type\":7,\"error\":%s,\"allowReconnect\":%t}\x1e", quoted(reason), again)
}

// read takes one message of the client.
func (coreHub) read(record []byte) (request, bool, error) {
	if len(bytes.TrimSpace(record)) == 0 {
		return request{}, false, nil
	}
	var m struct {
		Type         int
		Target       string
		InvocationID *string
		Arguments    []json.RawMessage
	}
	if err := json.Unmarshal(record, &m); err != nil {
		return request{}, false, &farewell{"the message is no JSON of the hub protocol", false}
	}
	switch m.Type {
	case typeInvocation:
	case typeClose:
		return request{}, false, errClientLeaves
	default: // pings are welcome and not needed; the hub calls no client that would complete
		return request{}, false, nil
	}
	var id json.RawMessage
	if m.InvocationID != nil {
		id = quoted(*m.InvocationID)
	}
	return subscription(id, m.Target, m.Arguments), true, nil
}

func (s *Server) coreNegotiate(w http.ResponseWriter, r *http.Request) {
	if !s.admit(w, r, http.MethodPost) {
		return
	}
	type transport struct {
		Transport       string   `json:"transport"`
		TransferFormats []string `json:"transferFormats"`
	}
	answer := struct {
		NegotiateVersion    int         `json:"negotiateVersion"`
		ConnectionID        string      `json:"connectionId"`
		ConnectionToken     string      `json:"connectionToken,omitempty"`
		AvailableTransports []transport `json:"availableTransports"`
	}{ConnectionID: newID(), AvailableTransports: []transport{{"WebSockets", []string{"Text", "Binary"}}}}
	if version, err := strconv.Atoi(r.URL.Query().Get("negotiateVersion")); err == nil && version > 0 {
		answer.NegotiateVersion, answer.ConnectionToken = 1, newID()
	}
	s.answer(w, answer)
}

func (s *Server) coreConnect(w http.ResponseWriter, r *http.Request) {
	if !s.admit(w, r, http.MethodGet) {
		return
	}
	conn, done := s.upgrade(w, r)
	if conn == nil {
		return
	}
	defer done()
	in := &inbox{conn: conn, split: &splitter{max: s.cfg.MessageBytes}}
	if err := s.coreHandshake(r.Context(), conn, in); err != nil {
		s.cfg.Log.Debug("a client of the live timing hub failed its handshake", "error", err)
		return
	}
	s.follow(r.Context(), &subscriber{server: s, hub: coreHub{}, fan: s.core, conn: conn, in: in, place: s.placeOf(r)})
}

// coreHandshake agrees on JSON. Clients in the field say version 1 or, wrongly, that of the negotiation, 0.
func (s *Server) coreHandshake(ctx context.Context, conn *websocket.Conn, in *inbox) error {
	ctx, cancel := context.WithTimeout(ctx, s.cfg.WriteTimeout)
	defer cancel()
	record, err := in.next(ctx)
	if err != nil {
		return err
	}
	var wish struct {
		Protocol string
		Version  int
	}
	answer := "{}\x1e"
	switch err = json.Unmarshal(record, &wish); {
	case err != nil:
		err = errors.New("the handshake is no JSON")
	case wish.Protocol != "json":
		err = fmt.Errorf("the protocol '%.20s' is not supported, only 'json'", wish.Protocol)
	case wish.Version < 0 || wish.Version > 2:
		err = fmt.Errorf("version %d of the protocol 'json' is not supported", wish.Version)
	}
	if err != nil {
		answer = `{"error":` + string(quoted(err.Error())) + "}\x1e"
	}
	return errors.Join(err, conn.Write(ctx, websocket.MessageText, []byte(answer)))
}
