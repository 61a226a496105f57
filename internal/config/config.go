// Package config reads the environment once, at start, and refuses what cannot work with the name of the variable
// to mend. Secrets print as "[redacted]" whatever the verb.
package config

import (
	"errors"
	"fmt"
	"log/slog"
	"net/mail"
	"net/url"
	"strings"

	"github.com/caarlos0/env/v11"
)

// Secret is a value that must never be printed.
type Secret string

// String redacts; so do GoString, MarshalText and LogValue.
func (Secret) String() string { return "[redacted]" }

// GoString redacts %#v.
func (Secret) GoString() string { return "[redacted]" }

// MarshalText redacts JSON.
func (Secret) MarshalText() ([]byte, error) { return []byte("[redacted]"), nil }

// LogValue redacts slog.
func (Secret) LogValue() slog.Value { return slog.StringValue("[redacted]") }

// Config is what every function reads; each uses what it needs. The README's table describes the variables.
type Config struct {
	TableName            string     `env:"TABLE_NAME,required,notEmpty"`
	SiteURL              string     `env:"SITE_URL,required,notEmpty"`
	LinkSecrets          Secret     `env:"LINK_SECRETS"`
	LinkSecretARN        string     `env:"LINK_SECRET_ARN"`
	MailFrom             string     `env:"MAIL_FROM"`
	MailConfigurationSet string     `env:"MAIL_CONFIGURATION_SET"`
	LogLevel             slog.Level `env:"LOG_LEVEL" envDefault:"INFO"`
	AbusePerEmail        int        `env:"ABUSE_PER_EMAIL" envDefault:"10"`
	AbusePerSource       int        `env:"ABUSE_PER_SOURCE" envDefault:"300"`
	AbuseUnprovedFree    int        `env:"ABUSE_UNPROVED_FREE" envDefault:"10"`
	AbuseUnprovedMost    int        `env:"ABUSE_UNPROVED_MOST" envDefault:"30"`
	Altcha               bool       `env:"ALTCHA_ENABLED"`
	OriginSecret         Secret     `env:"ORIGIN_SECRET"`     // proves that a request came through the content network
	MetricsNamespace     string     `env:"METRICS_NAMESPACE"` // no metrics without one
	Build                string     `env:"BUILD" envDefault:"dev"`
	StaffIssuer          string     `env:"STAFF_ISSUER"`   // OpenID Connect issuer of the organisation's team
	StaffClient          string     `env:"STAFF_CLIENT"`   // our client there
	StaffEmail           string     `env:"STAFF_EMAIL"`    // address of the first person of the team
	ScanBucket           string     `env:"SCAN_BUCKET"`    // where the conventions that come back are kept; none are taken without one
	ScanMalware          bool       `env:"SCAN_MALWARE"`   // a malware scan marks what may be given to staff
	StaffSignOut         string     `env:"STAFF_SIGN_OUT"` // where the issuer ends a session, when its discovery does not say
}

// Load reads and checks the environment. All faults come back together.
func Load() (Config, error) {
	var c Config
	if err := env.Parse(&c); err != nil {
		return Config{}, fmt.Errorf("environment: %w", err)
	}
	c.SiteURL = strings.TrimSuffix(c.SiteURL, "/")
	return c, errors.Join(c.faults()...)
}

func (c Config) faults() (faults []error) {
	if u, err := url.Parse(c.SiteURL); err != nil || u.Host == "" || (u.Scheme != "https" && u.Scheme != "http") {
		faults = append(faults, errors.New("SITE_URL: give the site's address, such as https://inscriptions.exemple.fr"))
	}
	if c.LinkSecrets != "" && c.LinkSecretARN != "" {
		faults = append(faults, errors.New("LINK_SECRETS or LINK_SECRET_ARN: give one of the two"))
	}
	if c.MailFrom != "" {
		if _, err := mail.ParseAddress(c.MailFrom); err != nil {
			faults = append(faults, errors.New(`MAIL_FROM: give an address, such as "Écharpe Formation <inscriptions@exemple.fr>"`))
		}
	}
	if c.AbusePerEmail < 1 || c.AbusePerSource < 1 {
		faults = append(faults, errors.New("ABUSE_PER_EMAIL, ABUSE_PER_SOURCE: a number of requests an hour, 1 or more"))
	}
	if c.AbuseUnprovedFree < 1 || c.AbuseUnprovedMost < c.AbuseUnprovedFree {
		faults = append(faults, errors.New("ABUSE_UNPROVED_FREE, ABUSE_UNPROVED_MOST: numbers of enrolments, 1 or more, the second no less than the first"))
	}
	return faults
}
