package f1live

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/coder/websocket"
)

// legacyHub spells SignalR 2.
type legacyHub struct{}

// hubName is the one hub there is; clients spell it in small letters too.
const hubName = "Streaming"

func (legacyHub) call(arguments []byte) []byte {
	b := make([]byte, 0, len(arguments)+64)
	b = append(b, `{"H":"Streaming","M":"feed","A":`...)
	b = append(b, arguments...)
	return append(b, '}')
}

// frame carries the place in the stream, as clients expect that come back with it.
func (legacyHub) frame(dst []byte, calls [][]byte, at uint64) []byte {
	dst = append(dst, `{"C":"d-`...)
	dst = strconv.AppendUint(dst, at, 16)
	dst = append(dst, `","M":[`...)
	for i, c := range calls {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(dst, c...)
	}
	return append(dst, `]}`...)
}

func (legacyHub) result(dst []byte, id json.RawMessage, states []byte) []byte {
	dst = append(dst, `{"R":`...)
	dst = append(dst, states...)
	dst = append(dst, `,"I":`...)
	dst = append(dst, id...)
	return append(dst, '}')
}

func (legacyHub) fault(dst []byte, id json.RawMessage, text string) []byte {
	dst = append(dst, `{"I":`...)
	dst = append(dst, id...)
	dst = append(dst, `,"E":`...)
	dst = append(dst, quoted(text)...)
	return append(dst, '}')
}

func (legacyHub) ping() []byte { return []byte("{}") }

// goodbye tells the client to disconnect: it may then connect anew, but not ask for what it missed. Of a client
// that should come back and of one that need not it is the same.
func (legacyHub) goodbye(string, bool) []byte { return []byte(`{"C":"d-0","D":1,"M":[]}`) }

// read takes one message of the client.
func (legacyHub) read(record []byte) (request, bool, error) {
	var m struct {
		H, M string
		A    []json.RawMessage
		I    json.RawMessage
	}
	if err := json.Unmarshal(record, &m); err != nil {
		return request{}, false, &farewell{"the message is no JSON of a hub call", false}
	}
	if m.M == "" {
		return request{}, false, nil
	}
	// The id comes as a number or a string, and goes back as a string.
	var id json.RawMessage
	if len(m.I) > 0 {
		var text string
		if json.Unmarshal(m.I, &text) != nil {
			text = string(m.I)
		}
		id = quoted(text)
	}
	if !strings.EqualFold(m.H, hubName) {
		return request{id: id, fault: "there is no such hub, only " + hubName}, true, nil
	}
	return subscription(id, m.M, m.A), true, nil
}

// legacyVersions are the protocol's that clients say.
var legacyVersions = []string{"1.2", "1.3", "1.4", "1.5", "2.0", "2.1"}

func (s *Server) legacyNegotiate(w http.ResponseWriter, r *http.Request) {
	if !s.admit(w, r, http.MethodGet) || !knowsHub(w, r) {
		return
	}
	version := r.URL.Query().Get("clientProtocol")
	if !slices.Contains(legacyVersions, version) {
		version = "1.5"
	}
	id := newID()
	s.answer(w, struct {
		URL                     string `json:"Url"`
		ConnectionToken         string
		ConnectionID            string  `json:"ConnectionId"`
		KeepAliveTimeout        float64 // seconds, as all of them
		DisconnectTimeout       float64
		ConnectionTimeout       float64
		TryWebSockets           bool
		ProtocolVersion         string
		TransportConnectTimeout float64
		LongPollDelay           float64
	}{
		URL: strings.TrimSuffix(r.URL.Path, "/negotiate"), ConnectionToken: newID() + "==", ConnectionID: id, KeepAliveTimeout: 20,
		DisconnectTimeout: 30, ConnectionTimeout: 110, TryWebSockets: true, ProtocolVersion: version, TransportConnectTimeout: 5,
	})
}

// knowsHub refuses connections for other hubs than the one there is. Clients may leave the name out.
func knowsHub(w http.ResponseWriter, r *http.Request) bool {
	data := r.URL.Query().Get("connectionData")
	if data == "" {
		return true
	}
	var hubs []struct{ Name string }
	if err := json.Unmarshal([]byte(data), &hubs); err != nil {
		http.Error(w, "connectionData is no list of hubs", http.StatusBadRequest)
		return false
	}
	for _, h := range hubs {
		if !strings.EqualFold(h.Name, hubName) {
			http.Error(w, "there is no such hub, only "+hubName, http.StatusBadRequest)
			return false
		}
	}
	return true
}

// legacySocket opens the socket of a client, nil if it can not, which is answered.
func (s *Server) legacySocket(w http.ResponseWriter, r *http.Request) (*websocket.Conn, func()) {
	if !s.admit(w, r, http.MethodGet) || !knowsHub(w, r) {
		return nil, nil
	}
	if t := r.URL.Query().Get("transport"); t != "" && !strings.EqualFold(t, "webSockets") {
		http.Error(w, "only webSockets is served", http.StatusBadRequest)
		return nil, nil
	}
	return s.upgrade(w, r)
}

func (s *Server) legacyConnect(w http.ResponseWriter, r *http.Request) {
	conn, done := s.legacySocket(w, r)
	if conn == nil {
		return
	}
	defer done()
	if err := s.say(r.Context(), conn, `{"C":"d-0","S":1,"M":[]}`); err != nil {
		s.cfg.Log.Debug("a client of the legacy hub went at once", "error", err)
		return
	}
	s.follow(r.Context(), &subscriber{server: s, hub: legacyHub{}, fan: s.legacy, conn: conn, in: &inbox{conn: conn}, place: s.placeOf(r)})
}

// legacyReconnect is for clients that lost their socket and would go on without subscribing again. What they
// missed they would not notice, so they are told to connect anew, which brings the snapshot.
func (s *Server) legacyReconnect(w http.ResponseWriter, r *http.Request) {
	conn, done := s.legacySocket(w, r)
	if conn == nil {
		return
	}
	defer done()
	if err := s.say(r.Context(), conn, string(legacyHub{}.goodbye("", true))); err != nil {
		s.cfg.Log.Debug("a client of the legacy hub went at once", "error", err)
		return
	}
	conn.Close(websocket.StatusNormalClosure, "") //nolint:errcheck // whether it says goodbye too does not matter
}

func (s *Server) say(ctx context.Context, conn *websocket.Conn, text string) error {
	ctx, cancel := context.WithTimeout(ctx, s.cfg.WriteTimeout)
	defer cancel()
	return conn.Write(ctx, websocket.MessageText, []byte(text))
}

// legacyWord answers the calls that mean nothing here.
func (s *Server) legacyWord(text string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if !s.admit(w, r, http.MethodGet, http.MethodPost) {
			return
		}
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		if _, err := io.WriteString(w, text); err != nil {
			s.cfg.Log.Debug("a client of the legacy hub did not wait for the answer", "error", err)
		}
	}
}
