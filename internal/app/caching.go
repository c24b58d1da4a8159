package app

import (
	"github.com/prometheus/client_golang/prometheus"

	"pitwall.live/internal/cache"
	"pitwall.live/internal/wire"
)

// redisFlags say where answers are cached for all processes.
type redisFlags struct {
	Redis string `help:"Redis that caches answers for all processes: redis://HOST:PORT, rediss:// or unix://. Without: each process has its own cache." placeholder:"URL"`
}

// openCache makes the cache of a server. It does not wait for Redis.
func (f redisFlags) openCache(e *env, figures prometheus.Registerer) (*cache.Cache, error) {
	cfg := cache.Default()
	cfg.MemoryBytes, cfg.RedisURL, cfg.Log, cfg.Registerer = answersKept, f.Redis, e.log, figures
	c, err := cache.New(cfg)
	if err != nil {
		return nil, usage("--redis %s: %w", masked(f.Redis), err)
	}
	return c, nil
}

// cacheStates says how the shared cache is; nothing where there is none.
func (s *server) cacheStates() []wire.StoreState {
	up, configured := s.answers.RedisUp()
	if !configured {
		return nil
	}
	st := wire.StoreState{Store: "redis", Working: up, Sessions: []wire.WriterState{}}
	if !up {
		st.Trouble = "redis does not answer; answers are made anew meanwhile"
	}
	return []wire.StoreState{st}
}
