package wiring

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"

	"github.com/echarpe/echarpe/internal/config"
	"github.com/echarpe/echarpe/internal/link"
)

// linkKeys reads the secrets of the personal links: from the environment locally, from Secrets Manager when deployed.
func linkKeys(ctx context.Context, awsCfg aws.Config, cfg config.Config) (*link.Keys, error) {
	text := string(cfg.LinkSecrets)
	if cfg.LinkSecretARN != "" {
		var err error
		if text, err = fetchSecret(ctx, awsCfg, cfg.LinkSecretARN); err != nil {
			return nil, err
		}
	}
	return link.ParseKeys(text)
}

func fetchSecret(ctx context.Context, awsCfg aws.Config, arn string) (string, error) {
	out, err := secretsmanager.NewFromConfig(awsCfg).GetSecretValue(ctx, &secretsmanager.GetSecretValueInput{SecretId: aws.String(arn)})
	if err != nil {
		return "", fmt.Errorf("read the link secret: %w", err)
	}
	return keysText(aws.ToString(out.SecretString))
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
