"""Publishes the built pages with the cache rules of frontend/headers.json, and reads the stack's outputs.

What is kept for ever (its name holds its digest) goes first, pages last, so that no page ever asks for what is not there yet;
what the build no longer has is removed, except old assets: an open tab may still ask for them.
"""
import argparse
import hashlib
import json
import mimetypes
import pathlib
import sys
import time

import boto3

TYPES = {".webmanifest": "application/manifest+json", ".js": "text/javascript; charset=utf-8", ".html": "text/html; charset=utf-8",
         ".css": "text/css; charset=utf-8", ".woff2": "font/woff2", ".svg": "image/svg+xml", ".txt": "text/plain; charset=utf-8"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stack", required=True)
    parser.add_argument("--dist")
    parser.add_argument("--headers")
    parser.add_argument("--outputs", action="store_true", help="print every output of the stack, Name=value a line, and end")
    parser.add_argument("--published", action="store_true", help="end with 0 when pages are there already, else 1")
    options = parser.parse_args()
    stack = boto3.client("cloudformation").describe_stacks(StackName=options.stack)["Stacks"][0]
    outputs = {o["OutputKey"]: o for o in stack.get("Outputs", [])}
    if options.outputs:
        for name, o in outputs.items():
            print(f"{name}={o['OutputValue']}")
        return
    if options.published:
        sys.exit(0 if boto3.client("s3").list_objects_v2(Bucket=outputs["SiteBucket"]["OutputValue"], MaxKeys=1).get("KeyCount") else 1)
    publish(options, outputs["SiteBucket"]["OutputValue"])
    invalidate(outputs["DistributionId"]["OutputValue"])


def publish(options, bucket: str) -> None:
    dist = pathlib.Path(options.dist)
    rules = json.loads(pathlib.Path(options.headers).read_text())["cache"]
    s3 = boto3.client("s3")
    there = {o["Key"]: o["ETag"].strip('"') for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket) for o in page.get("Contents", [])}
    files = sorted((f for f in dist.rglob("*") if f.is_file()), key=lambda f: (f.suffix in (".html", ".webmanifest") or f.name == "sw.js", str(f)))
    sent = 0
    for file in files:
        key = file.relative_to(dist).as_posix()
        body = file.read_bytes()
        if there.pop(key, None) == hashlib.md5(body).hexdigest():  # S3 names plain objects so; not used as protection
            continue
        kind = TYPES.get(file.suffix) or mimetypes.guess_type(key)[0] or "application/octet-stream"
        s3.put_object(Bucket=bucket, Key=key, Body=body, ContentType=kind, CacheControl=cache_control(rules, "/" + key))
        sent += 1
    gone = [key for key in there if not key.startswith("assets/")]
    for key in gone:
        s3.delete_object(Bucket=bucket, Key=key)
    print(f"{sent} of {len(files)} files sent, {len(gone)} removed")


def cache_control(rules, path: str) -> str:
    return max((r for r in rules if path.startswith(r["prefix"])), key=lambda r: len(r["prefix"]))["value"]


def invalidate(distribution: str) -> None:
    boto3.client("cloudfront").create_invalidation(
        DistributionId=distribution, InvalidationBatch={"Paths": {"Quantity": 1, "Items": ["/*"]}, "CallerReference": str(time.time())})


if __name__ == "__main__":
    main()
