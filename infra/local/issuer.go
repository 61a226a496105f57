package main

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"sync"
	"time"

	oidcclient "github.com/coreos/go-oidc/v3/oidc"
	jose "github.com/go-jose/go-jose/v4"
	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"

	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/lambdahttp"
)

// staffClient is our client at the local issuer.
const staffClient = "echarpe-equipe"

// identity is a person who may sign in locally, by one click.
type identity struct {
	Sub, Name, Email, About string
	Roles                   []enrolment.Role
}

// identities are fixed; the first three are of the team from the first start on.
var identities = []identity{
	{"local-gestion", "Claire Gestion", "gestion@exemple.fr", "tient les inscriptions", []enrolment.Role{enrolment.RoleGestion}},
	{"local-lecture", "Luc Lecture", "lecture@exemple.fr", "consulte", []enrolment.Role{enrolment.RoleLecture}},
	{"local-direction", "Diane Direction", "direction@exemple.fr", "dirige l’équipe", []enrolment.Role{enrolment.RoleDirection}},
	{"local-personne", "Paul Personne", "personne@exemple.fr", "n’est pas de l’équipe", nil},
}

// issuer is a real OpenID Connect issuer that asks for no password.
type issuer struct {
	address string
	site    string
	handler http.Handler
	key     *rsa.PrivateKey

	mu       sync.Mutex
	requests map[string]*authRequest
	codes    map[string]string // code → request
	sessions map[string]string // cookie → subject
	tokens   map[string]string // access token → subject
}

