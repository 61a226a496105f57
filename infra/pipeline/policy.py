"""Makes infra/pipeline/deployer.yaml: the role that a pipeline deploys with, and what it may do (README.md).

  policy.py           writes it again
  policy.py --check   fails when it is not what the templates ask for

Actions come from three places: what AWS says that each resource type of the templates needs (the handlers of its registry, which cfn-lint
carries), less what our properties never use; what our own steps call (infra/deploy and its tools, the SAM CLI, the catalogue); and a few
that the registry leaves out. Resources are those whose name begins with the stack's, where AWS lets a name be chosen; else the kind. An
action that IAM knows no resource for stands on "*", alone. No action is a wildcard.
"""
import collections
import importlib.util
import json
import os
import pathlib
import re
import sys

from samcli.yamlhelper import yaml_parse
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator

HERE = pathlib.Path(__file__).parent
ROOT = HERE.parents[1]
DATA = pathlib.Path(importlib.util.find_spec("cfnlint").origin).parent / "data"
TEMPLATES = ["template.yaml", "infra/site.yaml", "infra/staff.yaml", "infra/alarms.yaml", "infra/edge.yaml"]
LIMIT = 6144  # characters of a managed policy

# What the registry lists for properties that no template of ours has.
UNUSED = {
    "another service's feature": r"(kms|kinesis|ec2|elasticfilesystem|s3files|s3tables|firehose|payments|billing):.*",
    "replicas, imports, data: we change the table, not what is in it": r"dynamodb:(BatchWriteItem|\w*Import\w*|\w*Replica|\w*Kinesis\w*|\w*ContributorInsights|\w*ResourcePolicy|Scan)",
    "functions of other kinds": r"lambda:(\w*Layer\w*|\w*CodeSigning\w*|\w*ScalingConfig|\w*CapacityProvider|\w*ProvisionedConcurrency\w*|\w*RecursionConfig|AssociateRuntimeAlias)",
    "logs of other kinds": r"logs:(\w*LogStreams?|PutLogEvents|\w*DataProtection\w*|\w*IndexPolic\w*|\w*BearerToken\w*|\w*KmsKey|\w*DeletionProtection)",
    "buckets of other kinds": r"s3:(REST.*|GetObjectMetadata|\w*Analytics\w*|\w*Inventory\w*|\w*Metrics\w*|\w*Metadata\w*|\w*Replication\w*|\w*Website|\w*IntelligentTiering\w*|\w*ObjectLock\w*|"
                              r"\w*Accelerate\w*|DeleteBucketCors|\w*Notification|\w*Abac|\w*TagResource|UntagResource|ListTagsForResource|PutBucketPublicAccessBlock|DeleteBucketEncryption|DeleteBucketLifecycle|getObject)",
    "distributions of other kinds": r"cloudfront:(\w*ConnectionGroup|\w*VpcOrigin|\w*StagingConfig|updateDistribution)",
    "IAM has no such action": r"(apigateway:(Unt|T)agResource|cloudfront:CreateDistributionWithTags)",
    "no machine of ours": r"codedeploy:RegisterOnPremisesInstance",
    "no boundary": r"iam:\w*PermissionsBoundary",
    "message data": r"sns:\w*DataProtectionPolicy",
    "other features": r"(secretsmanager:\w*Replicat\w*|ses:Put\w*(Tracking|Vdm|Archiving)Options|cognito-idp:(AddCustomAttributes|ListUserPoolClientSecrets))",
    "given more narrowly, below": r"(iam:(PassRole|CreateServiceLinkedRole|AttachRolePolicy|DetachRolePolicy)|secretsmanager:GetSecretValue)",
}

# What the registry leaves out, by type: it has no handlers, or AWS asks for more than they say.
MORE = {
    "AWS::Route53::RecordSetGroup": ["route53:ChangeResourceRecordSets", "route53:GetChange", "route53:GetHostedZone", "route53:ListResourceRecordSets"],
    "AWS::ApiGatewayV2::Stage": ["logs:CreateLogDelivery", "logs:GetLogDelivery", "logs:UpdateLogDelivery", "logs:DeleteLogDelivery", "logs:ListLogDeliveries",
                                 "logs:PutResourcePolicy", "logs:DescribeResourcePolicies"],
    "AWS::S3::Bucket": ["s3:PutBucketPublicAccessBlock", "s3:GetBucketPublicAccessBlock"],
    "AWS::Lambda::Permission": ["lambda:GetPolicy"],
}

