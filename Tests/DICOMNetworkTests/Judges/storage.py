"""A PACS that keeps data sets as they come, or does something wrong (pynetdicom).

usage: storage.py FOLDER SYNTAX STATUS|abort|close|garbage|silence

Takes instances in one transfer syntax, in units of 16 kB, and writes FOLDER/port once it listens.
"""
import os
import pathlib
import sys
import time

from pydicom.dataset import Dataset
from pynetdicom import AE, evt
from pynetdicom.presentation import AllStoragePresentationContexts

folder, syntax, behaviour = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3]


def store(event):
    connection = event.assoc.dul.socket.socket
    if behaviour == "abort":
        event.assoc.abort()
    elif behaviour == "close":
        os._exit(0)
    elif behaviour == "garbage":
        connection.sendall(b"\x99" * 64)
    elif behaviour == "silence":
        time.sleep(6)
    else:
        (folder / event.request.AffectedSOPInstanceUID).write_bytes(event.request.DataSet.getvalue())
        answer = Dataset()
        answer.Status = int(behaviour, 16)
        answer.ErrorComment = "as it was told"
        return answer
    return 0xC000


entity = AE(ae_title="PACS")
entity.maximum_pdu_size = 16384
classes = {context.abstract_syntax for context in AllStoragePresentationContexts}
for name in list(classes)[:100] + ["1.2.840.10008.5.1.4.1.1.2"]:
    entity.add_supported_context(name, syntax)
server = entity.start_server(("127.0.0.1", 0), block=False, evt_handlers=[(evt.EVT_C_STORE, store)])
(folder / "port.new").write_text(str(server.socket.getsockname()[1]))
(folder / "port.new").rename(folder / "port")
while True:
    time.sleep(60)
