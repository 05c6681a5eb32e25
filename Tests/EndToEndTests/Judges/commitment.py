"""A modality that stores, asks for storage commitment, and listens for the report (pynetdicom).

usage: commitment.py PORT CALLED OWN_PORT ALSO FILE…

Prints a line of JSON for what it was told of its request, which is about the files and about the instance ALSO, and one for each report.
"""
import json
import sys
import time

from pydicom import dcmread
from pydicom.dataset import Dataset
from pydicom.uid import generate_uid
from pynetdicom import AE, build_context, evt
from pynetdicom.sop_class import StorageCommitmentPushModel, StorageCommitmentPushModelInstance

port, called, own_port, also, paths = int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), sys.argv[4], sys.argv[5:]
transaction = generate_uid()


def tell(**words):
    print(json.dumps(words), flush=True)


def names(dataset, keyword):
    return sorted(item.ReferencedSOPInstanceUID for item in dataset.get(keyword, []))


def report(event):
    said = event.event_information
    reasons = sorted({f"{item.FailureReason:04X}" for item in said.get("FailedSOPSequence", [])})
    tell(event="told", type=event.event_type, isOurs=said.TransactionUID == transaction, committed=names(said, "ReferencedSOPSequence"),
         failed=names(said, "FailedSOPSequence"), reasons=reasons)
    return 0x0000, None


entity = AE(ae_title="CT1")
entity.add_supported_context(StorageCommitmentPushModel, scu_role=False, scp_role=True)
entity.start_server(("127.0.0.1", own_port), block=False, evt_handlers=[(evt.EVT_N_EVENT_REPORT, report)])

files = [dcmread(path) for path in paths]
kinds = sorted({(file.SOPClassUID, file.file_meta.TransferSyntaxUID) for file in files})
association = entity.associate(
    "127.0.0.1", port, contexts=[build_context(*kind) for kind in kinds] + [build_context(StorageCommitmentPushModel)], ae_title=called)
assert association.is_established, "no association"
stored = {f"{association.send_c_store(file).Status:04X}" for file in files}
request = Dataset()
request.TransactionUID = transaction
request.ReferencedSOPSequence = []
for sop_class, sop_instance in [(file.SOPClassUID, file.SOPInstanceUID) for file in files] + [(files[0].SOPClassUID, also)]:
    item = Dataset()
    item.ReferencedSOPClassUID, item.ReferencedSOPInstanceUID = sop_class, sop_instance
    request.ReferencedSOPSequence.append(item)
if any(context.abstract_syntax == StorageCommitmentPushModel for context in association.accepted_contexts):
    status, _ = association.send_n_action(request, 1, StorageCommitmentPushModel, StorageCommitmentPushModelInstance)
    answer = f"{status.Status:04X}"
else:
    answer = "refused"
association.release()
tell(event="asked", status=answer, stored=sorted(stored))
while True:
    time.sleep(60)
