package wiring

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/echarpe/echarpe/internal/awscall"
	"github.com/echarpe/echarpe/internal/config"
	"github.com/echarpe/echarpe/internal/link"
)

// linkKeys reads the secrets of the personal links: from the environment locally, from Secrets Manager when deployed.
func linkKeys(ctx context.Context, awsCfg aws.Config, cfg config.Config, now func() time.Time) (*link.Keys, error) {
	text := string(cfg.LinkSecrets)
	if text == "" && cfg.LinkSecretARN == "" {
		return nil, errors.New("LINK_SECRETS or LINK_SECRET_ARN: give one of the two")
	}
	if cfg.LinkSecretARN != "" {
		secret, err := fetchSecret(ctx, awsCfg, cfg.LinkSecretARN, now)
		if err != nil {
			return nil, fmt.Errorf("read the link secret: %w", err)
		}
		if text, err = keysText(secret); err != nil {
			return nil, err
		}
	}
	return link.ParseKeys(text)
}

const (
	secretTries = 4
	secretWait  = 5 * time.Second // for one try
	secretPause = 100 * time.Millisecond
)

// fetchSecret asks Secrets Manager for one secret, again when it is busy or does not answer. It makes this one call
// without the SDK's client (package awscall).
func fetchSecret(ctx context.Context, awsCfg aws.Config, arn string, now func() time.Time) (secret string, err error) {
	for try := range secretTries {
		var later bool
		if secret, later, err = askSecret(ctx, awsCfg, arn, now()); !later {
			return secret, err
		}
		select {
		case <-time.After(secretPause << try):
		case <-ctx.Done():
			return "", err
		}
	}
	return "", err
}

// askSecret is one try; later tells whether another is worth it. Its errors never hold the answer's body but its error type.
func askSecret(ctx context.Context, awsCfg aws.Config, arn string, at time.Time) (secret string, later bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, secretWait)
	defer cancel()
	request, err := secretRequest(ctx, awsCfg, arn, at)
	if err != nil {
		return "", false, err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return "", true, err
	}
	defer response.Body.Close()
	var answer struct {
		SecretString string
		Type         string `json:"__type"` // of an error
	}
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil {
		return "", true, fmt.Errorf("status %d, and the answer is not JSON", response.StatusCode)
	}
	if response.StatusCode != http.StatusOK {
		later := response.StatusCode >= 500 || response.StatusCode == http.StatusTooManyRequests || strings.HasSuffix(answer.Type, "ThrottlingException")
		return "", later, fmt.Errorf("status %d %s", response.StatusCode, answer.Type)
	}
	return answer.SecretString, false, nil
}

// safe is where the secrets are.
var safe = awscall.Service{ID: "Secrets Manager", Host: "secretsmanager", Sign: "secretsmanager"}

// secretRequest is GetSecretValue, signed.
// Reference: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html
func secretRequest(ctx context.Context, awsCfg aws.Config, arn string, at time.Time) (*http.Request, error) {
	body, err := json.Marshal(map[string]string{"SecretId": arn})
	if err != nil {
		return nil, err
	}
	return safe.Request(ctx, awsCfg, http.MethodPost, safe.Address(ctx, awsCfg), map[string]string{
		"Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": "secretsmanager.GetSecretValue",
	}, body, at)
}

// keysText turns the secret as Secrets Manager keeps it, {"1":"any text","2":"any text"}, into what link.ParseKeys reads: the bytes of
// each text are a secret, so that whoever rotates it may generate it as they like.
func keysText(secret string) (string, error) {
	var versions map[string]string
	if err := json.Unmarshal([]byte(secret), &versions); err != nil {
		return "", errors.New(`the link secret is not {"version":"text",…}`) // never the text itself
	}
	entries := make([]string, 0, len(versions))
	for version, key := range versions {
		entries = append(entries, version+":"+hex.EncodeToString([]byte(key)))
	}
	slices.Sort(entries)
	return strings.Join(entries, ","), nil
}
