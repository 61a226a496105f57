"""Holds every `aws` command of a runbook (argv[1]) against botocore's models, which AWS CLI v2 makes its commands from: services, operations,
waiters, options, what is required. Prints what does not hold, then the number of commands. The CLI's own commands (s3, logs tail, sso) are
held against the options that they are known for here."""
import pathlib
import re
import shlex
import sys

import botocore.session
from botocore import xform_name

OWN = {("s3", "rm"): {"recursive"}, ("s3", "rb"): {"force"}, ("cloudformation", "deploy"): {"template-file", "stack-name", "capabilities", "parameter-overrides"}, ("logs", "tail"): {"since", "follow", "filter-pattern"}, ("sso", "login"): {"profile"}, ("configure", "sso"): set()}
GLOBAL = {"region", "query", "output", "profile", "cli-binary-format"}
session = botocore.session.get_session()


def commands(text: str):
    blocks = re.findall(r"```sh\n(.*?)```", text, re.S)
    lines = [line for block in blocks for line in block.replace("\\\n", " ").splitlines()]
    for line in lines + re.findall(r"`(aws [^`]+)`", re.sub(r"```.*?```", "", text, flags=re.S)):
        for found in re.findall(r"(?:^|[;&(]\s*|&&\s*)(aws [^#;&]+)", re.sub(r"\$\([^)]*\)", "VALUE", line.strip())):
            yield found.strip().rstrip(")} ").strip()


def fault(command: str) -> str:
    words = shlex.split(command)[1:]
    options = [w[2:].split("=")[0] for w in words if w.startswith("--")]
    if len(words) < 2 or words[0] not in {*session.get_available_services(), *(s for s, _ in OWN)}:
        return f"no service {words[0]}"
    service, name = words[0], words[1]
    if (service, name) in OWN:
        return "".join(f"no option --{o} " for o in options if o not in OWN[service, name] | GLOBAL)
    model = session.get_service_model(service)
    if name == "wait":
        waiters = {xform_name(w, "-"): w for w in session.get_waiter_model(service).waiter_names}
        if words[2] not in waiters:
            return f"no waiter {words[2]}"
        operation = session.get_waiter_model(service).get_waiter(waiters[words[2]]).operation
    else:
        operation = {xform_name(o, "-"): o for o in model.operation_names}.get(name)
        if not operation:
            return f"no operation {name}"
    if not options:
        return ""  # named in a sentence, not to be copied
    shape = model.operation_model(operation).input_shape
    members = {xform_name(m, "-"): m for m in shape.members} if shape else {}
    for o in options:
        plain = o.removeprefix("no-") if o not in members else o
        if plain not in members and o not in GLOBAL:
            return f"no option --{o}"
        if o != plain and shape.members[members[plain]].type_name != "boolean":
            return f"--{o} is no switch"
    missing = [m for m in (shape.required_members if shape else []) if xform_name(m, "-") not in {o.removeprefix("no-") for o in options} | set(options)]
    if missing:
        return f"lacks {', '.join(missing)}"
    if "payload" in options and "cli-binary-format" not in options:
        return "AWS CLI v2 takes --payload in base64 without --cli-binary-format raw-in-base64-out"
    return ""


count = 0
for command in commands(pathlib.Path(sys.argv[1]).read_text()):
    count += 1
    if problem := fault(command):
        print(f"{problem}: {command}")
print(count)
