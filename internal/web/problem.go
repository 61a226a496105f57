package web

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/http"
	"strconv"

	"github.com/echarpe/echarpe/internal/enrolment"
)

// Problem is an RFC 9457 document. Detail and Fields are in French, ready to show. A 5xx never carries its cause.
type Problem struct {
	Type      string            `json:"type"`
	Title     string            `json:"title"`
	Status    int               `json:"status"`
	Detail    string            `json:"detail"`
	RequestID string            `json:"requestId"`
	Fields    map[string]string `json:"fields,omitempty"`
	File      string            `json:"file,omitempty"` // of the person who is enrolled already, for the organisation only
}

// answers is the one place where a kind of error becomes HTTP.
var answers = map[enrolment.Kind]struct {
	status int
	title  string
	detail string // when the error has none of its own
}{
	enrolment.KindInvalid:        {http.StatusUnprocessableEntity, "Des réponses sont à corriger", "Corrigez les réponses signalées, puis envoyez de nouveau."},
	enrolment.KindNotFound:       {http.StatusNotFound, "Introuvable", "Cette page ou ce document n’existe pas, ou n’existe plus."},
	enrolment.KindUnauthorized:   {http.StatusUnauthorized, "Lien personnel non valable", "Ce lien personnel n’est pas valable. Ouvrez le lien reçu par e-mail, ou demandez-en un nouveau."},
	enrolment.KindSessionClosed:  {http.StatusConflict, "Inscriptions closes", "Les inscriptions à cette session sont closes."},
	enrolment.KindFundingClosed:  {http.StatusConflict, "Financement impossible pour cette session", "Ce mode de financement n’est plus possible pour cette session. Choisissez-en un autre."},
	enrolment.KindOfferExpired:   {http.StatusConflict, "Offre expirée", "La place n’a pas été prise à temps : elle n’est plus gardée pour vous."},
	enrolment.KindKeyReused:      {http.StatusConflict, "Demande déjà envoyée", "Cette demande a déjà été envoyée avec d’autres réponses. Rechargez la page, puis recommencez."},
	enrolment.KindConflict:       {http.StatusConflict, "Action impossible", "Votre dossier a changé entre-temps. Rechargez la page."},
	enrolment.KindScanRefused:    {http.StatusUnprocessableEntity, "Document refusé", "Ce qui a été envoyé n’est ni un PDF ni une photo. Choisissez un autre fichier."},
	enrolment.KindScanIncomplete: {http.StatusConflict, "Envoi incomplet", "Des pages ne sont pas arrivées. Envoyez de nouveau : ce qui est arrivé est gardé."},
	enrolment.KindUnavailable:    {http.StatusServiceUnavailable, "Service très demandé", "Le service est très demandé. Rien n’est perdu : envoyez de nouveau dans quelques secondes."},
	enrolment.KindTooManyRequest: {http.StatusTooManyRequests, "Trop de demandes", "Trop de demandes ont été envoyées. Patientez un peu, puis recommencez."},
	KindMethod:                   {http.StatusMethodNotAllowed, "Action inconnue à cette adresse", "Cette adresse existe, mais pas pour cette action. L’en-tête Allow dit lesquelles elle connaît."},
	KindSignedOut:                {http.StatusUnauthorized, "Session terminée", "Identifiez-vous de nouveau : ce que vous avez saisi est gardé."},
	// Never 403: the content network puts the page of what is not there in its place (infra/site.yaml).
	KindNotOfTheTeam:        {http.StatusNotFound, "Accès non ouvert", "Votre adresse n’est pas dans l’équipe. Demandez à la direction de vous ajouter."},
	KindForbidden:           {http.StatusNotFound, "Action non permise", "Votre rôle ne permet pas cette action. Demandez à la direction."},
	enrolment.KindChanged:   {http.StatusPreconditionFailed, "Le dossier a changé", "Quelqu’un a changé ce dossier depuis que vous l’avez ouvert. Rien n’a été écrit : relisez-le, puis recommencez."},
	KindIfMatch:             {http.StatusPreconditionRequired, "Demande incomplète", "La demande ne dit pas ce qui a été lu. Rechargez la page, puis recommencez."},
	enrolment.KindDuplicate: {http.StatusConflict, "Personne déjà inscrite", "Cette personne est déjà inscrite à cette session."},
	KindBadRequest:          {http.StatusBadRequest, "Demande illisible", "La demande n’a pas pu être lue. Rechargez la page, puis recommencez."},
}

