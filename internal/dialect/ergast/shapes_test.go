package ergast

import (
	"encoding/json"
	"testing"
)

// Every real reply that was recorded is read into our shapes and written again with nothing lost or added.
func TestRecordedRepliesRoundTrip(t *testing.T) {
	all := expected(t, "responses")
	if len(all) != 42 {
		t.Errorf("%d recorded replies, there were 42", len(all))
	}
	for name, body := range all {
		var r reply
		if err := json.Unmarshal(body, &r); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		again, err := json.Marshal(r)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		var want, got any
		if err := json.Unmarshal(body, &want); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(again, &got); err != nil {
			t.Fatal(err)
		}
		if d := differ(want, got, ""); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
	t.Logf("%d replies", len(all))
}
