package config_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/echarpe/echarpe/internal/config"
)

func good(t *testing.T) {
	t.Helper()
	for k, v := range map[string]string{
		"TABLE_NAME": "echarpe", "SITE_URL": "https://exemple.fr/", "LINK_SECRETS": "1:aa", "LINK_SECRET_ARN": "",
		"MAIL_FROM": "Écharpe <inscriptions@exemple.fr>",
	} {
		t.Setenv(k, v)
	}
}

func TestLoad(t *testing.T) {
	good(t)
	c, err := config.Load()
	if err != nil || c.SiteURL != "https://exemple.fr" || c.AbusePerEmail == 0 {
		t.Fatalf("%+v, %v", c, err)
	}
}

func TestLoadNamesTheVariableToMend(t *testing.T) {
	for variable, value := range map[string]string{
		"TABLE_NAME": "", "SITE_URL": "exemple", "LINK_SECRET_ARN": "arn:beside-the-secrets", "MAIL_FROM": "not an address", "LOG_LEVEL": "LOUD",
		"ABUSE_PER_EMAIL": "-1",
	} {
		t.Run(variable, func(t *testing.T) {
			good(t)
			t.Setenv(variable, value)
			_, err := config.Load()
			if err == nil || !strings.Contains(strings.ReplaceAll(err.Error(), "LogLevel", "LOG_LEVEL"), variable) {
				t.Errorf("error %v does not name %s", err, variable)
			}
		})
	}
}

func TestSecretsNeverPrint(t *testing.T) {
	c := config.Config{LinkSecrets: "1:deadbeef"}
	var out bytes.Buffer
	fmt.Fprintf(&out, "%v %+v %#v %s", c, c, c, c.LinkSecrets)
	_ = json.NewEncoder(&out).Encode(c)
	slog.New(slog.NewJSONHandler(&out, nil)).Info("x", "secret", c.LinkSecrets, "config", c)
	if strings.Contains(out.String(), "deadbeef") {
		t.Error(out.String())
	}
}
