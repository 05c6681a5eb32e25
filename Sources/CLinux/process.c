#define _GNU_SOURCE
#include "process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

void CLinux_keep_memory_private(void) {
    const struct rlimit nothing = {.rlim_cur = 0, .rlim_max = 0};
    setrlimit(RLIMIT_CORE, &nothing);
    // The limit does not count where a program takes the dumps (core(5), "Piping core dumps to a program").
    prctl(PR_SET_DUMPABLE, 0);
}

void CLinux_pass_no_capabilities_on(void) { prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0); }

// A process that was started without one of these would get a journal or a peer in its place, and print into it. Before main, since libraries
// open descriptors of their own by then. Reading or writing fails as it would without.
__attribute__((constructor)) static void fill_standard_descriptors(void) {
    for (int descriptor = STDIN_FILENO; descriptor <= STDERR_FILENO; descriptor++) {
        if (fcntl(descriptor, F_GETFD) == -1 && open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY) != descriptor) {
            abort();
        }
    }
}

bool CLinux_ignore_signal(int number) { return signal(number, SIG_IGN) == SIG_IGN; }

int CLinux_flush_standard_output(void) {
    errno = 0;
    if (fflush(stdout) == 0 && !ferror(stdout)) {
        return 0;
    }
    return errno != 0 ? errno : EIO;
}

int CLinux_send_datagram(const char *name, const void *bytes, size_t count) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    size_t length = strlen(name);
    // A path needs its end, an abstract name has none.
    if (length == 0 || length >= sizeof address.sun_path) {
        return EINVAL;
    }
    memcpy(address.sun_path, name, length);
    socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length + 1);
    if (name[0] == '@') {
        address.sun_path[0] = '\0';
        size -= 1;
    }
    int descriptor = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0) {
        return errno;
    }
    int reason = 0;
    // Not waiting: a service manager that is busy must not hold the program up.
    if (sendto(descriptor, bytes, count, MSG_NOSIGNAL | MSG_DONTWAIT, (const struct sockaddr *)&address, size) < 0) {
        reason = errno;
    }
    close(descriptor);
    return reason;
}
