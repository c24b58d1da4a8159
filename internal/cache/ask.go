package cache

import (
	"context"
	"fmt"
	"strings"

	"github.com/redis/rueidis"
)

// Redis is what a Redis says of itself.
type Redis struct {
	Version string
	Policy  string // maxmemory-policy; "" when it does not tell: some services hide it
}

// Ask asks the Redis at an address what it is. Errors do not hold the address, which may hold a password.
func Ask(ctx context.Context, address string) (Redis, error) {
	option, err := redisOption(address)
	if err != nil {
		return Redis{}, err
	}
	client, err := rueidis.NewClient(option)
	if err != nil {
		return Redis{}, fmt.Errorf("cache: redis can not be reached: %w", err)
	}
	defer client.Close()
	text, err := client.Do(ctx, client.B().Info().Build()).ToString()
	if err != nil {
		return Redis{}, fmt.Errorf("cache: redis does not answer: %w", err)
	}
	return parseInfo(text), nil
}

func parseInfo(text string) (r Redis) {
	for line := range strings.Lines(text) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), ":")
		switch name {
		case "redis_version":
			r.Version = value
		case "maxmemory_policy":
			r.Policy = value
		}
	}
	return r
}
