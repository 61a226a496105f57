package lambdahttp

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/aws/aws-lambda-go/events"
	"github.com/google/uuid"
)

// maxBody is what API Gateway accepts: 10 MB, though Lambda takes 6 MB of event.
const maxBody = 6 << 20

// Gateway turns each HTTP request into the event that API Gateway would send and writes the answer of invoke back.
// Like API Gateway it answers 413 to a body above the limit, and 500 with an opaque message when invoke fails.
func Gateway(invoke func(context.Context, Request) (Response, error)) http.Handler {
	return gateway(invoke, nil)
}

// Authorizer checks a bearer token as a route's JWT authorizer does, and gives its claims as the gateway hands them over.
type Authorizer func(ctx context.Context, token string) (claims map[string]string, err error)

// Guarded is Gateway with a JWT authorizer before every route: without a token that passes it answers 401, and the function is not called.
func Guarded(invoke func(context.Context, Request) (Response, error), authorize Authorizer) http.Handler {
	return gateway(invoke, authorize)
}

func gateway(invoke func(context.Context, Request) (Response, error), authorize Authorizer) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		e, err := Event(r)
		if err != nil {
			gatewayError(w, err)
			return
		}
		if authorize != nil {
			scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
			claims, err := authorize(r.Context(), strings.TrimSpace(token))
			if !strings.EqualFold(scheme, "Bearer") || err != nil {
				w.Header().Set("WWW-Authenticate", "Bearer")
				w.Header().Set("Content-Type", "application/json")
				w.WriteHeader(http.StatusUnauthorized)
				_, _ = io.WriteString(w, `{"message":"Unauthorized"}`)
				return
			}
			e.RequestContext.Authorizer = &events.APIGatewayV2HTTPRequestContextAuthorizerDescription{
				JWT: &events.APIGatewayV2HTTPRequestContextAuthorizerJWTDescription{Claims: claims},
			}
		}
		answer, err := invoke(r.Context(), e)
		if err != nil {
			gatewayError(w, err)
			return
		}
		writeAnswer(w, r, answer)
	})
}

// Event is the event that API Gateway makes of r: lower-case headers with repeated values joined, cookies apart, a
// body that is not text in base64.
func Event(r *http.Request) (Request, error) {
	body, err := io.ReadAll(http.MaxBytesReader(nil, r.Body, maxBody))
	if err != nil {
		return Request{}, fmt.Errorf("read the body: %w", err)
	}
	now := time.Now().UTC()
	e := Request{
		Version:        "2.0",
		RouteKey:       r.Method + " " + r.URL.Path,
		RawPath:        r.URL.Path,
		RawQueryString: r.URL.RawQuery,
		Headers:        make(map[string]string, len(r.Header)+1),
	}
	for name, values := range r.Header {
		if name == "Cookie" {
			for _, v := range values {
				e.Cookies = append(e.Cookies, strings.Split(v, "; ")...)
			}
			continue
		}
		e.Headers[strings.ToLower(name)] = strings.Join(values, ",")
	}
	e.Headers["host"] = r.Host
	e.RequestContext.RequestID = uuid.NewString()
	e.RequestContext.RouteKey = e.RouteKey
	e.RequestContext.Stage = "$default"
	e.RequestContext.DomainName = r.Host
	e.RequestContext.Time = now.Format("02/Jan/2006:15:04:05 -0700")
	e.RequestContext.TimeEpoch = now.UnixMilli()
	e.RequestContext.HTTP.Method = r.Method
	e.RequestContext.HTTP.Path = r.URL.Path
	e.RequestContext.HTTP.Protocol = r.Proto
	e.RequestContext.HTTP.UserAgent = r.UserAgent()
	e.RequestContext.HTTP.SourceIP = sourceIP(r)
	if utf8.Valid(body) {
		e.Body = string(body)
	} else {
		e.Body, e.IsBase64Encoded = base64.StdEncoding.EncodeToString(body), true
	}
	return e, nil
}

func sourceIP(r *http.Request) string {
	if host, _, err := net.SplitHostPort(r.RemoteAddr); err == nil {
		return host
	}
	return r.RemoteAddr
}

func gatewayError(w http.ResponseWriter, err error) {
	status := http.StatusInternalServerError
	if tooLarge := new(http.MaxBytesError); errors.As(err, &tooLarge) {
		status = http.StatusRequestEntityTooLarge
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, `{"message":`+strconv.Quote(http.StatusText(status))+`}`)
}

func writeAnswer(w http.ResponseWriter, r *http.Request, e Response) {
	body := []byte(e.Body)
	if e.IsBase64Encoded {
		decoded, err := base64.StdEncoding.DecodeString(e.Body)
		if err != nil {
			gatewayError(w, err)
			return
		}
		body = decoded
	}
	for name, value := range e.Headers {
		w.Header().Set(name, value)
	}
	for _, cookie := range e.Cookies {
		w.Header().Add("Set-Cookie", cookie)
	}
	w.WriteHeader(e.StatusCode)
	if r.Method != http.MethodHead {
		_, _ = w.Write(body)
	}
}
