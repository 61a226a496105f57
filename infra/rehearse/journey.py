"""Uses what was deployed to the emulator, as a person, the stream and the schedule would.

before KNOWN      the account has the sending address of dev, verified, and a certificate, whose ARN is printed; the file KNOWN names the address
strict STACK KNOWN  what AWS would have refused and the emulator lets pass
prod STACK        prod's parameters, its protections, a mail of its own
use STACK LINK    health, sessions, an enrolment, its mail by the stream, its papers, a convention signed by hand that comes back, then a mail
                  by the schedule alone; the file of the first to enrol is kept in the file LINK
again STACK LINK  after a second deployment: new settings, and the same file behind the same link
remove STACK      the bucket is emptied and the stack deleted, as the RUNBOOK says; nothing is left
"""
import base64
import hashlib
import hmac
import json
import pathlib
import socket
import sys
import time
import urllib.error
import urllib.request
import uuid

import boto3
import tomlkit

ROOT = pathlib.Path(__file__).parents[2]
ENDPOINT = boto3.client("sts").meta.endpoint_url

# RFC 6761: every name under localhost is this machine; not every resolver knows.
_resolve = socket.getaddrinfo
socket.getaddrinfo = lambda host, *a, **k: _resolve("127.0.0.1" if str(host).endswith(".localhost") else host, *a, **k)


def before(known: str) -> None:
    boto3.client("ses").verify_email_identity(EmailAddress="inscriptions@exemple.fr")
    boto3.client("sesv2").create_email_identity(EmailIdentity="inscriptions@exemple.fr")  # the emulator keeps the two apart
    pathlib.Path(known).write_text("inscriptions@exemple.fr")
    certificate = boto3.client("acm", region_name="us-east-1").request_certificate(DomainName="inscriptions.mairie.example", ValidationMethod="DNS")
    print(certificate["CertificateArn"])


def strict(stack: str, known: str) -> None:
    """CloudFormation refuses to make an identity that the account has; the emulator does not."""
    resources = boto3.client("cloudformation").list_stack_resources(StackName=stack)["StackResourceSummaries"]
    made = [r["PhysicalResourceId"] for r in resources if r["ResourceType"] == "AWS::SES::EmailIdentity"]
    check("the stack makes no identity that the account had", not set(made) & set(pathlib.Path(known).read_text().split()), made)
    parameters = parameters_of(stack)
    if parameters["MailIdentityKind"] != "existing":
        check(f"it makes the one that it wants: {made}", made == [parameters["MailAddress"].rpartition("@")[2]], made)


def parameters_of(stack: str) -> dict:
    return {p["ParameterKey"]: p["ParameterValue"] for p in boto3.client("cloudformation").describe_stacks(StackName=stack)["Stacks"][0]["Parameters"]}


def prod(stack: str) -> None:
    """What samconfig.toml says of prod is what was deployed."""
    outputs, parameters = outputs_of(stack), parameters_of(stack)
    configured = tomlkit.parse((ROOT / "samconfig.toml").read_text())["prod"]["deploy"]["parameters"]["parameter_overrides"]
    wanted = dict(word.split("=", 1) for word in configured.split())
    check(f"prod has its parameters: {configured}", all(parameters[k] == v for k, v in wanted.items()), parameters)
    retention = {g["logGroupName"]: g.get("retentionInDays") for page in boto3.client("logs").get_paginator("describe_log_groups").paginate() for g in page["logGroups"]}
    check("logs are kept for as long as announced", retention[outputs["ApiLogGroup"]] == int(wanted["LogRetentionDays"]), retention)
    check("the table refuses to be deleted", protected(outputs["TableName"]))
    site = boto3.client("lambda").get_function_configuration(FunctionName=outputs["RemindersFunctionName"])["Environment"]["Variables"]["SITE_URL"]
    check("mails lead to the site's own name", site == outputs["SiteUrl"] == "https://inscriptions.mairie.example", site)
    check("the sender's name with spaces reached the functions", parameters["MailName"] == "Mairie de l'Île d'Yeu")
    pages = boto3.client("s3").list_objects_v2(Bucket=outputs["SiteBucket"], MaxKeys=1).get("KeyCount")
    check("no page is published while the sender is not verified", pages == 0, pages)
    session = max(call(outputs["ApiUrl"], "GET", "/api/sessions")[1]["sessions"], key=lambda s: s["seatsLeft"])
    answer = enrol(outputs["ApiUrl"], session["id"], "maire@exemple.fr")
    check("the confirmation leaves with a link to that name", mailed_link(answer) in wait_for_mail("maire@exemple.fr", 60) and "https://inscriptions.mairie.example/" in mailed_link(answer))


