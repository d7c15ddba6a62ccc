"""What Elastic Beanstalk documents of environments, and moto 5.2 leaves out: they deploy a version, and keep their settings.

Each rule names the page of the API reference, or of the developer guide, that it comes from. No instance runs here: of a
deployment, only what follows from the source bundle and the registry is decided.
"""

import json
import re
import threading
import urllib.error
import urllib.request
import uuid
from datetime import timezone

from documented_beanstalk import application_of, kept, matching, now, running, source, tagged, version_of
from moto.core.exceptions import ServiceException
from moto.core.responses import ActionResult
from moto.elasticbeanstalk.exceptions import InvalidParameterValueError
from moto.elasticbeanstalk.models import EBBackend
from moto.elasticbeanstalk.responses import SOLUTION_STACK_DETAILS, EBResponse

OPERATION_SECONDS = 0.3  # operations answer before they are done
SEVERITIES = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"]  # API_EventDescription, rising
COMMAND = "aws:elasticbeanstalk:command"
DEFAULTS = {(COMMAND, "BatchSize"): "100", (COMMAND, "IgnoreHealthCheck"): "false"}  # command-options-general
MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"

Settings = dict[tuple[str, str], str]


def stack_of(platform: str | None) -> str:
    """API_CreateEnvironment: the solution stack of a platform's ARN, both of which name branch and version."""
    parts = re.fullmatch(r"arn:aws:elasticbeanstalk:[\w-]+::platform/(.+) running on (.+)/([\d.]+)", platform or "")
    name = f"{parts[2]} v{parts[3]} running {parts[1]}" if parts else ""
    if name not in [stack["SolutionStackName"] for stack in SOLUTION_STACK_DETAILS]:
        raise InvalidParameterValueError(f"No Platform named '{platform}' found.")
    return name


def free_name(backend: EBBackend, name: str, cname: str) -> None:
    """API_CreateEnvironment: names have 4 to 40 letters, digits and hyphens; they and host names are taken once."""
    if not re.fullmatch(r"(?!-)[A-Za-z0-9-]{4,40}(?<!-)", name):
        raise InvalidParameterValueError(f"Value {name} at 'EnvironmentName' failed to satisfy constraint.")
    if any(each["EnvironmentName"] == name for each in running(backend)):
        raise InvalidParameterValueError(f"Environment {name} already exists.")
    if any(each["CNAME"] == cname for each in running(backend)):
        raise InvalidParameterValueError(f"DNS name ({cname}) is not available.")


def create_environment(self: EBResponse) -> ActionResult:
    """API_CreateEnvironment."""
    backend, application, name = self.elasticbeanstalk_backend, application_of(self), self._get_param("EnvironmentName")
    prefix = self._get_param("CNAMEPrefix") or f"{name}.{uuid.uuid4().hex[:8]}"
    cname = f"{prefix}.{backend.region_name}.elasticbeanstalk.com"
    free_name(backend, name, cname)
    version, platform = version_of(self, application), self._get_param("PlatformArn")
    environment = {
        **{"ApplicationName": application, "EnvironmentName": name, "CNAME": cname, "DateCreated": now()},
        **{"EnvironmentId": f"e-{uuid.uuid4().hex[:10]}", "VersionLabel": version["VersionLabel"]},
        **{"PlatformArn": platform, "SolutionStackName": stack_of(platform), "settings": options(self)},
        **{"Tier": {**self._get_param("Tier"), "Version": "1.0"}, "Description": self._get_param("Description")},
        "EnvironmentArn": tagged(self, "environment", f"{application}/{name}"),
    }
    kept(backend).environments[environment["EnvironmentId"]] = environment
    begin(backend, environment, "Launching", version)
    return ActionResult(environment)


def options(self: EBResponse) -> Settings:
    given = self._get_param("OptionSettings") or []
    return {(each["Namespace"], each["OptionName"]): each.get("Value", "") for each in given}


def begin(backend: EBBackend, environment: dict, status: str, version: dict | None = None) -> None:
    """API_EnvironmentDescription: Grey while an operation is under way."""
    environment |= {"Status": status, "DateUpdated": now(), "Health": "Grey"}
    threading.Timer(OPERATION_SECONDS, end, (backend, environment, version)).start()


def end(backend: EBBackend, environment: dict, version: dict | None) -> None:
    """environmentmgmt-updates-immutable: what fails leaves an environment what it ran; events tell of it."""
    launching, problem = environment["Status"] == "Launching", version and deployment_problem(backend, version)
    for message in [problem, "Failed to deploy application."] if problem else []:
        tell(backend, environment, "ERROR", message)
    if version and not problem:
        environment["VersionLabel"] = version["VersionLabel"]
    environment["settings"] = environment.pop("draft", environment["settings"])
    health = ("Red", "Severe") if problem and launching else ("Green", "Ok")
    environment |= {"Health": health[0], "HealthStatus": health[1], "DateUpdated": now()}
    environment["Status"] = "Terminated" if environment["Status"] == "Terminating" else "Ready"


