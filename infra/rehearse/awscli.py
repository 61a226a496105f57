"""An `aws` for the rehearsal: makes the RUNBOOK's commands, as they stand there, to the emulator. It knows what they use of AWS CLI v2's syntax
and no more (infra/deploytest holds each command against botocore's models); its own commands are `wait`, `s3 rm` and `logs tail`."""
import json
import sys
import time

import boto3
import botocore.session
import jmespath
from botocore import xform_name

GLOBAL = {"region", "query", "output", "profile", "cli-binary-format"}


def main(words: list) -> None:
    service, name, rest = words[0], words[1], words[2:]
    if (service, name) == ("s3", "rm"):
        return remove(rest[0])
    if (service, name) == ("logs", "tail"):
        group, given = split(rest, {"follow": "boolean"})
        return tail(group[0], given.get("filter-pattern", ""))
    client = boto3.client(service)
    waiter = rest.pop(0) if name == "wait" else None
    operation = waited(client, waiter) if waiter else client.meta.service_model.operation_model(client.meta.method_to_api_mapping[name.replace("-", "_")])
    members = {xform_name(m, "-"): (m, s.type_name) for m, s in operation.input_shape.members.items()} if operation.input_shape else {}
    positional, given = split(rest, {n: kind for n, (_, kind) in members.items()})
    asked = {members[n][0]: value(v, members[n][1]) for n, v in given.items() if n in members}
    if waiter:
        return client.get_waiter(waiter.replace("-", "_")).wait(**asked, WaiterConfig={"Delay": 1, "MaxAttempts": 120})
    answer = getattr(client, name.replace("-", "_"))(**asked)
    answer.pop("ResponseMetadata", None)
    if (service, name) == ("lambda", "invoke"):
        with open(positional[0], "wb") as out:
            out.write(answer.pop("Payload").read() + b"\n")
    print(shown(jmespath.search(given["query"], answer) if "query" in given else answer, given.get("output")))


def split(words: list, kinds: dict):
    """Words that belong to no option, and options with what they are given: a switch nothing, a list as many as come, any other one."""
    positional, options, words = [], {}, list(words)
    while words:
        word = words.pop(0)
        if not word.startswith("--"):
            positional.append(word)
            continue
        name = word[2:]
        plain = name if name in kinds or name in GLOBAL else name.removeprefix("no-")
        if kinds.get(plain) == "boolean":
            options[plain] = name == plain
        elif kinds.get(plain) == "list":
            options[plain] = []
            while words and not words[0].startswith("--"):
                options[plain].append(words.pop(0))
        else:
            options[plain] = words.pop(0)
    return positional, options


def waited(client, waiter: str):
    """The operation that a waiter asks again and again."""
    session = botocore.session.get_session()
    model = session.get_waiter_model(client.meta.service_model.service_name)
    operation = model.get_waiter(next(w for w in model.waiter_names if xform_name(w, "-") == waiter)).operation
    return client.meta.service_model.operation_model(operation)


def value(given, kind: str):
    if kind in ("structure", "map"):
        return json.loads(given)
    return int(given) if kind == "integer" else given


def shown(value, output) -> str:
    if output != "text":
        return json.dumps(value, default=str, ensure_ascii=False, indent=1)
    return "\t".join(str(v) for v in value) if isinstance(value, list) else str(value)


def remove(url: str) -> None:
    bucket = url.removeprefix("s3://").rstrip("/")
    s3 = boto3.client("s3")
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket):
        for found in page.get("Contents", []):
            s3.delete_object(Bucket=bucket, Key=found["Key"])


def tail(group: str, pattern: str) -> None:
    """The last hour. The emulator does not know patterns over JSON: the RUNBOOK's one is read here."""
    field, wanted = (pattern.strip("{} ").removeprefix("$.").replace('"', "").split(" = ") + [""])[:2] if pattern else ("", "")
    for event in boto3.client("logs").filter_log_events(logGroupName=group, startTime=int((time.time() - 3600) * 1000))["events"]:
        try:
            line = json.loads(event["message"])
        except ValueError:
            line = {}
        if not field or str(line.get(field)) == wanted:
            print(event["message"])


if __name__ == "__main__":
    main(sys.argv[1:])
