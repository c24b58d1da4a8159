package f1live

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
)

// endpoint is where to connect, and as whom.
type endpoint struct {
	hub    *url.URL
	socket *url.URL
	token  string // the account's, or that of a redirect
}

// userAgent is what we call ourselves; the hub accepts any that is not empty.
const userAgent = "pitwall.live"

func (e *endpoint) header() http.Header {
	h := http.Header{"User-Agent": {userAgent}}
	if e.token != "" {
		h.Set("Authorization", "Bearer "+e.token)
	}
	return h
}

// negotiation is the hub's answer; which members it has depends on the version and on its will.
type negotiation struct {
	NegotiateVersion    int
	ConnectionID        string
	ConnectionToken     string
	AvailableTransports []struct {
		Transport       string
		TransferFormats []string
	}
	URL         string
	AccessToken string
	Error       string
}

// maxRedirects bounds how often a hub may send us to another.
const maxRedirects = 5

// negotiate agrees on a connection: OPTIONS for the load balancer's cookie, whose absence is no harm, and
// POST for the connection's id, following redirects to other hubs.
func (c *Client) negotiate(ctx context.Context, client *http.Client, account string) (*endpoint, error) {
	at := &endpoint{hub: c.hub, token: account}
	for range maxRedirects {
		c.fetchCookie(ctx, client, at)
		answer, err := c.postNegotiate(ctx, client, at)
		if err != nil {
			return nil, err
		}
		switch {
		case answer.Error != "" && refusal(answer.Error):
			return nil, &RefusedError{"negotiate", answer.Error}
		case answer.Error != "":
			return nil, fmt.Errorf("livetiming: negotiate: the hub says: %s", answer.Error)
		case answer.URL == "":
			return at, at.choose(answer)
		}
		next, err := at.hub.Parse(answer.URL)
		if err == nil {
			next, err = hubURL(next.String())
		}
		if err != nil {
			return nil, fmt.Errorf("livetiming: negotiate: redirect: %w", err)
		}
		at = &endpoint{hub: next, token: answer.AccessToken}
	}
	return nil, fmt.Errorf("livetiming: negotiate: more than %d redirects", maxRedirects)
}

func (e *endpoint) negotiateURL() string {
	u := e.hub.JoinPath("negotiate")
	q := u.Query()
	q.Set("negotiateVersion", "1")
	u.RawQuery = q.Encode()
	return u.String()
}

func (c *Client) fetchCookie(ctx context.Context, client *http.Client, at *endpoint) {
	ctx, cancel := context.WithTimeout(ctx, c.cfg.StepTimeout)
	defer cancel()
	resp, err := at.request(ctx, client, http.MethodOptions, at.hub.JoinPath("negotiate").String())
	if err == nil {
		err = resp.Body.Close()
	}
	if err != nil {
		c.cfg.Log.Debug("no cookie from the hub", "hub", at.hub.Redacted(), "error", err)
	}
}

func (e *endpoint) request(ctx context.Context, client *http.Client, method, url string) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, method, url, nil)
	if err != nil {
		return nil, err
	}
	req.Header = e.header()
	return client.Do(req)
}

func (c *Client) postNegotiate(ctx context.Context, client *http.Client, at *endpoint) (*negotiation, error) {
	ctx, cancel := context.WithTimeout(ctx, c.cfg.StepTimeout)
	defer cancel()
	resp, err := at.request(ctx, client, http.MethodPost, at.negotiateURL())
	if err != nil {
		return nil, fmt.Errorf("livetiming: negotiate: %w", err)
	}
	defer resp.Body.Close() //nolint:errcheck // only read
	switch resp.StatusCode {
	case http.StatusOK:
	case http.StatusUnauthorized, http.StatusForbidden:
		return nil, &RefusedError{"negotiate", resp.Status}
	case http.StatusNotFound, http.StatusMethodNotAllowed:
		return nil, &StatusError{"negotiate", resp.StatusCode, fmt.Sprintf("%s: no SignalR Core hub at %s", resp.Status, at.hub.Redacted())}
	default:
		return nil, &StatusError{"negotiate", resp.StatusCode, resp.Status}
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, 64<<10))
	if err != nil {
		return nil, fmt.Errorf("livetiming: negotiate: %w", err)
	}
	var answer negotiation
	if err := json.Unmarshal(bytes.TrimPrefix(body, byteOrderMark), &answer); err != nil {
		return nil, fmt.Errorf("livetiming: negotiate: the answer %.60q is no negotiation: %w", body, err)
	}
	return &answer, nil
}

// choose sets the socket's address. From version 1 on the connection is named by a token that nobody else
// sees, before by its id.
func (e *endpoint) choose(answer *negotiation) error {
	id := answer.ConnectionID
	if answer.NegotiateVersion > 0 {
		id = answer.ConnectionToken
	}
	if id == "" {
		return fmt.Errorf("livetiming: negotiate: version %d without an id of the connection", answer.NegotiateVersion)
	}
	text := false
	for _, t := range answer.AvailableTransports {
		text = text || t.Transport == "WebSockets" && slices.Contains(t.TransferFormats, "Text")
	}
	if !text {
		return fmt.Errorf("livetiming: negotiate: the hub offers no WebSocket for text")
	}
	u := *e.hub
	u.Scheme = map[string]string{"http": "ws", "https": "wss"}[u.Scheme]
	if u.Path == "" {
		u.Path = "/"
	}
	q := u.Query()
	q.Set("id", id)
	u.RawQuery = q.Encode()
	e.socket = &u
	return nil
}