# What our own steps call; infra/deploytest holds every call that they make against this.
STEPS = {
    "the SAM CLI": ["cloudformation:CreateChangeSet", "cloudformation:DescribeChangeSet", "cloudformation:ExecuteChangeSet", "cloudformation:DeleteChangeSet",
                    "cloudformation:DescribeStackEvents", "cloudformation:GetTemplateSummary", "cloudformation:RollbackStack", "cloudformation:UpdateStack", "cloudformation:CreateStack",
                    "s3:PutObject", "s3:GetObject", "s3:ListBucket", "s3:GetBucketLocation"],
    "infra/tools": ["sts:GetCallerIdentity", "cloudformation:DescribeStacks", "cloudformation:ListStackResources", "cloudformation:UpdateStack", "cloudformation:DeleteStack",
                    "cloudformation:UpdateTerminationProtection", "ses:GetAccount", "ses:GetEmailIdentity", "lambda:GetAccountSettings", "cloudfront:ListDistributions",
                    "cloudfront:CreateInvalidation", "acm:DescribeCertificate", "budgets:ViewBudget", "sns:ListSubscriptionsByTopic", "cognito-idp:AdminCreateUser",
                    "s3:ListBucket", "s3:PutObject", "s3:DeleteObject"],
    "infra/catalogue": ["dynamodb:BatchGetItem", "dynamodb:ConditionCheckItem", "dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query", "dynamodb:UpdateItem"],
}

# Where each service's actions are allowed. S is the stack's name: its own, its nested stacks' and its edge's resources begin with it.
A, N, S = "arn:${AWS::Partition}", "${AWS::AccountId}", "${Stack}"
SCOPES = {
    "acm": [f"{A}:acm:us-east-1:{N}:certificate/*"],
    "apigateway": [f"{A}:apigateway:${{AWS::Region}}::/apis", f"{A}:apigateway:${{AWS::Region}}::/apis/*", f"{A}:apigateway:${{AWS::Region}}::/tags/*"],
    "budgets": [f"{A}:budgets::{N}:budget/*"],
    "cloudformation": [f"{A}:cloudformation:*:{N}:stack/{S}/*", f"{A}:cloudformation:*:{N}:stack/{S}-*/*", f"{A}:cloudformation:*:{N}:stack/aws-sam-cli-managed-default/*",
                       f"{A}:cloudformation:*:aws:transform/Serverless-2016-10-31"],
    "cloudfront": [f"{A}:cloudfront::{N}:{kind}/*" for kind in ("cache-policy", "distribution", "function", "origin-access-control", "origin-request-policy", "response-headers-policy")],
    "cloudwatch": [f"{A}:cloudwatch:*:{N}:alarm:{S}-*", f"{A}:cloudwatch::{N}:dashboard/{S}-*"],
    "codedeploy": [f"{A}:codedeploy:*:{N}:application:{S}-*", f"{A}:codedeploy:*:{N}:deploymentgroup:{S}-*", f"{A}:codedeploy:*:{N}:deploymentconfig:*"],
    "cognito-idp": [f"{A}:cognito-idp:${{AWS::Region}}:{N}:userpool/*"],
    "dynamodb": [f"{A}:dynamodb:*:{N}:table/{S}-*"],
    "events": [f"{A}:events:*:{N}:rule/{S}-*"],
    "guardduty": [f"{A}:guardduty:${{AWS::Region}}:{N}:malware-protection-plan/*"],
    "iam": [f"{A}:iam::{N}:role/{S}-*"],
    "lambda": [f"{A}:lambda:*:{N}:function:{S}-*", f"{A}:lambda:${{AWS::Region}}:{N}:event-source-mapping:*"],
    "logs": [f"{A}:logs:*:{N}:log-group:{S}-*"],
    "route53": [f"{A}:route53:::hostedzone/${{HostedZoneId}}", f"{A}:route53:::change/*"],
    "s3": [f"{A}:s3:::{S}-*", f"{A}:s3:::aws-sam-cli-managed-default-*"],
    "scheduler": [f"{A}:scheduler:*:{N}:schedule/default/{S}-*"],
    "secretsmanager": [],  # CloudFormation names a secret after its place in the template: filled below
    "ses": [f"{A}:ses:${{AWS::Region}}:{N}:identity/*", f"{A}:ses:${{AWS::Region}}:{N}:configuration-set/{S}"],
    "sns": [f"{A}:sns:*:{N}:{S}-*"],
    "sqs": [f"{A}:sqs:*:{N}:{S}-*"],
    "wafv2": [f"{A}:wafv2:us-east-1:{N}:global/webacl/{S}/*"],
}