// Kinds of refusal that only HTTP knows.
const (
	KindBadRequest   enrolment.Kind = "bad-request"        // not a request of this API
	KindMethod       enrolment.Kind = "method-not-allowed" // the address is known, for other methods
	KindSignedOut    enrolment.Kind = "signed-out"         // no token, or one that is over
	KindNotOfTheTeam enrolment.Kind = "not-of-the-team"    // signed in, but with no role here
	KindForbidden    enrolment.Kind = "forbidden"          // this role may not
	KindIfMatch      enrolment.Kind = "if-match"           // what was read is not said
	kindInternal     enrolment.Kind = "internal"
)

// BadRequest refuses what is not even a request of this API; the cause goes to the log.
func BadRequest(cause error) error {
	return &enrolment.Error{Kind: KindBadRequest, Err: cause}
}

// problem answers an error. Unknown means 500, without its cause.
func (o observer) problem(w http.ResponseWriter, requestID string, err error) {
	p, retryAfter := problemOf(err)
	p.speak()
	p.RequestID = requestID
	if retryAfter > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(retryAfter))
	}
	if p.Status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", `Bearer realm="`+o.realm+`"`)
	}
	_ = WriteJSON(w, p.Status, "application/problem+json", p) // the client is gone: nothing left to tell
}

// speak puts the spaces of French into every sentence of the problem, wherever it was written.
func (p *Problem) speak() {
	p.Title, p.Detail = French(p.Title), French(p.Detail)
	fields := make(map[string]string, len(p.Fields))
	for field, said := range p.Fields {
		fields[field] = French(said)
	}
	p.Fields = fields
}

func problemOf(err error) (p Problem, retryAfterSeconds int) {
	var e *enrolment.Error
	if !errors.As(err, &e) {
		e = &enrolment.Error{Kind: kindInternal}
	}
	a, known := answers[e.Kind]
	if !known {
		return Problem{
			Type: "/problems/internal", Title: "Erreur de notre côté", Status: http.StatusInternalServerError,
			Detail: "Une erreur est survenue de notre côté. Vos réponses ne sont pas perdues : envoyez de nouveau dans un instant.",
		}, 0
	}
	p = Problem{Type: "/problems/" + string(e.Kind), Title: a.title, Status: a.status, Detail: a.detail, Fields: e.Fields, File: e.File}
	if e.Detail != "" {
		p.Detail = e.Detail
	}
	return p, retrySeconds(e)
}

func retrySeconds(e *enrolment.Error) int {
	if e.RetryAfter > 0 {
		return int(math.Ceil(e.RetryAfter.Seconds()))
	}
	if e.Kind == enrolment.KindUnavailable || e.Kind == enrolment.KindTooManyRequest {
		return 2
	}
	return 0
}

// WriteJSON renders to a buffer before the status, so that a fault never leaves half an answer.
func WriteJSON(w http.ResponseWriter, status int, contentType string, v any) error {
	body, err := encode(v)
	if err != nil {
		return err
	}
	return write(w, status, contentType, body)
}

// WriteConditional answers a JSON value, or 304 to whoever has the same one already. Caching is the caller's to say.
func WriteConditional(w http.ResponseWriter, r *http.Request, v any) error {
	body, err := encode(v)
	if err != nil {
		return err
	}
	digest := sha256.Sum256(body)
	tag := `W/"` + base64.RawURLEncoding.EncodeToString(digest[:12]) + `"`
	w.Header().Set("ETag", tag)
	if r.Header.Get("If-None-Match") == tag {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	return write(w, http.StatusOK, "application/json", body)
}

func encode(v any) ([]byte, error) {
	var body bytes.Buffer
	enc := json.NewEncoder(&body)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, fmt.Errorf("encode the answer: %w", err)
	}
	return body.Bytes(), nil
}

func write(w http.ResponseWriter, status int, contentType string, body []byte) error {
	w.Header().Set("Content-Type", contentType)
	w.WriteHeader(status)
	_, err := w.Write(body)
	return err
}