def protected(table: str) -> bool:
    return str(boto3.client("dynamodb").describe_table(TableName=table)["Table"]["DeletionProtectionEnabled"]).lower() == "true"


def team(outputs: dict, api: str) -> str:
    """The organisation's side behind the emulator's own authorizer, with tokens of its Cognito; gives the first person's."""
    cognito = boto3.client("cognito-idp")

    def make(pool: str, email: str) -> None:
        cognito.admin_create_user(UserPoolId=pool, Username=email, UserAttributes=[
            {"Name": "email", "Value": email}, {"Name": "email_verified", "Value": "true"}], MessageAction="SUPPRESS")

    def token(pool: str, client: str, email: str) -> str:
        cognito.admin_set_user_password(UserPoolId=pool, Username=email, Password="Rehearsal-2026x", Permanent=True)
        return cognito.admin_initiate_auth(UserPoolId=pool, ClientId=client, AuthFlow="ADMIN_USER_PASSWORD_AUTH",
                                           AuthParameters={"USERNAME": email, "PASSWORD": "Rehearsal-2026x"})["AuthenticationResult"]["IdToken"]

    status, sign_in = call(api, "GET", "/api/staff/sign-in")
    check("where the team signs in is said to anybody", status == 200 and outputs["StaffPool"] in sign_in["issuer"])
    mine = token(outputs["StaffPool"], sign_in["clientId"], "direction@exemple.fr")
    head, claims, signature = mine.split(".")
    pool = cognito.create_user_pool(PoolName="another")["UserPool"]["Id"]
    client = cognito.create_user_pool_client(UserPoolId=pool, ClientName="another")["UserPoolClient"]["ClientId"]
    make(pool, "direction@exemple.fr")
    check("without a token, 401", call(api, "GET", "/api/staff/me")[0] == 401)
    check("with a tampered token, 401", call(api, "GET", "/api/staff/me", token=f"{head}.{claims[:-4]}AAAA.{signature}")[0] == 401)
    check("with a token of another pool, 401", call(api, "GET", "/api/staff/me", token=token(pool, client, "direction@exemple.fr"))[0] == 401)
    status, me = call(api, "GET", "/api/staff/me", token=mine)
    check("the first person signs in and has their roles", status == 200 and me["roles"] == ["gestion", "direction"])
    return mine


def scans(outputs: dict, api: str, session: str, staff: str) -> None:
    """A convention signed by hand: to the bucket that was made, as a browser sends it, to the team, and out of it again."""
    enrolled = enrol(api, session, "quatrieme@exemple.fr", funding="collectivite", authorityContact={"name": "Paul Kerv", "email": "mairie@exemple.fr"})
    file_id = enrolled["enrolment"]["id"]
    path, contact, sheet = f"/api/enrolments/{file_id}", contacts_token(outputs, file_id), b"%PDF-1.7 signed"
    check("the page is told that scans are taken", call(api, "GET", path + "/papers", token=contact)[1].get("scans") is True)
    status, offer = call(api, "POST", path + "/scans", {"pages": [{"type": "application/pdf", "size": len(sheet)}]}, contact)
    check("the scans function gives a form", status == 201, offer)
    form = offer["pages"][0]["upload"]
    check("it leads to the bucket of the stack", outputs["ScanBucket"] in form["url"], form["url"])
    send(form["url"], form["fields"], sheet)
    status, after = call(api, "PUT", path + "/scans/" + offer["scan"], {}, contact)
    check("it takes in what arrived", status == 200 and after["convention"]["scan"]["pdf"], after)
    status, handed = call(api, "GET", f"/api/staff/files/{file_id}/scan", token=staff)
    check("the team is given an address", status == 200, handed)
    with urllib.request.urlopen(handed["pages"][0]["url"], timeout=30) as answer:
        check("the address gives the convention", answer.read() == sheet)
    check("the contact takes it back", call(api, "DELETE", path + "/convention", token=contact)[0] == 200)
    boto3.client("lambda").invoke(FunctionName=outputs["ScansFunctionName"], Payload=b"{}")
    left = boto3.client("s3").list_objects_v2(Bucket=outputs["ScanBucket"]).get("Contents", [])
    check("the bucket is empty again", left == [], left)