# IAM knows a resource for these, but AWS asks for all of them: they read the account's, or a template that is no stack yet.
WHOLE = {"cloudwatch:DescribeAlarms", "cloudformation:GetTemplateSummary"}

# What would let whoever deploys give themselves more, each kept small.
GUARDED = [
    {"Sid": "ReadTheSecretOfCloudFrontAlone", "Effect": "Allow", "Action": ["secretsmanager:GetSecretValue"], "Resource": [f"{A}:secretsmanager:*:{N}:secret:OriginSecret-*"]},
    {"Sid": "HandItsRolesToItsOwnServices", "Effect": "Allow", "Action": ["iam:PassRole"], "Resource": SCOPES["iam"],
     "Condition": {"StringEquals": {"iam:PassedToService": ["lambda.amazonaws.com", "scheduler.amazonaws.com", "codedeploy.amazonaws.com", "malware-protection-plan.guardduty.amazonaws.com"]}}},
    {"Sid": "RolesThatServicesNeed", "Effect": "Allow", "Action": ["iam:CreateServiceLinkedRole"], "Resource": [f"{A}:iam::{N}:role/aws-service-role/*"],
     "Condition": {"StringEquals": {"iam:AWSServiceName": ["email.cognito-idp.amazonaws.com", "ops.apigateway.amazonaws.com"]}}},
    # Its name begins with the stack's, as the pages' bucket's does; what is in it is people's.
    {"Sid": "OpenNoScan", "Effect": "Deny", "Action": ["s3:DeleteObject", "s3:GetObject", "s3:GetObjectVersion", "s3:PutObject", "s3:PutObjectAcl"], "Resource": [f"{A}:s3:::{S}-scans-*/*"]},
]


def main() -> int:
    text = document()
    file = HERE / "deployer.yaml"
    if sys.argv[1:] == ["--check"]:
        if file.read_text() == text:
            return 0
        print("infra/pipeline/deployer.yaml is not what the templates ask for: .tools/venv/bin/python infra/pipeline/policy.py")
        return 1
    file.write_text(text)
    return 0


def document() -> str:
    resources = expanded()
    SCOPES["secretsmanager"] = [f"{A}:secretsmanager:*:{N}:secret:{name}-*" for name in sorted(n for n, r in resources if r["Type"] == "AWS::SecretsManager::Secret")]
    attached = sorted(set(re.findall(r"iam::aws:policy/[\w/-]+", json.dumps([r.get("Properties", {}).get("ManagedPolicyArns") for _, r in resources]))))
    attach = {"Sid": "AwsOwnPoliciesOfTheTemplates", "Effect": "Allow", "Action": ["iam:AttachRolePolicy", "iam:DetachRolePolicy"], "Resource": SCOPES["iam"],
              "Condition": {"ArnEquals": {"iam:PolicyARN": [f"{A}:{p}" for p in attached]}}}
    actions = needed({r["Type"] for _, r in resources})
    policies = packed(statements(actions) + [*GUARDED, attach])
    head = (HERE / "deployer.head.yaml").read_text()
    return head + "".join(policy(n, p) for n, p in enumerate(policies, 1)) + f"""
Outputs:
  Role:
    Description: For the pipeline's role-to-assume.
    Value: !GetAtt Role.Arn
"""


