"""Stores a file in an Orthanc that was just started, fetches it again, and has it rename the patient.

  orthanc.py DICOM-PORT HTTP-PORT FILE FOLDER

Writes stored.dcm and renamed.dcm into FOLDER; prints how many instances the archive has.
"""
import json
import subprocess
import sys
import time
import urllib.request

dicom, http, path, folder = sys.argv[1:]
base = f"http://127.0.0.1:{http}"


def ask(place, body=None):
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(urllib.request.Request(base + place, data=data), timeout=30) as answer:
        return answer.read()


for _ in range(300):
    try:
        ask("/system")
        break
    except OSError:
        time.sleep(0.1)
subprocess.run(["storescu", "-aec", "ORTHANC", "127.0.0.1", dicom, path], check=True)
instances = json.loads(ask("/instances"))
stored = ask(f"/instances/{instances[0]}/file")
renamed = ask(
    f"/instances/{instances[0]}/modify",
    {"Replace": {"PatientName": "RENAMED^PATIENT"}, "Keep": ["SOPInstanceUID", "StudyInstanceUID", "SeriesInstanceUID"], "Force": True})
for name, content in (("stored", stored), ("renamed", renamed)):
    with open(f"{folder}/{name}.dcm", "wb") as file:
        file.write(content)
print(json.dumps({"stored": len(instances)}))