def contacts_token(outputs: dict, file_id: str) -> str:
    """As internal/link makes it: the mail to the contact waits for office hours."""
    secrets = json.loads(boto3.client("secretsmanager").get_secret_value(SecretId=outputs["LinkSecretArn"])["SecretString"])
    version = max(secrets, key=int)
    proof = hmac.new(secrets[version].encode(), f"echarpe link\na\n{file_id}\n0".encode(), hashlib.sha256).digest()
    return f"{version}.a." + base64.urlsafe_b64encode(proof).decode().rstrip("=")


def send(url: str, fields: dict, content: bytes) -> None:
    """A form with a file, as a browser sends it."""
    part = "--cut\r\nContent-Disposition: form-data; name=\"{}\"{}\r\n\r\n"
    body = "".join(part.format(name, "") + value + "\r\n" for name, value in fields.items()) + part.format("file", '; filename="scan.pdf"')
    request = urllib.request.Request(url, method="POST", data=body.encode() + content + b"\r\n--cut--\r\n")
    request.add_header("Content-Type", "multipart/form-data; boundary=cut")
    with urllib.request.urlopen(request, timeout=60) as answer:
        check("the bucket takes it", answer.status in (200, 201, 204))


def use(stack: str, link: str) -> None:
    outputs = outputs_of(stack)
    api = outputs["ApiUrl"]
    check("the deployed binary answers", call(api, "GET", "/api/health")[1]["status"] == "ok")
    sessions = call(api, "GET", "/api/sessions")[1]["sessions"]
    session = max(sessions, key=lambda s: s["seatsLeft"])
    check(f"{len(sessions)} sessions are listed", len(sessions) >= 8)

    first = enrol(api, session["id"], "premiere@exemple.fr")
    mail = wait_for_mail("premiere@exemple.fr", 60)
    check("the stream woke the reminders: the confirmation is in the mail store", mailed_link(first) in mail)
    status, after = call(api, "GET", f"/api/sessions/{session['id']}")
    check("one seat less", after["seatsLeft"] == session["seatsLeft"] - 1)
    file_id, token = first["link"].split("#")[1].split(".", 1)
    status, pdf = call(api, "GET", f"/api/enrolments/{file_id}/documents/programme", token=token, raw=True)
    check("the documents function prints a PDF", status == 200 and pdf.startswith(b"%PDF-"))
    check("a forged link opens nothing", call(api, "GET", f"/api/enrolments/{file_id}", token="1.h.forged")[0] == 401)

    legal = boto3.client("s3").get_object(Bucket=outputs["SiteBucket"], Key="mentions-legales/index.html")["Body"].read().decode()
    check("the published pages name the organisation of the catalogue", "Écharpe Formation (exemple)" in legal and "12345678200010" in legal)

    scans(outputs, api, session["id"], team(outputs, api))

    lambdas = boto3.client("lambda")
    for mapping in lambdas.list_event_source_mappings(FunctionName=outputs["RemindersFunctionName"])["EventSourceMappings"]:
        lambdas.update_event_source_mapping(UUID=mapping["UUID"], Enabled=False)
    time.sleep(5)
    second = enrol(api, session["id"], "seconde@exemple.fr")
    mail = wait_for_mail("seconde@exemple.fr", 180)
    check("with the stream off, the schedule fired and sent what was due", mailed_link(second) in mail)
    for address in ("premiere@exemple.fr", "seconde@exemple.fr"):
        check(f"exactly one mail to {address.split('@')[0]}", len(mails(address)) == 1)
    refusal = pathlib.Path(link).with_name("refusal")
    refusal.write_text(json.dumps({"type": "MessageRejected", "message": "Email address is not verified. The following identities failed the check in region EU-WEST-3: inscriptions@exemple.fr"}))
    enrol(api, session["id"], "troisieme@exemple.fr")
    answer = lambdas.invoke(FunctionName=outputs["RemindersFunctionName"], Payload=b"{}")
    check("while SES refuses, the reminders run to their end", "FunctionError" not in answer, answer)
    check("while SES refuses, a person is enrolled and nothing leaves", mails("troisieme@exemple.fr") == [])
    refusal.unlink()
    pathlib.Path(link).write_text(json.dumps({"id": file_id, "token": token, "reference": first["enrolment"]["reference"]}))


def again(stack: str, link: str) -> None:
    api = outputs_of(stack)["ApiUrl"]
    check("the functions have the new setting", call(api, "GET", "/api/health")[1]["build"] == "again")
    kept = json.loads(pathlib.Path(link).read_text())
    status, answer = call(api, "GET", f"/api/enrolments/{kept['id']}", token=kept["token"])
    check("the link in the first mail opens the same file", status == 200 and answer["reference"] == kept["reference"], answer)
    check("nobody is written to again", len(mails("premiere@exemple.fr")) == 1)


