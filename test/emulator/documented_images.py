"""What EC2 documents of AMIs and moto 5.2 leaves out: RegisterImage's parameters, deprecation, copies, snapshots in use."""

from moto.core.responses import ActionResult
from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models import EC2Backend
from moto.ec2.models.amis import Ami
from moto.ec2.responses import EC2Response

# API_RegisterImage: kept as they were given, and answered by DescribeImages.
KEPT = {
    "Architecture": "architecture",
    "VirtualizationType": "virtualization_type",
    "RootDeviceName": "root_device_name",
    "BootMode": "boot_mode",
    "ImdsSupport": "imds_support",
    "TpmSupport": "tpm_support",
    "EnaSupport": "ena_support",
    "SriovNetSupport": "sriov_net_support",
}
COPIED = [*KEPT.values(), "root_device_type", "deprecation_time"]

plain_register = EC2Backend.register_image
plain_copy = EC2Backend.copy_image
plain_create = EC2Backend.create_image
plain_delete_snapshot = EC2Backend.delete_snapshot
plain_filter_value = Ami.get_filter_value


def own(backend: EC2Backend, name: str) -> list[Ami]:
    return [ami for ami in backend.amis.values() if ami.name == name and ami.owner_id == backend.account_id]


def mapping_of(backend: EC2Backend, mapping: dict) -> dict:
    """A mapping as DescribeImages answers it: the volume is as large as the snapshot unless it was said."""
    ebs = dict(mapping.get("Ebs") or {})
    if "SnapshotId" in ebs:
        snapshot = backend.get_snapshot(ebs["SnapshotId"])  # refuses one that does not exist
        ebs = {"VolumeSize": snapshot.volume_size, "Encrypted": snapshot.encrypted, **ebs}
    return {**mapping, "Ebs": {"DeleteOnTermination": True, **ebs}}


def from_snapshots(backend: EC2Backend, ami: Ami, mappings: list[dict]) -> None:
    """The AMI is of these snapshots: the one that moto made up goes."""
    backend.snapshots.pop(ami.ebs_snapshot.id, None)
    ami.registered_mappings = mappings
    ami.root_device_type = "ebs"
    snapshots = [backend.snapshots.get(mapping["Ebs"].get("SnapshotId")) for mapping in mappings]
    ami.ebs_snapshot = next((snapshot for snapshot in snapshots if snapshot), ami.ebs_snapshot)


def register_response(self: EC2Response) -> ActionResult:
    """API_RegisterImage."""
    backend, name = self.ec2_backend, self._get_param("Name")
    if own(backend, name):
        raise EC2ClientError("InvalidAMIName.Duplicate", f"AMI name {name} is already in use.")
    mappings = [mapping_of(backend, mapping) for mapping in self._get_param("BlockDeviceMappings", [])]
    ami = plain_register(backend, name, self._get_param("Description", ""))
    for parameter, attribute in KEPT.items():
        if self._get_param(parameter) is not None:
            setattr(ami, attribute, self._get_param(parameter))
    for specification in self._get_param("TagSpecifications", []):
        if specification.get("ResourceType") == "image":
            ami.add_tags({tag["Key"]: tag["Value"] for tag in specification.get("Tags", [])})
    ami.image_location = f"{backend.account_id}/{name}"
    if mappings:
        from_snapshots(backend, ami, mappings)
    return ActionResult({"ImageId": ami.id})


def block_device_mappings(self: Ami) -> list[dict]:
    return getattr(self, "registered_mappings", None) or plain_mappings(self)


plain_mappings = Ami.block_device_mappings.fget


def filter_value(self: Ami, filter_name: str, method_name: str | None = None) -> object:
    """API_DescribeImages: by the snapshots that an AMI stands on."""
    if filter_name == "block-device-mapping.snapshot-id":
        return [mapping["Ebs"].get("SnapshotId") for mapping in self.block_device_mappings]
    return plain_filter_value(self, filter_name, method_name)


def copy_image(self: EC2Backend, source_image_id: str, source_region: str, name=None, description=None) -> Ami:
    """API_CopyImage: the copy has the source's parameters, and a snapshot of its own."""
    from moto.ec2.models import ec2_backends

    ami = plain_copy(self, source_image_id, source_region, name, description)
    source = ec2_backends[self.account_id][source_region].amis[source_image_id]
    for attribute in COPIED:
        if hasattr(source, attribute) and attribute != "deprecation_time":
            setattr(ami, attribute, getattr(source, attribute))
    ami.image_location = f"{self.account_id}/{name}"
    root = source.block_device_mappings[0]
    ami.registered_mappings = [{**root, "Ebs": {**root["Ebs"], "SnapshotId": ami.ebs_snapshot.id}}]
    return ami


def create_image(self: EC2Backend, instance_id: str, name: str, description: str, tag_specifications: list[dict]) -> Ami:
    """API_CreateImage: an AMI of the instance's root volume, by a snapshot of its own; tags of either kind go where they say."""
    tags = {
        kind: {tag["Key"]: tag["Value"] for each in tag_specifications if each["ResourceType"] == kind for tag in each["Tags"]}
        for kind in ("image", "snapshot")
    }
    ami = plain_create(self, instance_id, name, description, [])
    ami.add_tags(tags["image"])
    ami.ebs_snapshot.add_tags(tags["snapshot"])
    ami.root_device_name, ami.root_device_type = "/dev/xvda", "ebs"
    ebs = {"SnapshotId": ami.ebs_snapshot.id, "VolumeSize": ami.ebs_snapshot.volume_size, "DeleteOnTermination": True}
    ami.registered_mappings = [{"DeviceName": ami.root_device_name, "Ebs": ebs}]
    return ami


def set_deprecation(self: EC2Response, time: str | None) -> ActionResult:
    self.ec2_backend.describe_images(ami_ids=[self._get_param("ImageId")])  # refuses an unknown one
    self.ec2_backend.amis[self._get_param("ImageId")].deprecation_time = time
    return ActionResult({"Return": True})


def enable_deprecation(self: EC2Response) -> ActionResult:
    """API_EnableImageDeprecation; API_Image answers the time as a text."""
    return set_deprecation(self, self._get_param("DeprecateAt").strftime("%Y-%m-%dT%H:%M:%S.000Z"))


def disable_deprecation(self: EC2Response) -> ActionResult:
    """API_DisableImageDeprecation."""
    return set_deprecation(self, None)


def delete_snapshot(self: EC2Backend, snapshot_id: str) -> object:
    """API_DeleteSnapshot: not the snapshot of the root device of a registered AMI."""
    for ami in self.amis.values():
        if any(mapping["Ebs"].get("SnapshotId") == snapshot_id for mapping in getattr(ami, "registered_mappings", [])):
            raise EC2ClientError("InvalidSnapshot.InUse", f"The snapshot {snapshot_id} is currently in use by {ami.id}")
    return plain_delete_snapshot(self, snapshot_id)


def install() -> None:
    EC2Response.register_image = register_response
    EC2Response.enable_image_deprecation = enable_deprecation
    EC2Response.disable_image_deprecation = disable_deprecation
    EC2Backend.copy_image = copy_image
    EC2Backend.create_image = create_image
    EC2Backend.delete_snapshot = delete_snapshot
    Ami.block_device_mappings = property(block_device_mappings)
    Ami.get_filter_value = filter_value