def expanded() -> list:
    """Every resource of the templates, after SAM's own transformation."""
    os.environ.setdefault("AWS_DEFAULT_REGION", "eu-west-3")
    found = []
    for name in TEMPLATES:
        template = yaml_parse((ROOT / name).read_text())
        for resource in template["Resources"].values():
            if resource["Type"] == "AWS::Serverless::Function":
                resource["Properties"]["CodeUri"] = "s3://bucket/key"
        if "Transform" in template:
            template = Translator({}, Parser()).translate(template, parameter_values={})
        found += template["Resources"].items()
    return found


def needed(types: set) -> set:
    registry = {r: json.loads((DATA / "schemas/providers" / f"{r}.json").read_text()) for r in ("eu-west-3", "us-east-1")}
    actions = {a for step in STEPS.values() for a in step}
    for kind in sorted(types):
        schema = next(r[kind] for r in (registry["eu-west-3"], registry["us-east-1"]) if kind in r)
        handlers = json.loads((DATA / "schemas/resources" / f"{schema}.json").read_text()).get("handlers", {})
        wanted = [a for name, h in handlers.items() if name != "list" for a in h["permissions"]] + MORE.get(kind, [])
        if not wanted:
            sys.exit(f"policy: the registry says nothing of {kind}: name its actions in MORE")
        actions |= {a for a in wanted if a in MORE.get(kind, []) or not any(re.fullmatch(p, a) for p in UNUSED.values())}
    return actions


def statements(actions: set) -> list:
    """One a service, and one of what knows no resource."""
    known = json.loads((DATA / "AdditionalSpecs/Policies.json").read_text())
    unknown = [a for a in sorted(actions) if a.partition(":")[2].lower() not in known[a.partition(":")[0]]["Actions"]]
    if unknown:
        sys.exit(f"policy: IAM knows no {', '.join(unknown)}")
    narrow, whole = collections.defaultdict(list), []
    for action in sorted(actions):
        service, name = action.split(":")
        if action in WHOLE or not known[service]["Actions"][name.lower()].get("Resources"):
            whole.append(action)
        else:
            narrow[service].append(action)
    found = [{"Sid": "".join(p.capitalize() for p in service.split("-")), "Effect": "Allow", "Action": names, "Resource": SCOPES[service]} for service, names in narrow.items()]
    return found + [{"Sid": "WhatKnowsNoResource", "Effect": "Allow", "Action": whole, "Resource": ["*"]}]


def size(found: list) -> int:
    """As IAM counts: without spaces, names at their longest."""
    text = json.dumps({"Version": "2012-10-17", "Statement": found}, separators=(",", ":"))
    for name, longest in {"${AWS::Partition}": "aws", "${AWS::AccountId}": "1" * 12, "${AWS::Region}": "ap-northeast-1", "${Stack}": "s" * 20, "${HostedZoneId}": "Z" * 32}.items():
        text = text.replace(name, longest)
    return len(text)


def packed(found: list) -> list:
    policies = [[]]
    for s in found:
        if size(policies[-1] + [s]) > LIMIT:
            policies.append([])
        policies[-1].append(s)
    return policies


def policy(number: int, found: list) -> str:
    lines = [f"\n  Policy{number}:", "    Type: AWS::IAM::ManagedPolicy", "    Properties:", "      Roles: [!Ref Role]", "      PolicyDocument:", '        Version: "2012-10-17"', "        Statement:"]
    for s in found:
        lines += [f"          - Sid: {s['Sid']}", f"            Effect: {s['Effect']}", "            Action:", *(f"              - {a}" for a in s["Action"]),
                  "            Resource:", *(f"              - {value(r)}" for r in s["Resource"])]
        for operator, keys in s.get("Condition", {}).items():
            lines += ["            Condition:", f"              {operator}:"]
            for key, values in keys.items():
                lines += [f'                "{key}":', *(f"                  - {value(v)}" for v in values)]
    return "\n".join(lines) + "\n"


def value(text: str) -> str:
    return f'!Sub "{text}"' if "${" in text else f'"{text}"'


if __name__ == "__main__":
    sys.exit(main())
