"""Is systemd to a service for a moment: hears what it tells (sd_notify(3)) until its watchdog was told twice, then stops it.

    notified.py SOCKET PROGRAM ARGUMENT…

SOCKET is a path, or an abstract name that begins with @. Prints the messages, a line each, and then how the program ended.
"""

import os
import signal
import socket
import subprocess
import sys

name, program = sys.argv[1], sys.argv[2:]
ear = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
ear.bind("\0" + name[1:] if name.startswith("@") else name)
ear.settimeout(60)
environment = os.environ | {"NOTIFY_SOCKET": name, "WATCHDOG_USEC": "400000"}
service = subprocess.Popen(program, env=environment, stdout=subprocess.DEVNULL)
try:
    heard = []
    while heard.count("WATCHDOG=1") < 2:
        heard.append(ear.recv(1000).decode())
    service.send_signal(signal.SIGTERM)
    while heard[-1] != "STOPPING=1":
        heard.append(ear.recv(1000).decode())
    print("\n".join(heard))
    print("ended", service.wait(60))
finally:
    service.kill()
