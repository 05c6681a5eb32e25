#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

int CLinux_accept(int listener, struct sockaddr *address, socklen_t *length) {
    return accept4(listener, address, length, SOCK_NONBLOCK | SOCK_CLOEXEC);
}

int CLinux_eventfd(void) {
    return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
}

pid_t CLinux_peer_process(int socket) {
    struct ucred credentials;
    socklen_t length = sizeof credentials;
    if (getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &credentials, &length) != 0) {
        return -1;
    }
    return credentials.pid;
}

void CLinux_name_thread(const char *name) {
    pthread_setname_np(pthread_self(), name);
}

int CLinux_open_unnamed(const char *directory, mode_t mode) {
    return open(directory, O_TMPFILE | O_RDWR | O_CLOEXEC, mode);
}

int CLinux_link_unnamed(int descriptor, const char *path) {
    // Through /proc, as open(2) shows it: linking the descriptor itself takes a privilege.
    char source[64];
    snprintf(source, sizeof source, "/proc/self/fd/%d", descriptor);
    return linkat(AT_FDCWD, source, AT_FDCWD, path, AT_SYMLINK_FOLLOW);
}

int CLinux_rename_without_replacing(const char *from, const char *to) {
    return renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE);
}

int CLinux_pipe(int descriptors[2]) {
    return pipe2(descriptors, O_CLOEXEC);
}

// Whether another process holds a record lock for writing, as servers of uploads do. Asking takes nothing.
static int is_locked(int descriptor) {
    struct flock lock = {.l_type = F_RDLCK, .l_whence = SEEK_SET};
    return fcntl(descriptor, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
}

int CLinux_is_being_written(const char *path) {
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
    if (descriptor < 0) {
        return -1;
    }
    // A read lease is granted only when nobody has the file open for writing (fcntl(2), "Leases").
    int result = 0;
    if (is_locked(descriptor)) {
        result = 1;
    } else if (fcntl(descriptor, F_SETLEASE, F_RDLCK) == 0) {
        fcntl(descriptor, F_SETLEASE, F_UNLCK);
    } else {
        result = errno == EAGAIN ? 1 : -1;
    }
    close(descriptor);
    return result;
}

int CLinux_has_holes(const char *path) {
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
    if (descriptor < 0) {
        return -1;
    }
    struct stat status;
    int result = -1;
    if (fstat(descriptor, &status) == 0) {
        // Behind the last byte there is always one.
        off_t hole = lseek(descriptor, 0, SEEK_HOLE);
        result = hole < 0 ? (status.st_size > 0 ? -1 : 0) : hole < status.st_size;
    }
    close(descriptor);
    return result;
}
