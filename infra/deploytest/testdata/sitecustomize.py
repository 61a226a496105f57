"""Imported by Python at its start (PYTHONPATH): every boto3 client answers from the file FAKE_AWS instead of asking AWS. The calls are
checked against the service's model as usual, and noted in FAKE_CALLS. An answer stands under "service.Operation value", value being one
of the call's parameters, or "service.Operation"; one of {"error": …} is a refusal, {"then": answers} changes the account. What has no answer is a refusal of its own."""
import json
import os

import boto3.session
from botocore.awsrequest import AWSResponse

_client = boto3.session.Session.client


def client(self, name, *args, **kwargs):
    made = _client(self, name, *args, **kwargs)
    made.meta.events.register_first("before-parameter-build", lambda params, context, **_: context.update(asked=dict(params)))

    def answer(model, context, **_):
        asked, key = context["asked"], f"{name}.{model.name}"
        with open(os.environ["FAKE_CALLS"], "a") as calls:
            calls.write(f"{key} {json.dumps(asked, sort_keys=True)}\n")
        with open(os.environ["FAKE_AWS"]) as file:
            answers = json.load(file)
        found = next((answers[k] for v in asked.values() if isinstance(v, str) and (k := f"{key} {v}") in answers), answers.get(key, {"error": "NoSuchAnswer"}))
        if "error" in found:
            return AWSResponse("", 400, {}, None), {"Error": {"Code": found["error"], "Message": found.get("message", "")}, "ResponseMetadata": {}}
        if "then" in found:
            with open(os.environ["FAKE_AWS"], "w") as file:
                json.dump(answers | found["then"], file)
        return AWSResponse("", 200, {}, None), {**found, "ResponseMetadata": {}}

    made.meta.events.register("before-call", answer)
    return made


boto3.session.Session.client = client
