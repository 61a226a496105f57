package main

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	jose "github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
)

// door is the local issuer behind a real address, and a browser.
type door struct {
	t       *testing.T
	issuer  *issuer
	address string
	browser *http.Client
}

func newDoor(t *testing.T) *door {
	t.Helper()
	var handler http.Handler
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { handler.ServeHTTP(w, r) }))
	t.Cleanup(server.Close)
	i, err := newIssuer(server.URL, "http://localhost:8080")
	if err != nil {
		t.Fatal(err)
	}
	handler = i.handler
	jar, _ := cookiejar.New(nil)
	return &door{t, i, server.URL, &http.Client{Jar: jar, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		if r.URL.Host == "localhost:8080" {
			return http.ErrUseLastResponse
		}
		return nil
	}}}
}

const verifier = "a-verifier-of-more-than-forty-three-characters-for-pkce"

func (d *door) authorize(prompt string) *http.Response {
	d.t.Helper()
	sum := sha256.Sum256([]byte(verifier))
	q := url.Values{
		"client_id": {staffClient}, "redirect_uri": {"http://localhost:8080/equipe/connexion/"}, "response_type": {"code"}, "scope": {"openid email profile"},
		"state": {"s"}, "nonce": {"n"}, "code_challenge_method": {"S256"}, "code_challenge": {base64.RawURLEncoding.EncodeToString(sum[:])},
	}
	if prompt != "" {
		q.Set("prompt", prompt)
	}
	res, err := d.browser.Get(d.address + "/authorize?" + q.Encode())
	if err != nil {
		d.t.Fatal(err)
	}
	_ = res.Body.Close()
	return res
}

// back is what the issuer sent the browser back with.
func (d *door) back(res *http.Response) url.Values {
	d.t.Helper()
	to, err := res.Location()
	if err != nil {
		d.t.Fatalf("%d at %s: %v", res.StatusCode, res.Request.URL, err)
	}
	return to.Query()
}

func (d *door) click(asked *http.Response, sub string) url.Values {
	d.t.Helper()
	id := asked.Request.URL.Query().Get("authRequestID")
	res, err := d.browser.PostForm(d.address+"/login", url.Values{"id": {id}, "sub": {sub}})
	if err != nil {
		d.t.Fatal(err)
	}
	_ = res.Body.Close()
	return d.back(res)
}

func (d *door) exchange(code, verifier string) (idToken string, status int) {
	d.t.Helper()
	res, err := d.browser.PostForm(d.address+"/oauth/token", url.Values{
		"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {"http://localhost:8080/equipe/connexion/"},
		"client_id": {staffClient}, "code_verifier": {verifier},
	})
	if err != nil {
		d.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	var body struct {
		IDToken string `json:"id_token"`
	}
	_ = json.NewDecoder(res.Body).Decode(&body)
	return body.IDToken, res.StatusCode
}

func TestTheLocalIssuerSignsInByOneClickAndThenSilently(t *testing.T) {
	d := newDoor(t)
	if got := d.back(d.authorize("none")); got.Get("error") != "login_required" || got.Get("state") != "s" {
		t.Error("without a session, a silent request gets", got)
	}
	token, status := d.exchange(d.click(d.authorize(""), "local-gestion").Get("code"), verifier)
	if status != 200 {
		t.Fatal(status)
	}
	claims, err := d.issuer.authorizer()(t.Context(), token)
	if err != nil {
		t.Fatal(err)
	}
	if claims["sub"] != "local-gestion" || claims["email"] != "gestion@exemple.fr" || claims["email_verified"] != "true" || claims["name"] != "Claire Gestion" {
		t.Error(claims)
	}
	if _, status := d.exchange(d.back(d.authorize("none")).Get("code"), verifier); status != 200 {
		t.Error("silently:", status)
	}
	if _, status := d.exchange(d.back(d.authorize("")).Get("code"), "another-verifier-of-more-than-forty-three-characters"); status == 200 {
		t.Error("a code is good without its verifier")
	}
	res, err := d.browser.Get(d.address + "/end_session?" + url.Values{"id_token_hint": {token}, "post_logout_redirect_uri": {"http://localhost:8080/equipe/"}}.Encode())
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	if got := d.back(d.authorize("none")); got.Get("error") != "login_required" {
		t.Error("signed out, a silent request still gets", got)
	}
}

func TestTheLocalGatewayRefusesTokensThatAreNotOurs(t *testing.T) {
	d := newDoor(t)
	mine, _ := d.exchange(d.click(d.authorize(""), "local-gestion").Get("code"), verifier)
	other, _ := rsa.GenerateKey(rand.Reader, 2048)
	sign := func(key *rsa.PrivateKey, change func(map[string]any)) string {
		claims := map[string]any{"iss": d.address, "aud": staffClient, "sub": "local-gestion", "exp": time.Now().Add(time.Hour).Unix(), "iat": time.Now().Unix()}
		change(claims)
		signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: key}, nil)
		if err != nil {
			t.Fatal(err)
		}
		token, err := jwt.Signed(signer).Claims(claims).Serialize()
		if err != nil {
			t.Fatal(err)
		}
		return token
	}
	nothing := func(map[string]any) {}
	authorize := d.issuer.authorizer()
	if _, err := authorize(t.Context(), sign(d.issuer.key, nothing)); err != nil {
		t.Fatal("the control, a good token:", err)
	}
	parts := strings.Split(mine, ".")
	none := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none"}`)) + "." + parts[1] + "."
	for name, token := range map[string]string{
		"none at all":    "",
		"algorithm none": none,
		"tampered":       parts[0] + "." + base64.RawURLEncoding.EncodeToString([]byte(`{"sub":"local-direction"}`)) + "." + parts[2],
		"another's key":  sign(other, nothing),
		"another issuer": sign(d.issuer.key, func(c map[string]any) { c["iss"] = "https://other.example" }),
		"another client": sign(d.issuer.key, func(c map[string]any) { c["aud"] = "other" }),
		"expired":        sign(d.issuer.key, func(c map[string]any) { c["exp"] = time.Now().Add(-time.Minute).Unix() }),
	} {
		if _, err := authorize(t.Context(), token); err == nil {
			t.Errorf("%s: let through", name)
		}
	}
}
