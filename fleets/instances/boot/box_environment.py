"""Writes /run/fleet/box.env at first boot. Run by cloud-init (bootcmd), with what user data says as the first argument:

{"environment": {NAME: value}, "parameters": "/project/stack/fleet" or null, "region": "eu-central-1"}

Secrets are no part of user data: they are read from SSM parameters below that path, in the name of the instance's role.
What asks AWS is imported where it is used: loading it takes most of this program's time, and many boxes have no secrets.
"""

import json
import os
import re
import sys
import time

METADATA = os.environ.get("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://169.254.169.254").rstrip("/")
RESULT = os.environ.get("FLEET_BOX_ENVIRONMENT", "/run/fleet/box.env")
ATTEMPTS = 10
# Of regions that are no part of the common one (fleets/aws/partition.ts).
DOMAIN = {"cn-": "amazonaws.com.cn"}
ENCODED = "fleet-base64:"


def main():
    wanted = json.loads(sys.argv[1])
    environment = dict(wanted["environment"])
    if wanted.get("parameters"):
        environment.update(parameters(wanted["parameters"], wanted["region"]))
    write("".join(f"{name}={quote(str(value))}\n" for name, value in sorted(environment.items())))


def parameters(path, region):
    found, token = {}, None
    while True:
        body = {"Path": path, "WithDecryption": True, "MaxResults": 10, **({"NextToken": token} if token else {})}
        answer = call("AmazonSSM.GetParametersByPath", body, region)
        found.update((each["Name"].rsplit("/", 1)[1], plain(each["Value"])) for each in answer["Parameters"])
        token = answer.get("NextToken")
        if not token:
            return found


def plain(value):
    """The parameter store takes no "{{": such a value is kept in base64 (plan/glue/encodedValue.ts)."""
    if not value.startswith(ENCODED):
        return value
    import base64

    return base64.b64decode(value[len(ENCODED) :]).decode()


def call(target, body, region):
    import urllib.request

    endpoint = os.environ.get("AWS_ENDPOINT_URL_SSM", f"https://ssm.{region}.{DOMAIN.get(region[:3], 'amazonaws.com')}").rstrip("/")
    data = json.dumps(body).encode()
    for attempt in range(ATTEMPTS):
        try:
            headers = signed(endpoint, target, data, region, credentials())
            with urllib.request.urlopen(urllib.request.Request(endpoint + "/", data, headers), timeout=10) as answer:
                return json.load(answer)
        except OSError as error:  # The role may be newer than the permission to use it.
            if attempt + 1 == ATTEMPTS:
                raise SystemExit(f"{target} {body['Path']}: expected parameters, got {error}") from error
            time.sleep(min(2**attempt, 20))


def credentials():
    token = fetch("/latest/api/token", "PUT", {"X-aws-ec2-metadata-token-ttl-seconds": "300"})
    headers = {"X-aws-ec2-metadata-token": token}
    roles = "/latest/meta-data/iam/security-credentials/"
    role = fetch(roles, "GET", headers).split()[0]
    return json.loads(fetch(roles + role, "GET", headers))


def fetch(path, method, headers):
    import urllib.request

    request = urllib.request.Request(METADATA + path, method=method, headers=headers)
    with urllib.request.urlopen(request, timeout=5) as answer:
        return answer.read().decode()


def signed(endpoint, target, data, region, keys):
    """Headers with AWS Signature Version 4."""
    import datetime
    import hashlib
    import hmac

    host = endpoint.split("//", 1)[1]
    now = datetime.datetime.now(datetime.timezone.utc)
    stamp, day = now.strftime("%Y%m%dT%H%M%SZ"), now.strftime("%Y%m%d")
    headers = {
        "content-type": "application/x-amz-json-1.1",
        "host": host,
        "x-amz-date": stamp,
        "x-amz-security-token": keys["Token"],
        "x-amz-target": target,
    }
    names = ";".join(sorted(headers))
    lines = "".join(f"{name}:{headers[name]}\n" for name in sorted(headers))
    request = "\n".join(["POST", "/", "", lines, names, hashlib.sha256(data).hexdigest()])
    scope = f"{day}/{region}/ssm/aws4_request"
    text = "\n".join(["AWS4-HMAC-SHA256", stamp, scope, hashlib.sha256(request.encode()).hexdigest()])
    key = ("AWS4" + keys["SecretAccessKey"]).encode()
    for part in [day, region, "ssm", "aws4_request"]:
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    signature = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
    credential = f"{keys['AccessKeyId']}/{scope}"
    headers["authorization"] = (
        f"AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders={names}, Signature={signature}"
    )
    return headers


def quote(value):
    return '"' + re.sub(r'([\\"`$])', r"\\\1", value) + '"'


def write(text):
    os.makedirs(os.path.dirname(RESULT), mode=0o755, exist_ok=True)
    descriptor = os.open(RESULT + ".new", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with open(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    os.rename(RESULT + ".new", RESULT)


main()
