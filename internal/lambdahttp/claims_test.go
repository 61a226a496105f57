package lambdahttp_test

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/echarpe/echarpe/internal/lambdahttp"
)

func TestClaimsComeWithTheEventAndAsText(t *testing.T) {
	var got map[string]string
	handle := lambdahttp.Guest(lambdahttp.Handler(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = lambdahttp.Claims(r.Context()) }), ""))
	for name, claims := range map[string]string{
		"as API Gateway writes them": `{"sub":"a","email_verified":"true","exp":"1795737918"}`,
		"as another gateway does":    `{"sub":"a","email_verified":true,"exp":1795737918}`,
	} {
		raw := `{"version":"2.0","rawPath":"/","requestContext":{"http":{"method":"GET"},"authorizer":{"jwt":{"claims":` + claims + `}}}}`
		if _, err := handle(context.Background(), json.RawMessage(raw)); err != nil || got["sub"] != "a" || got["email_verified"] != "true" || got["exp"] != "1795737918" {
			t.Error(name, got, err)
		}
	}
	got = map[string]string{"sub": "left"}
	if _, err := handle(context.Background(), json.RawMessage(`{"rawPath":"/","headers":{"authorization":"Bearer x"},"requestContext":{"http":{"method":"GET"}}}`)); err != nil || got["sub"] != "" {
		t.Error("claims without an authorizer:", got, err)
	}
	if _, err := handle(context.Background(), json.RawMessage(`{"rawPath":7,"headers":{"authorization":"secret"}}`)); err == nil || strings.Contains(err.Error(), "secret") {
		t.Error(err)
	}
}
