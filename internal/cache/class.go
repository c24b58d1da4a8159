package cache

import (
	"fmt"
	"strconv"
	"time"
)

// Layer is a place where values wait to be asked for again.
type Layer uint8

// The layers of the contract, from near to far. Origin is no layer but where a load goes.
const (
	Origin Layer = iota
	L1           // memory of this process: 1 s to 5 s
	L2           // Redis, shared by processes: 30 s to 5 min
	L3           // browsers and CDN, told by headers: 5 min to 1 h
)

var layerNames = [...]string{Origin: "origin", L1: "l1", L2: "l2", L3: "l3"}

func (l Layer) String() string { return layerNames[l] }

// Class says how long values of one kind are kept and where. Zero durations are layers that do not keep it.
//
// The class belongs to the farthest layer it names. The nearer ones keep it too, for their own shorter times:
// without them a page that a hundred viewers open would ask Redis, or the store behind a CDN, a hundred times.
type Class struct {
	Name    string // unique; the label of its figures
	Service string // of its keys; service and entity together are unique
	Entity  string

	Memory time.Duration // in L1
	Grace  time.Duration // in L1 after Memory: served once more while one load renews it
	Redis  time.Duration // in L2
	Edge   time.Duration // in L3, by the CDN

	// Immutable values have an address that holds their version or a hash of them, so that a browser need not
	// ask again. Others are kept by browsers for at most browserAge, because only a CDN can be purged.
	Immutable bool
}

// The classes. A room that caches something new adds its line here, and the test holds it to the contract.
var (
	// SessionState is the board of the session now on, as it is.
	SessionState = Class{Name: "session_state", Service: "timing", Entity: "session", Memory: 2 * time.Second, Grace: time.Second}
	// SessionList is what is live and what was last.
	SessionList = Class{Name: "session_list", Service: "timing", Entity: "sessions", Memory: 5 * time.Second}
	// StrategyPicture is the strategy of the session now on.
	StrategyPicture = Class{Name: "strategy_picture", Service: "timing", Entity: "strategy", Memory: 2 * time.Second, Grace: time.Second}

	// SessionData is a derived table of a session, whole or asked with filters.
	SessionData = Class{Name: "session_data", Service: "api", Entity: "session", Memory: 2 * time.Second, Redis: time.Minute}
	// LapTelemetry is the telemetry of laps, down-sampled.
	LapTelemetry = Class{Name: "lap_telemetry", Service: "telemetry", Entity: "laps", Memory: 5 * time.Second, Redis: 5 * time.Minute}
	// Features are the computed inputs of the models.
	Features = Class{Name: "features", Service: "features", Entity: "session", Memory: time.Second, Redis: 30 * time.Second}
	// Predictions are the models' answers.
	Predictions = Class{Name: "predictions", Service: "predict", Entity: "session", Memory: time.Second, Redis: 30 * time.Second}
	// Analytics are answers over seasons.
	Analytics = Class{Name: "analytics", Service: "analytics", Entity: "question", Memory: 5 * time.Second, Redis: 5 * time.Minute}

	// Historical is data of a session that has ended.
	Historical = Class{Name: "historical", Service: "history", Entity: "session", Memory: 5 * time.Second, Redis: 5 * time.Minute, Edge: time.Hour}
	// StaticAsset is a file of the board with a hash in its name.
	StaticAsset = Class{Name: "static_asset", Service: "web", Entity: "asset", Memory: 5 * time.Second, Edge: time.Hour, Immutable: true}
	// Embed is a widget or overlay page on other people's sites.
	Embed = Class{Name: "embed", Service: "web", Entity: "widget", Memory: 5 * time.Second, Edge: 5 * time.Minute}
	// ModelEmbedding is a model's embeddings, which change with the model only.
	ModelEmbedding = Class{Name: "model_embedding", Service: "predict", Entity: "embedding", Memory: 5 * time.Second, Redis: 5 * time.Minute, Edge: time.Hour}
)

// Classes is every class there is.
var Classes = []Class{
	SessionState, SessionList, StrategyPicture,
	SessionData, LapTelemetry, Features, Predictions, Analytics,
	Historical, StaticAsset, Embed, ModelEmbedding,
}

// Layer is the farthest layer that keeps the class: the one the contract names for it.
func (c Class) Layer() Layer {
	switch {
	case c.Edge > 0:
		return L3
	case c.Redis > 0:
		return L2
	}
	return L1
}

// TTL is how long that layer keeps a value.
func (c Class) TTL() time.Duration {
	switch c.Layer() {
	case L3:
		return c.Edge
	case L2:
		return c.Redis
	}
	return c.Memory
}

func (c Class) check(k Key) error {
	if k.Service != c.Service || k.Entity != c.Entity {
		return fmt.Errorf("cache: class %s keeps %s:%s, not %s", c.Name, c.Service, c.Entity, quoted(k.String()))
	}
	return k.Validate()
}

// browserAge bounds how long a browser keeps what has no version in its address. A CDN is purged when a version
// rises, a browser can not be.
const browserAge = 5 * time.Minute

// CacheControl is what browsers and CDN are told. Near classes may be kept but are asked for each time, which a
// 304 answers: a browser must not show an old board, and no cache between us and one viewer may show it to
// another.
func (c Class) CacheControl() string {
	if c.Layer() != L3 {
		return "private, no-cache"
	}
	age := strconv.Itoa(int(c.Edge / time.Second))
	if c.Immutable {
		return "public, max-age=" + age + ", immutable"
	}
	return "public, max-age=" + strconv.Itoa(int(min(c.Edge, browserAge)/time.Second)) + ", s-maxage=" + age
}
