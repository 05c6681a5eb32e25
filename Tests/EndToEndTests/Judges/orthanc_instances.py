"""What an Orthanc has, compared with files.

usage: orthanc_instances.py HTTP_PORT FILE…

Prints one line of JSON: how many instances it has, and how many of the files it has with the same elements.
"""
import io
import json
import sys
import urllib.request

from pydicom import dcmread


def get(path):
    with urllib.request.urlopen(f"http://127.0.0.1:{sys.argv[1]}{path}", timeout=20) as answer:
        return answer.read()


there = [dcmread(io.BytesIO(get(f"/instances/{name}/file"))) for name in json.loads(get("/instances"))]
known = {file.SOPInstanceUID: file for file in there}
files = [dcmread(path) for path in sys.argv[2:]]
same = sum(known.get(file.SOPInstanceUID) == file for file in files)
print(json.dumps({"instances": str(len(there)), "same": str(same)}))
