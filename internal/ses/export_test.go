package ses

import "github.com/aws/aws-sdk-go-v2/aws"

// Where is the address of SES for a configuration.
func Where(cfg aws.Config) string { return open(cfg, "").address }
