"""A PACS that answers as it is told (pynetdicom).

usage: storage_scp.py PORT FOLDER STATUS[,STATUS…] [--only SOP_CLASS]

Answers the C-STORE requests with the given statuses (hexadecimal), in turn, the last one for ever; "abort" ends the association instead.
Files that are stored get the name of their SOPInstanceUID in FOLDER. With --only, no other SOP class is taken.
Every request is a line "SOPInstanceUID STATUS" in FOLDER/requests.txt.
"""
import pathlib
import sys
import threading

from pydicom.dataset import Dataset
from pynetdicom import AE, AllStoragePresentationContexts, ALL_TRANSFER_SYNTAXES, evt

port, folder, statuses = int(sys.argv[1]), pathlib.Path(sys.argv[2]), sys.argv[3].split(",")
only = sys.argv[5] if len(sys.argv) > 5 else None
lock = threading.Lock()


def store(event):
    with lock:
        status = statuses.pop(0) if len(statuses) > 1 else statuses[0]
        with open(folder / "requests.txt", "a") as requests:
            requests.write(f"{event.request.AffectedSOPInstanceUID} {status}\n")
    if status == "abort":
        event.assoc.abort()
        return 0xC000
    code = int(status, 16)
    if code == 0 or code >> 12 == 0xB:
        # The data set as it came.
        with open(folder / f"{event.request.AffectedSOPInstanceUID}.dcm", "wb") as file:
            file.write(event.encoded_dataset(include_meta=False))
    answer = Dataset()
    answer.Status = code
    answer.ErrorComment = "as it was told"
    return answer


entity = AE(ae_title="PACS")
for context in AllStoragePresentationContexts:
    if only in (None, context.abstract_syntax):
        entity.add_supported_context(context.abstract_syntax, ALL_TRANSFER_SYNTAXES)
print("ready", flush=True)
entity.start_server(("127.0.0.1", port), block=True, evt_handlers=[(evt.EVT_C_STORE, store)])
