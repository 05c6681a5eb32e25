"""A modality that behaves well, badly, or not at all (pynetdicom).

usage: modality.py TASK PORT

Prints one line of JSON: what it was told.
"""
import json
import os
import signal
import socket
import sys
import time

from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, ImplicitVRLittleEndian, JPEGBaseline8Bit
from pynetdicom import AE, build_context
from pynetdicom.presentation import AllStoragePresentationContexts

task, port = sys.argv[1], int(sys.argv[2])
CT = "1.2.840.10008.5.1.4.1.1.2"
VERIFICATION = "1.2.840.10008.1.1"
STUDY_FIND = "1.2.840.10008.5.1.4.1.2.2.1"


def instance(number, syntax=ExplicitVRLittleEndian, size=1000):
    dataset = Dataset()
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = syntax
    dataset.SOPClassUID = CT
    dataset.SOPInstanceUID = f"2.25.8.{number}"
    dataset.StudyInstanceUID = "2.25.8"
    dataset.SeriesInstanceUID = "2.25.8.0"
    dataset.add_new(0x00090010, "LO", "SYNTHETIC VENDOR")
    dataset.add_new(0x00091001, "OB", bytes(size))
    return dataset


def associate(contexts):
    entity = AE(ae_title="CT1")
    entity.acse_timeout = entity.dimse_timeout = entity.network_timeout = 30
    association = entity.associate("127.0.0.1", port, contexts=contexts, ae_title="VEILRAY")
    assert association.is_established, "no association"
    return association


def store(association, dataset):
    status = association.send_c_store(dataset)
    return f"{status.Status:04X}" if "Status" in status else "none"


told = {}
if task == "contexts":
    # 126 of storage, of which two are CT in different syntaxes; one of query, and one in a syntax of a vendor's own.
    classes = [context.abstract_syntax for context in AllStoragePresentationContexts if context.abstract_syntax != CT]
    contexts = [build_context(CT, [ImplicitVRLittleEndian, ExplicitVRLittleEndian]), build_context(CT, [JPEGBaseline8Bit])]
    contexts += [build_context(name, ImplicitVRLittleEndian) for name in (classes * 2)[:124]]
    contexts += [build_context(STUDY_FIND, ImplicitVRLittleEndian), build_context(CT, "1.2.840.113619.5.2")]
    association = associate(contexts)
    told["accepted"] = str(len(association.accepted_contexts))
    told["rejected"] = str(len(association.rejected_contexts))
    told["statuses"] = " ".join(store(association, instance(number, syntax))
                                for number, syntax in enumerate([ExplicitVRLittleEndian, JPEGBaseline8Bit]))
    association.release()
elif task in ("abort", "cut"):
    association = associate([build_context(CT, ExplicitVRLittleEndian)])
    told["statuses"] = store(association, instance(1))
    # The command, and the first piece of a data set that goes on.
    command = Dataset()
    command.AffectedSOPClassUID, command.CommandField, command.MessageID, command.Priority = CT, 1, 2, 2
    command.CommandDataSetType, command.AffectedSOPInstanceUID = 1, "2.25.8.2"
    from pynetdicom.dsutils import encode
    body = encode(command, True, True)
    body = bytes.fromhex("0000000004000000") + len(body).to_bytes(4, "little") + body
    piece = lambda flags, data: (len(data) + 2).to_bytes(4, "big") + bytes([1, flags]) + data
    unit = lambda pieces: b"\x04\x00" + len(pieces).to_bytes(4, "big") + pieces
    connection = association.dul.socket.socket
    connection.sendall(unit(piece(3, body)) + unit(piece(0, bytes(2000))))
    time.sleep(0.3)
    if task == "abort":
        association.abort()
    else:
        connection.shutdown(socket.SHUT_RDWR)
        association.kill()
elif task == "silent":
    association = associate([build_context(VERIFICATION)])
    deadline = time.monotonic() + 30
    while association.is_established and time.monotonic() < deadline:
        time.sleep(0.05)
    told["aborted"] = str(association.is_aborted)
elif task == "killed":
    association = associate([build_context(CT, ExplicitVRLittleEndian)])
    first = store(association, instance(1))
    # Who holds the other end of this connection: a process by that name.
    inode = None
    own = association.dul.socket.socket.getsockname()[1]
    for line in open("/proc/net/tcp").read().split("\n")[1:]:
        fields = line.split()
        if fields and int(fields[2].split(":")[1], 16) == own and int(fields[1].split(":")[1], 16) == port:
            inode = fields[9]
    holders = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            links = [os.readlink(f"/proc/{pid}/fd/{fd}") for fd in os.listdir(f"/proc/{pid}/fd")]
        except OSError:
            continue
        if f"socket:[{inode}]" in links:
            holders.append(int(pid))
    for pid in holders:
        os.kill(pid, signal.SIGKILL)
    time.sleep(0.5)
    try:
        second = store(association, instance(2))
    except (RuntimeError, ValueError):
        second = "none"
    told["statuses"] = f"{first} {second}"
    other = associate([build_context(VERIFICATION)])
    told["echo"] = f"{other.send_c_echo().Status:04X}"
    other.release()
print(json.dumps(told))
