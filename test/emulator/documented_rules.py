"""The rules of the EBS direct APIs that AWS documents and moto 5.2 leaves out, added to moto's backend.

Each rule names the page of the AWS documentation that it comes from; nothing here is guessed from our own client.
Not added: a child snapshot does not list its parent's blocks. The tests read both, parent first, which is also right on AWS.
"""

import base64
import hashlib
import json
import threading

from moto.core.exceptions import ServiceException
from moto.ebs.models import EBSBackend, EBSSnapshot
from moto.ebs.responses import EBSResponse

BLOCK_BYTES = 524288  # API_PutSnapshotBlock: "Valid values: 524288"
COMPLETION_SECONDS = 0.05  # API_CompleteSnapshot: completion is an asynchronous workflow

plain_start = EBSBackend.start_snapshot
plain_put = EBSBackend.put_snapshot_block


class Refusal(ServiceException):
    """moto finds the error's shape by the module of its class."""

    __module__ = "moto.ebs.exceptions"


def refuse(code: str, message: str) -> None:
    raise Refusal(code, message)


def find(backend: EBSBackend, snapshot_id: str) -> EBSSnapshot:
    """EC2's DeleteSnapshot leaves moto's EBS half behind: a deleted snapshot does not exist and keeps no blocks."""
    if snapshot_id not in backend.ec2_backend.snapshots:
        backend.snapshots.pop(snapshot_id, None)
    if snapshot_id not in backend.snapshots:
        refuse("ResourceNotFoundException", f"The snapshot '{snapshot_id}' does not exist.")
    return backend.snapshots[snapshot_id]


def set_status(backend: EBSBackend, snapshot_id: str, status: str) -> None:
    if snapshot_id in backend.ec2_backend.snapshots:
        backend.snapshots[snapshot_id].status = status
        backend.ec2_backend.snapshots[snapshot_id].status = status


def check_parent(backend: EBSBackend, request: dict) -> None:
    """API_StartSnapshot (ParentSnapshotId, Encrypted, KmsKeyArn) and ebsapis-using-encryption."""
    parent = find(backend, request["ParentSnapshotId"])
    if request["Encrypted"] is not None or request["KmsKeyArn"] is not None:
        refuse("ValidationException", "Encrypted, KmsKeyArn and ParentSnapshotId exclude each other.")
    if parent.status != "completed":
        refuse("ValidationException", f"The parent snapshot is {parent.status}.")
    if parent.volume_size > request["VolumeSize"]:
        refuse("ValidationException", "VolumeSize is smaller than the parent's.")
    if backend.ec2_backend.ebs_encryption_by_default and not key_of(backend, parent.snapshot_id):
        refuse("ValidationException", "Encryption by default: the parent snapshot is not encrypted.")


def key_of(backend: EBSBackend, snapshot_id: str) -> str | None:
    return backend.ec2_backend.snapshots[snapshot_id].kms_key_id


def encryption_key(backend: EBSBackend, request: dict) -> str | None:
    """ebsapis-using-encryption: the parent's key, else the key given, else the account's default key."""
    if request["ParentSnapshotId"]:
        return key_of(backend, request["ParentSnapshotId"])
    if request["KmsKeyArn"] and not request["Encrypted"]:
        refuse("ValidationException", "KmsKeyArn needs Encrypted.")
    if request["Encrypted"] or backend.ec2_backend.ebs_encryption_by_default:
        return request["KmsKeyArn"] or f"arn:aws:kms:{backend.region_name}:{backend.account_id}:key/aws-ebs"
    return None