def remove(stack: str) -> None:
    cloudformation = boto3.client("cloudformation")
    outputs = outputs_of(stack)
    table, secret = outputs["TableName"], outputs["LinkSecretArn"]
    if protected(table):
        sys.exit(f"rehearsal: {table} is protected: AWS would keep the stack (the emulator does not)")
    s3 = boto3.client("s3")
    for bucket in (outputs["SiteBucket"], outputs["ScanBucket"]):
        for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket):
            for found in page.get("Contents", []):
                s3.delete_object(Bucket=bucket, Key=found["Key"])
    cloudformation.delete_stack(StackName=stack)
    cloudformation.get_waiter("stack_delete_complete").wait(StackName=stack, WaiterConfig={"Delay": 1, "MaxAttempts": 60})
    edge = boto3.client("cloudformation", region_name="us-east-1")
    edge.delete_stack(StackName=f"{stack}-edge")
    edge.get_waiter("stack_delete_complete").wait(StackName=f"{stack}-edge", WaiterConfig={"Delay": 1, "MaxAttempts": 60})
    # On AWS the stack leaves these behind (RetainExceptOnCreate); the emulator does not know that and takes them along.
    dynamodb, secrets = boto3.client("dynamodb"), boto3.client("secretsmanager")
    try:
        dynamodb.delete_table(TableName=table)
    except dynamodb.exceptions.ResourceNotFoundException:
        pass
    try:
        secrets.delete_secret(SecretId=secret)
    except secrets.exceptions.ResourceNotFoundException:
        pass
    left = [s["StackName"] for s in cloudformation.list_stacks()["StackSummaries"]
            if s["StackName"].startswith(stack) and s["StackStatus"] != "DELETE_COMPLETE"]
    check("no stack is left", left == [], left)
    check("no table is left", boto3.client("dynamodb").list_tables()["TableNames"] == [])
    check("no function is left", boto3.client("lambda").list_functions()["Functions"] == [])
    check("no schedule is left", boto3.client("scheduler").list_schedules()["Schedules"] == [])


def outputs_of(stack: str) -> dict:
    return {o["OutputKey"]: o["OutputValue"] for o in boto3.client("cloudformation").describe_stacks(StackName=stack)["Stacks"][0]["Outputs"]}


def enrol(api: str, session: str, email: str, **more) -> dict:
    status, answer = call(api, "POST", "/api/enrolments", body={
        "sessionId": session, "funding": "personnel", "consent": True,
        "person": {"firstName": "Jeanne", "lastName": "Le Goff", "email": email},
        "mandate": {"kind": "maire", "authority": "Plouzané"}} | more)
    check(f"enrolled: {status} {answer.get('enrolment', {}).get('status')}", status == 201 and answer["enrolment"]["status"] == "reserved", answer)
    return answer


def mailed_link(answer: dict) -> str:
    """How the link of the file begins in a mail: of another scope than the answer's, since opening it proves the address."""
    page, _ = answer["link"].split("#")
    file_id = answer["link"].split("#")[1].split(".")[0]
    return f"{page}#{file_id}.1.m."


def call(api, method, path, body=None, token=None, raw=False, key=""):
    request = urllib.request.Request(api + path, method=method, data=None if body is None else json.dumps(body).encode())
    request.add_header("Content-Type", "application/json")
    request.add_header("Idempotency-Key", key or str(uuid.uuid4()))
    if token:
        request.add_header("Authorization", "Bearer " + token)
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            content = answer.read()
            return answer.status, content if raw else json.loads(content)
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read() or b"{}")


def mails(address: str) -> list:
    with urllib.request.urlopen(ENDPOINT + "/_ministack/ses/messages", timeout=30) as answer:
        return [m for account in json.loads(answer.read())["messages"].values() for m in account if any(address in to for to in m["To"])]


def wait_for_mail(address: str, seconds: int) -> str:
    start = time.time()
    while time.time() - start < seconds:
        found = mails(address)
        if found:
            return found[0]["BodyText"]
        time.sleep(1)
    check(f"a mail to {address} within {seconds} s", False)
    return ""


def check(what: str, good: bool, seen="") -> None:
    print(f"{'ok   ' if good else 'FAIL '} {what}", flush=True)
    if not good:
        sys.exit(f"rehearsal: {what}: {seen}")


if __name__ == "__main__":
    {"before": before, "strict": strict, "use": use, "again": again, "prod": prod, "remove": remove}[sys.argv[1]](*sys.argv[2:])
