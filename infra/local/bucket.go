package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

const bucketName = "echarpe-scans"

// startBucketServer starts the local S3 over a folder of the data. Its key is that of setEnvironment.
func startBucketServer(o options, logs, tools string) (*child, error) {
	data, err := filepath.Abs(filepath.Join(o.Data, "s3"))
	if err != nil {
		return nil, err
	}
	for _, folder := range []string{"buckets", "marks"} { // beside the objects what is said of them: not every disk knows attributes
		if err := os.MkdirAll(filepath.Join(data, folder), 0o755); err != nil {
			return nil, err
		}
	}
	return startChild("s3", logs, filepath.Join(tools, "s3/versitygw"), "--port", "127.0.0.1:"+strconv.Itoa(o.S3Port), "--access", "local", "--secret", "local",
		"--region", "eu-west-3", "--quiet", "posix", "--sidecar", filepath.Join(data, "marks"), filepath.Join(data, "buckets"))
}

// createBucket makes the bucket of scans, to which the site's pages alone may send, as template.yaml does. What is kept a day there
// is kept here until make clean: this server forgets nothing by itself.
func createBucket(ctx context.Context, cfg aws.Config, site string) error {
	client := s3.NewFromConfig(cfg, func(o *s3.Options) { o.UsePathStyle = true })
	_, err := client.CreateBucket(ctx, &s3.CreateBucketInput{Bucket: aws.String(bucketName),
		CreateBucketConfiguration: &types.CreateBucketConfiguration{LocationConstraint: types.BucketLocationConstraint(cfg.Region)}})
	var mine *types.BucketAlreadyOwnedByYou
	if err != nil && !errors.As(err, &mine) {
		return fmt.Errorf("create the bucket of scans: %w", err)
	}
	_, err = client.PutBucketCors(ctx, &s3.PutBucketCorsInput{Bucket: aws.String(bucketName), CORSConfiguration: &types.CORSConfiguration{
		CORSRules: []types.CORSRule{{AllowedMethods: []string{"POST"}, AllowedOrigins: []string{site}}},
	}})
	if err != nil {
		return fmt.Errorf("let the site send to the bucket of scans: %w", err)
	}
	return nil
}