def start_response(self: EBSResponse) -> object:
    """API_StartSnapshot and ebs-direct-api-idempotency: the same token and parameters give the first result again."""
    names = ["ClientToken", "ParentSnapshotId", "Encrypted", "KmsKeyArn", "VolumeSize", "Tags", "Description"]
    request = {name: self._get_param(name) for name in names}
    backend, token = self.ebs_backend, request["ClientToken"]
    with backend.__dict__.setdefault("token_lock", threading.Lock()):
        tokens = backend.__dict__.setdefault("tokens", {})
        if token in tokens:
            if tokens[token][0] != json.dumps(request, sort_keys=True):
                refuse("ConflictException", "The client token was used with other parameters.")
            return tokens[token][1]
        if request["ParentSnapshotId"]:
            check_parent(backend, request)
        key = encryption_key(backend, request)
        response = plain_start_response(self)
        response._result.update(KmsKeyArn=key, ParentSnapshotId=request["ParentSnapshotId"])
        stored = backend.ec2_backend.snapshots[response._result["SnapshotId"]]
        stored.kms_key_id, stored.encrypted = key, key is not None
        tokens[token] = (json.dumps(request, sort_keys=True), response)
        return response


def start(self: EBSBackend, volume_size: int, tags: list, description: str) -> EBSSnapshot:
    snapshot = plain_start(self, volume_size, tags, description)
    snapshot.block_size = BLOCK_BYTES
    set_status(self, snapshot.snapshot_id, "pending")
    return snapshot


def put(self: EBSBackend, snapshot_id, block_index, block_data, checksum, checksum_algorithm, data_length) -> tuple:
    """API_PutSnapshotBlock: pending snapshots only, 524288 bytes, and the checksum must be the data's."""
    if find(self, snapshot_id).status != "pending":
        refuse("ValidationException", f"The snapshot '{snapshot_id}' is not pending.")
    if len(block_data) != BLOCK_BYTES or int(data_length) != BLOCK_BYTES:
        refuse("ValidationException", "DataLength must be 524288.")
    if checksum != base64.b64encode(hashlib.sha256(block_data).digest()).decode():
        refuse("ValidationException", "The checksum does not match the data.")
    return plain_put(self, snapshot_id, int(block_index), block_data, checksum, checksum_algorithm, data_length)


def complete_response(self: EBSResponse) -> object:
    """API_CompleteSnapshot: the number of written blocks, and the LINEAR aggregate of their checksums."""
    backend, snapshot = self.ebs_backend, find(self.ebs_backend, self._get_param("SnapshotId"))
    digests = [base64.b64decode(snapshot.blocks[index].checksum) for index in sorted(snapshot.blocks)]
    aggregate = base64.b64encode(hashlib.sha256(b"".join(digests)).digest()).decode()
    if snapshot.status == "pending" and int(self._get_param("ChangedBlocksCount")) != len(digests):
        refuse("ValidationException", f"ChangedBlocksCount must be {len(digests)}.")
    if snapshot.status == "pending" and self._get_param("Checksum") not in (None, aggregate):
        refuse("ValidationException", "The aggregated checksum does not match the blocks.")
    response = plain_complete_response(self)
    if snapshot.snapshot_id in backend.ec2_backend.snapshots:
        threading.Timer(COMPLETION_SECONDS, set_status, (backend, snapshot.snapshot_id, "completed")).start()
    return response


def complete(self: EBSBackend, snapshot_id: str) -> str:
    return find(self, snapshot_id).status


def readable(plain):
    """ebsapi-faq: a snapshot can be accessed only if it is completed."""

    def read(self: EBSBackend, snapshot_id: str, *rest, **named) -> object:
        if find(self, snapshot_id).status != "completed":
            refuse("ValidationException", f"The snapshot '{snapshot_id}' is not completed.")
        return plain(self, snapshot_id, *rest, **named)

    return read


plain_start_response = EBSResponse.start_snapshot
plain_complete_response = EBSResponse.complete_snapshot


def install() -> None:
    EBSResponse.start_snapshot = start_response
    EBSResponse.complete_snapshot = complete_response
    EBSBackend.start_snapshot = start
    EBSBackend.put_snapshot_block = put
    EBSBackend.complete_snapshot = complete
    EBSBackend.list_snapshot_blocks = readable(EBSBackend.list_snapshot_blocks)
    EBSBackend.get_snapshot_block = readable(EBSBackend.get_snapshot_block)
