"""What Elastic Beanstalk documents of applications and their versions, and moto 5.2 leaves out.

Each rule names the page of the API reference that it comes from. Environments are in documented_environments.py.
"""

from datetime import datetime, timezone

import xmltodict
from moto.core.exceptions import ServiceException
from moto.core.responses import ActionResult, EmptyResult
from moto.elasticbeanstalk.exceptions import InvalidParameterValueError, ResourceNotFoundException
from moto.elasticbeanstalk.models import EBBackend
from moto.elasticbeanstalk.responses import EBResponse
from moto.elasticbeanstalk.utils import make_arn
from moto.s3.exceptions import MissingBucket
from moto.s3.models import s3_backends
from moto.s3.responses import S3Response


class Kept:
    """What one account has in one region, beside moto's applications; a reset forgets it with moto's backend."""

    def __init__(self) -> None:
        self.versions: dict[tuple[str, str], dict] = {}
        self.environments: dict[str, dict] = {}
        self.events: list[dict] = []
        self.tags: dict[str, dict[str, str]] = {}


def kept(backend: EBBackend) -> Kept:
    return backend.__dict__.setdefault("documented", Kept())


def now() -> datetime:
    return datetime.now(timezone.utc)


def tagged(self: EBResponse, kind: str, path: str) -> str:
    """The ARN of something new, which has the tags of the request."""
    backend = self.elasticbeanstalk_backend
    arn = make_arn(backend.region_name, backend.account_id, kind, path)
    kept(backend).tags[arn] = {tag["Key"]: tag["Value"] for tag in self._get_param("Tags") or []}
    return arn


def application_of(self: EBResponse) -> str:
    """The name of an application, which must be there."""
    name = self._get_param("ApplicationName")
    if name not in self.elasticbeanstalk_backend.applications:
        raise InvalidParameterValueError(f"No Application named '{name}' found.")
    return name


def running(backend: EBBackend) -> list[dict]:
    return [each for each in kept(backend).environments.values() if each["Status"] != "Terminated"]


def create_application(self: EBResponse) -> ActionResult:
    """API_CreateApplication."""
    application = self.elasticbeanstalk_backend.create_application(self._get_param("ApplicationName"))
    application.application_arn = tagged(self, "application", application.application_name)
    application.description = self._get_param("Description")
    return ActionResult({"Application": application})


def describe_applications(self: EBResponse) -> ActionResult:
    """API_DescribeApplications."""
    wanted, found = self._get_param("ApplicationNames"), self.elasticbeanstalk_backend.applications.values()
    return ActionResult({"Applications": [each for each in found if not wanted or each.application_name in wanted]})


def delete_application(self: EBResponse) -> EmptyResult:
    """API_DeleteApplication: with its versions, but not their source bundles; not while an environment runs."""
    backend, name = self.elasticbeanstalk_backend, self._get_param("ApplicationName")
    if any(each["ApplicationName"] == name for each in running(backend)):
        raise ServiceException("OperationInProgressFailure", f"Application {name} has a running environment.")
    for key in [key for key in kept(backend).versions if key[0] == name]:
        del kept(backend).versions[key]
    backend.delete_application(name)
    return EmptyResult()


def source(backend: EBBackend, location: dict) -> str | None:
    """API_CreateApplicationVersion: the text of a source bundle, from a bucket in the environment's region."""
    storage = s3_backends[backend.account_id][backend.partition]
    try:
        if storage.get_bucket(location["S3Bucket"]).region_name != backend.region_name:
            raise ServiceException("S3LocationNotInServiceRegionException", f"{location['S3Bucket']} is elsewhere.")
        found = storage.get_object(location["S3Bucket"], location["S3Key"])
    except MissingBucket:
        return None
    return found.value.decode() if found else None


def bucket_response_put(self: S3Response, request: object, bucket_name: str, querystring: dict) -> object:
    """API_CreateBucketConfiguration: a new bucket has its tags from the start."""
    answer = plain_bucket_response_put(self, request, bucket_name, querystring)
    if not querystring and self.body:
        configuration = xmltodict.parse(self.body, force_list=["Tag"]).get("CreateBucketConfiguration") or {}
        tags = (configuration.get("Tags") or {}).get("Tag", [])
        self.backend.put_bucket_tagging(bucket_name, {tag["Key"]: tag["Value"] for tag in tags})
    return answer


plain_bucket_response_put = S3Response._bucket_response_put


def create_application_version(self: EBResponse) -> ActionResult:
    """API_CreateApplicationVersion: a label is unique in its application; what is not processed says so."""
    backend, application, label = self.elasticbeanstalk_backend, application_of(self), self._get_param("VersionLabel")
    if (application, label) in kept(backend).versions:
        raise InvalidParameterValueError(f"Application Version {label} already exists.")
    bundle = self._get_param("SourceBundle")
    if source(backend, bundle) is None:
        place = f"(Bucket: {bundle['S3Bucket']} Key: {bundle['S3Key']})"
        raise InvalidParameterValueError(f"Unable to download from S3 location {place}.")
    version = {"ApplicationName": application, "VersionLabel": label, "SourceBundle": bundle, "Status": "UNPROCESSED"}
    version |= {"Description": self._get_param("Description"), "DateCreated": now(), "DateUpdated": now()}
    version["ApplicationVersionArn"] = tagged(self, "applicationversion", f"{application}/{label}")
    kept(backend).versions[application, label] = version
    return ActionResult({"ApplicationVersion": version})


def version_of(self: EBResponse, application: str) -> dict:
    """API_CreateEnvironment and API_UpdateEnvironment: an unknown version is refused."""
    label = self._get_param("VersionLabel")
    if (application, label) not in kept(self.elasticbeanstalk_backend).versions:
        raise InvalidParameterValueError(f"No Application Version named '{label}' found.")
    return kept(self.elasticbeanstalk_backend).versions[application, label]


def matching(self: EBResponse, things: list[dict], filters: dict[str, str]) -> list[dict]:
    """Those that have what the request asks for, by its parameters; one that it leaves out restricts nothing."""
    asked = {field: self._get_param(parameter) for parameter, field in filters.items()}
    wanted = {field: [value] if isinstance(value, str) else value for field, value in asked.items() if value}
    return [each for each in things if all(each[field] in values for field, values in wanted.items())]


def describe_application_versions(self: EBResponse) -> ActionResult:
    """API_DescribeApplicationVersions."""
    versions = list(kept(self.elasticbeanstalk_backend).versions.values())
    filters = {"ApplicationName": "ApplicationName", "VersionLabels": "VersionLabel"}
    return ActionResult({"ApplicationVersions": matching(self, versions, filters)})


def list_tags_for_resource(self: EBResponse) -> ActionResult:
    """API_ListTagsForResource: of applications and versions too."""
    arn, tags = self._get_param("ResourceArn"), kept(self.elasticbeanstalk_backend).tags
    if arn not in tags:
        raise ResourceNotFoundException(f"Resource not found for ARN '{arn}'.")
    listed = [{"Key": key, "Value": value} for key, value in tags[arn].items()]
    return ActionResult({"ResourceArn": arn, "ResourceTags": listed})


ADDED = [
    *[create_application, describe_applications, delete_application, list_tags_for_resource],
    *[create_application_version, describe_application_versions],
]


def install() -> None:
    for added in ADDED:
        setattr(EBResponse, added.__name__, added)
    S3Response._bucket_response_put = bucket_response_put
