"""Takes out of the built templates what the emulator cannot do, and only that; says what and why.

The templates in the repository stay whole: this works on the copy that sam build made. README.md in this folder lists the same
reasons; a type that is missing there stops the rehearsal.
"""
import os
import pathlib
import sys

from samcli.yamlhelper import yaml_dump, yaml_parse

UNSUPPORTED = {
    "AWS::CloudFront::OriginAccessControl": "not emulated",
    "AWS::CloudFront::Function": "not emulated",
    "AWS::CloudFront::CachePolicy": "not emulated",
    "AWS::CloudFront::OriginRequestPolicy": "not emulated",
    "AWS::CloudFront::ResponseHeadersPolicy": "not emulated",
    "AWS::Route53::RecordSetGroup": "not emulated",
    "AWS::Budgets::Budget": "not emulated",
    "AWS::Cognito::ManagedLoginBranding": "not emulated",
    "AWS::Logs::MetricFilter": "not emulated",
    "DeploymentPreference": "CodeDeploy is not emulated: new versions take over at once",
    "AutoPublishAlias": "the emulator loses an alias when its function is deployed again: routes lead to the function itself",
    "Canary": "the emulator's distribution serves nothing",
}


def main(folder: str) -> None:
    readme = (pathlib.Path(__file__).parent / "README.md").read_text()
    untold = [t for t in UNSUPPORTED if t not in readme]
    if untold:
        sys.exit(f"adapt: not explained in infra/rehearse/README.md: {', '.join(untold)}")
    for file in sorted(pathlib.Path(folder).rglob("template.yaml")):
        template = yaml_parse(file.read_text())
        removed = {name for name, r in template["Resources"].items() if reason(name, r)}
        for name in sorted(removed):
            print(f"  left out  {file.parent.name}/{name}: {reason(name, template['Resources'][name])}")
            del template["Resources"][name]
        file.write_text(yaml_dump(unaliased(gate(pace(prune(template, removed))))))


def reason(name, resource) -> str:
    kind = resource["Type"]
    resource["Properties"].pop("DeploymentPreference", None)
    if name.startswith("Canary") or name == "SiteDown":
        return UNSUPPORTED["Canary"]
    if kind in UNSUPPORTED:
        return f"{kind} is {UNSUPPORTED[kind]}"
    if kind == "AWS::CloudWatch::Alarm" and "Metrics" in resource["Properties"]:
        return "alarms on a calculation (metric math) are not emulated"
    return ""


def prune(value, removed):
    """Drops whatever refers to what was removed."""
    if isinstance(value, dict):
        return {k: prune(v, removed) for k, v in value.items() if not refers(v, removed)}
    if isinstance(value, list):
        return [prune(v, removed) for v in value if not refers(v, removed)]
    return value


def refers(value, removed) -> bool:
    if not isinstance(value, dict) or len(value) != 1:
        return False
    target = value.get("Ref") or value.get("Fn::GetAtt")
    if isinstance(target, str):
        target = target.split(".")
    return bool(target) and (target if isinstance(target, str) else target[0]) in removed


def pace(template):
    """The schedule fires every minute here: nobody waits five for a rehearsal."""
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Scheduler::Schedule":
            resource["Properties"]["ScheduleExpression"] = "rate(1 minute)"
    return template


def gate(template):
    """The reminders' SES is one that can refuse (mailgate.py)."""
    if "RemindersFunction" in template["Resources"]:
        function = template["Resources"]["RemindersFunction"]["Properties"]
        function["Environment"]["Variables"]["AWS_ENDPOINT_URL_SESV2"] = os.environ["MAIL_GATE"]
    return template


def unaliased(value):
    """Routes lead to the functions themselves."""
    if isinstance(value, list):
        return [unaliased(v) for v in value]
    if not isinstance(value, dict):
        return value
    target = value.get("Ref")
    if isinstance(target, str) and target.endswith(".Alias"):
        return {"Fn::GetAtt": [target.removesuffix(".Alias"), "Arn"]}
    return {k: unaliased(v) for k, v in value.items() if not k.startswith("AutoPublishAlias")}


if __name__ == "__main__":
    main(sys.argv[1])
