"""A modality that stores files as they are (pynetdicom).

usage: store.py PORT CALLED FILE…

Prints one line of JSON: the statuses.
"""
import json
import sys

from pydicom import dcmread
from pynetdicom import AE, _config, build_context

_config.STORE_SEND_CHUNKED_DATASET = True
port, called, paths = int(sys.argv[1]), sys.argv[2], sys.argv[3:]
kinds = {(file.SOPClassUID, file.file_meta.TransferSyntaxUID) for file in (dcmread(path, stop_before_pixels=True) for path in paths)}
entity = AE(ae_title="CT1")
# Success is answered when the file is on the disk, which a busy machine may be slow to say.
entity.dimse_timeout = 120
association = entity.associate("127.0.0.1", port, contexts=[build_context(*kind) for kind in sorted(kinds)], ae_title=called)
assert association.is_established, "no association"
statuses = [association.send_c_store(path) for path in paths]
association.release()
print(json.dumps({"statuses": " ".join(f"{status.Status:04X}" for status in statuses)}))