func newIssuer(address, site string) (*issuer, error) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return nil, err
	}
	i := &issuer{
		address: address, site: site, key: key, requests: map[string]*authRequest{}, codes: map[string]string{},
		sessions: map[string]string{}, tokens: map[string]string{},
	}
	var secret [32]byte
	_, _ = rand.Read(secret[:])
	provider, err := op.NewProvider(&op.Config{CryptoKey: secret, CryptoKeyId: "local", CodeMethodS256: true, DefaultLogoutRedirectURI: site + "/equipe/"},
		i, op.StaticIssuer(address), op.WithAllowInsecure())
	if err != nil {
		return nil, fmt.Errorf("local issuer: %w", err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /login", i.askWho)
	mux.HandleFunc("POST /login", i.signIn)
	mux.Handle("/", provider)
	i.handler = mux
	return i, nil
}

// authorizer checks tokens as the gateway's JWT authorizer does, and hands their claims over as text, as it does.
func (i *issuer) authorizer() lambdahttp.Authorizer {
	keys := &oidcclient.StaticKeySet{}
	keys.PublicKeys = append(keys.PublicKeys, i.key.Public())
	verifier := oidcclient.NewVerifier(i.address, keys, &oidcclient.Config{ClientID: staffClient})
	return func(ctx context.Context, token string) (map[string]string, error) {
		checked, err := verifier.Verify(ctx, token)
		if err != nil {
			return nil, err
		}
		var all map[string]any
		if err := checked.Claims(&all); err != nil {
			return nil, err
		}
		claims := map[string]string{}
		for name, v := range all {
			claims[name] = fmt.Sprint(v)
		}
		return claims, nil
	}
}

const sessionCookie = "session"

var whoPage = template.Must(template.New("").Parse(`<!doctype html><html lang="fr"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<link rel="icon" href="data:,"><title>Connexion locale</title><style>body{font:18px/1.5 system-ui;max-width:32rem;margin:2rem auto;padding:0 1rem}button{font:inherit;display:block;width:100%;min-height:48px;margin:.5rem 0;text-align:left;padding:.5rem 1rem}</style>
<h1>Qui êtes-vous ?</h1><p>Cette page n’existe que sur cette machine : aucun mot de passe.</p>
<form method="post" action="/login">{{$id := .ID}}<input type="hidden" name="id" value="{{$id}}">
{{range .People}}<button name="sub" value="{{.Sub}}"><strong>{{.Name}}</strong> : {{.About}}</button>{{end}}</form></html>`))

// askWho shows the people, or lets through whoever has a session; without one a silent request is refused.
func (i *issuer) askWho(w http.ResponseWriter, r *http.Request) {
	id := r.FormValue("authRequestID")
	i.mu.Lock()
	q := i.requests[id]
	sub := ""
	if c, err := r.Cookie(sessionCookie); err == nil {
		sub = i.sessions[c.Value]
	}
	i.mu.Unlock()
	switch {
	case q == nil:
		http.Error(w, "Cette demande de connexion n’existe plus : revenez au site.", http.StatusBadRequest)
	case sub != "" && !q.prompts(oidc.PromptLogin) && !q.prompts(oidc.PromptSelectAccount):
		i.finish(w, r, q, sub)
	case q.prompts(oidc.PromptNone):
		back, _ := url.Parse(q.CallbackURI)
		back.RawQuery = url.Values{"error": {"login_required"}, "state": {q.State}, "iss": {i.address}}.Encode()
		http.Redirect(w, r, back.String(), http.StatusFound)
	default:
		_ = whoPage.Execute(w, map[string]any{"ID": id, "People": identities})
	}
}

func (i *issuer) signIn(w http.ResponseWriter, r *http.Request) {
	i.mu.Lock()
	q := i.requests[r.PostFormValue("id")]
	i.mu.Unlock()
	who, known := identityOf(r.PostFormValue("sub"))
	if q == nil || !known {
		http.Error(w, "Cette demande de connexion n’existe plus : revenez au site.", http.StatusBadRequest)
		return
	}
	session := rand.Text()
	i.mu.Lock()
	i.sessions[session] = who.Sub
	i.mu.Unlock()
	http.SetCookie(w, &http.Cookie{Name: sessionCookie, Value: session, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode})
	i.finish(w, r, q, who.Sub)
}

func (i *issuer) finish(w http.ResponseWriter, r *http.Request, q *authRequest, sub string) {
	i.mu.Lock()
	q.Sub, q.At = sub, time.Now()
	i.mu.Unlock()
	http.Redirect(w, r, "/authorize/callback?id="+url.QueryEscape(q.ID), http.StatusFound)
}

func identityOf(sub string) (identity, bool) {
	for _, who := range identities {
		if who.Sub == sub {
			return who, true
		}
	}
	return identity{}, false
}

// authRequest is one request to sign in.
type authRequest struct {
	ID, CallbackURI, State, Nonce, Sub string
	Prompt                             []string
	Scopes                             []string
	Type                               oidc.ResponseType
	Mode                               oidc.ResponseMode
	Challenge                          *oidc.CodeChallenge
	At                                 time.Time
}

func (q *authRequest) prompts(p string) bool {
	for _, have := range q.Prompt {
		if have == p {
			return true
		}
	}
	return false
}
func (q *authRequest) GetID() string                         { return q.ID }
func (q *authRequest) GetACR() string                        { return "" }
func (q *authRequest) GetAMR() []string                      { return nil }
func (q *authRequest) GetAudience() []string                 { return []string{staffClient} }
func (q *authRequest) GetAuthTime() time.Time                { return q.At }
func (q *authRequest) GetClientID() string                   { return staffClient }
func (q *authRequest) GetCodeChallenge() *oidc.CodeChallenge { return q.Challenge }
func (q *authRequest) GetNonce() string                      { return q.Nonce }
func (q *authRequest) GetRedirectURI() string                { return q.CallbackURI }
func (q *authRequest) GetResponseType() oidc.ResponseType    { return q.Type }
func (q *authRequest) GetResponseMode() oidc.ResponseMode    { return q.Mode }
func (q *authRequest) GetScopes() []string                   { return q.Scopes }
func (q *authRequest) GetState() string                      { return q.State }
func (q *authRequest) GetSubject() string                    { return q.Sub }
func (q *authRequest) Done() bool                            { return q.Sub != "" }

// What follows is op.Storage, in memory.

func (i *issuer) CreateAuthRequest(_ context.Context, r *oidc.AuthRequest, _ string) (op.AuthRequest, error) {
	q := &authRequest{
		ID: rand.Text(), CallbackURI: r.RedirectURI, State: r.State, Nonce: r.Nonce, Prompt: r.Prompt, Scopes: r.Scopes, Type: r.ResponseType, Mode: r.ResponseMode,
	}
	if r.CodeChallenge == "" {
		return nil, oidc.ErrInvalidRequest().WithDescription("PKCE is required")
	}
	q.Challenge = &oidc.CodeChallenge{Challenge: r.CodeChallenge, Method: r.CodeChallengeMethod}
	i.mu.Lock()
	defer i.mu.Unlock()
	i.requests[q.ID] = q
	return q, nil
}

func (i *issuer) AuthRequestByID(_ context.Context, id string) (op.AuthRequest, error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if q := i.requests[id]; q != nil {
		return q, nil
	}
	return nil, errors.New("no such request")
}

func (i *issuer) AuthRequestByCode(ctx context.Context, code string) (op.AuthRequest, error) {
	i.mu.Lock()
	id := i.codes[code]
	delete(i.codes, code) // good for once
	i.mu.Unlock()
	return i.AuthRequestByID(ctx, id)
}

func (i *issuer) SaveAuthCode(_ context.Context, id, code string) error {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.codes[code] = id
	return nil
}

func (i *issuer) DeleteAuthRequest(_ context.Context, id string) error {
	i.mu.Lock()
	defer i.mu.Unlock()
	delete(i.requests, id)
	return nil
}

func (i *issuer) CreateAccessToken(_ context.Context, r op.TokenRequest) (string, time.Time, error) {
	id := rand.Text()
	i.mu.Lock()
	defer i.mu.Unlock()
	i.tokens[id] = r.GetSubject()
	return id, time.Now().Add(tokenLife), nil
}

const tokenLife = time.Hour

var errNoRefresh = errors.New("no refresh tokens here")

func (i *issuer) CreateAccessAndRefreshTokens(context.Context, op.TokenRequest, string) (string, string, time.Time, error) {
	return "", "", time.Time{}, errNoRefresh
}

func (i *issuer) TokenRequestByRefreshToken(context.Context, string) (op.RefreshTokenRequest, error) {
	return nil, errNoRefresh
}

func (i *issuer) TerminateSession(_ context.Context, sub, _ string) error {
	i.mu.Lock()
	defer i.mu.Unlock()
	for cookie, who := range i.sessions {
		if who == sub {
			delete(i.sessions, cookie)
		}
	}
	return nil
}

func (i *issuer) RevokeToken(context.Context, string, string, string) *oidc.Error { return nil }

func (i *issuer) GetRefreshTokenInfo(context.Context, string, string) (string, string, error) {
	return "", "", op.ErrInvalidRefreshToken
}

type signingKey struct{ *rsa.PrivateKey }

func (signingKey) ID() string                                       { return "local" }
func (signingKey) SignatureAlgorithm() jose.SignatureAlgorithm      { return jose.RS256 }
func (k signingKey) Key() any                                       { return k.PrivateKey }
func (i *issuer) SigningKey(context.Context) (op.SigningKey, error) { return signingKey{i.key}, nil }

func (i *issuer) SignatureAlgorithms(context.Context) ([]jose.SignatureAlgorithm, error) {
	return []jose.SignatureAlgorithm{jose.RS256}, nil
}

type publicKey struct{ *rsa.PrivateKey }

func (publicKey) ID() string                         { return "local" }
func (publicKey) Algorithm() jose.SignatureAlgorithm { return jose.RS256 }
func (publicKey) Use() string                        { return "sig" }
func (k publicKey) Key() any                         { return k.Public() }

func (i *issuer) KeySet(context.Context) ([]op.Key, error) { return []op.Key{publicKey{i.key}}, nil }

func (i *issuer) GetClientByClientID(_ context.Context, id string) (op.Client, error) {
	if id != staffClient {
		return nil, errors.New("no such client")
	}
	return client{i}, nil
}

func (i *issuer) AuthorizeClientIDSecret(context.Context, string, string) error {
	return errors.New("a public client has no secret")
}

func (i *issuer) SetUserinfoFromScopes(_ context.Context, u *oidc.UserInfo, sub, _ string, _ []string) error {
	who, ok := identityOf(sub)
	if !ok {
		return errors.New("no such person")
	}
	u.Subject, u.Name, u.Email, u.EmailVerified = who.Sub, who.Name, who.Email, true
	return nil
}

func (i *issuer) SetUserinfoFromToken(ctx context.Context, u *oidc.UserInfo, _, sub, _ string) error {
	return i.SetUserinfoFromScopes(ctx, u, sub, "", nil)
}

func (i *issuer) SetIntrospectionFromToken(context.Context, *oidc.IntrospectionResponse, string, string, string) error {
	return errors.New("no introspection here")
}

func (i *issuer) GetPrivateClaimsFromScopes(context.Context, string, string, []string) (map[string]any, error) {
	return nil, nil
}

func (i *issuer) GetKeyByIDAndClientID(context.Context, string, string) (*jose.JSONWebKey, error) {
	return nil, errors.New("no client keys here")
}

func (i *issuer) ValidateJWTProfileScopes(context.Context, string, []string) ([]string, error) {
	return nil, nil
}

func (i *issuer) Health(context.Context) error { return nil }

// client is the pages under /equipe/.
type client struct{ *issuer }

func (c client) GetID() string                      { return staffClient }
func (c client) RedirectURIs() []string             { return []string{c.site + "/equipe/connexion/"} }
func (c client) PostLogoutRedirectURIs() []string   { return []string{c.site + "/equipe/"} }
func (client) ApplicationType() op.ApplicationType  { return op.ApplicationTypeUserAgent }
func (client) AuthMethod() oidc.AuthMethod          { return oidc.AuthMethodNone }
func (client) ResponseTypes() []oidc.ResponseType   { return []oidc.ResponseType{oidc.ResponseTypeCode} }
func (client) GrantTypes() []oidc.GrantType         { return []oidc.GrantType{oidc.GrantTypeCode} }
func (client) LoginURL(id string) string            { return "/login?authRequestID=" + url.QueryEscape(id) }
func (client) AccessTokenType() op.AccessTokenType  { return op.AccessTokenTypeBearer }
func (client) IDTokenLifetime() time.Duration       { return tokenLife }
func (client) DevMode() bool                        { return true } // redirects to http://localhost
func (client) IsScopeAllowed(string) bool           { return false }
func (client) IDTokenUserinfoClaimsAssertion() bool { return true }
func (client) ClockSkew() time.Duration             { return 0 }
func (client) RestrictAdditionalIdTokenScopes() func([]string) []string { //nolint:staticcheck // the name is the interface's
	return func(s []string) []string { return s }
}
func (client) RestrictAdditionalAccessTokenScopes() func([]string) []string {
	return func(s []string) []string { return s }
}