def deployment_problem(backend: EBBackend, version: dict) -> str | None:
    """single-container-docker-configuration: instances pull the image that Dockerrun.aws.json, version 1, names."""
    try:
        image = json.loads(source(backend, version["SourceBundle"]) or "")["Image"]["Name"]
    except (KeyError, ValueError):
        return "The source bundle is no Dockerrun.aws.json of version 1."
    place = re.fullmatch(r"(127\.0\.0\.1:\d+)/([^@:]+)[@:](.+)", image)
    if not place:  # other registries are beyond the tests
        return None
    address = f"http://{place[1]}/v2/{place[2]}/manifests/{place[3]}"
    try:
        urllib.request.urlopen(urllib.request.Request(address, headers={"Accept": MANIFEST}), timeout=5).close()
    except urllib.error.URLError as error:
        return f"Failed to pull Docker image {image}: {error}"
    return None


def tell(backend: EBBackend, environment: dict, severity: str, message: str) -> None:
    names = {name: environment[name] for name in ["ApplicationName", "EnvironmentName", "EnvironmentId", "VersionLabel"]}
    kept(backend).events.insert(0, {**names, "EventDate": now(), "Severity": severity, "Message": message})


def environment_of(self: EBResponse) -> dict:
    """API_UpdateEnvironment: by id or name, or both; an unknown one is refused."""
    filters = {"EnvironmentId": "EnvironmentId", "EnvironmentName": "EnvironmentName"}
    found = matching(self, running(self.elasticbeanstalk_backend), filters)
    if len(found) != 1:
        asked = {name: self._get_param(name) for name in filters}
        raise InvalidParameterValueError(f"No Environment found for {asked}.")
    return found[0]


def describe_environments(self: EBResponse) -> ActionResult:
    """API_DescribeEnvironments: terminated ones too, unless the request leaves them out."""
    backend = self.elasticbeanstalk_backend
    found = running(backend) if self._get_param("IncludeDeleted") is False else list(kept(backend).environments.values())
    filters = {"ApplicationName": "ApplicationName", "VersionLabel": "VersionLabel"}
    filters |= {"EnvironmentIds": "EnvironmentId", "EnvironmentNames": "EnvironmentName"}
    return ActionResult({"Environments": matching(self, found, filters)})


def update_environment(self: EBResponse) -> ActionResult:
    """API_UpdateEnvironment: another version or other settings, not both; settings are a draft until they are deployed."""
    backend, environment = self.elasticbeanstalk_backend, environment_of(self)
    if environment["Status"] != "Ready":
        name = environment["EnvironmentName"]
        raise InvalidParameterValueError(f"Environment named {name} is in an invalid state for this operation. Must be Ready.")
    given, removed = options(self), self._get_param("OptionsToRemove") or []
    label, platform = self._get_param("VersionLabel"), self._get_param("PlatformArn")
    if label and (given or removed):
        message = "You cannot update the application version and make configuration updates at the same time"
        raise ServiceException("InvalidParameterCombination", message)
    version = version_of(self, environment["ApplicationName"]) if label else None
    if platform:
        environment |= {"SolutionStackName": stack_of(platform), "PlatformArn": platform}
    if given or removed:
        gone = [(each["Namespace"], each["OptionName"]) for each in removed]
        settings = {**environment["settings"], **given}
        environment["draft"] = {key: value for key, value in settings.items() if key not in gone}
    begin(backend, environment, "Updating", version)
    return ActionResult(environment)


def terminate_environment(self: EBResponse) -> ActionResult:
    """API_TerminateEnvironment."""
    environment = environment_of(self)
    begin(self.elasticbeanstalk_backend, environment, "Terminating")
    return ActionResult(environment)


def describe_environment_resources(self: EBResponse) -> ActionResult:
    """API_DescribeEnvironmentResources: none, for nothing runs here."""
    return ActionResult({"EnvironmentResources": {"EnvironmentName": environment_of(self)["EnvironmentName"]}})


def describe_configuration_settings(self: EBResponse) -> ActionResult:
    """API_DescribeConfigurationSettings: what is deployed, and the draft while there is one."""
    environment = environment_of(self)
    names = ["ApplicationName", "EnvironmentName", "PlatformArn", "SolutionStackName"]
    sets = {"deployed": environment["settings"], "pending": environment.get("draft")}
    described = [
        {**{name: environment[name] for name in names}, "DeploymentStatus": status, "OptionSettings": listed(settings)}
        for status, settings in sets.items()
        if settings is not None
    ]
    return ActionResult({"ConfigurationSettings": described})


def listed(settings: Settings) -> list[dict]:
    """Options that nobody set are answered too, with their defaults."""
    everything = sorted({**DEFAULTS, **settings}.items())
    return [{"Namespace": space, "OptionName": name, "Value": value} for (space, name), value in everything]


def describe_events(self: EBResponse) -> ActionResult:
    """API_DescribeEvents: newest first, of a severity or higher, on or after a time."""
    filters = {name: name for name in ["ApplicationName", "EnvironmentId", "EnvironmentName", "VersionLabel"]}
    events = matching(self, kept(self.elasticbeanstalk_backend).events, filters)
    least, start = SEVERITIES.index(self._get_param("Severity") or "TRACE"), self._get_param("StartTime")
    since = start and start.replace(tzinfo=start.tzinfo or timezone.utc)
    grave = [each for each in events if SEVERITIES.index(each["Severity"]) >= least]
    return ActionResult({"Events": [each for each in grave if since is None or each["EventDate"] >= since]})


ADDED = [
    *[create_environment, describe_environments, update_environment, terminate_environment],
    *[describe_environment_resources, describe_configuration_settings, describe_events],
]


def install() -> None:
    for added in ADDED:
        setattr(EBResponse, added.__name__, added)
