#pragma once

#include "process.h"
#include "sandbox.h"

#include <malloc.h>
#include <sys/socket.h>
#include <sys/types.h>

// Linux calls that glibc declares only for _GNU_SOURCE and that Swift's Glibc module therefore leaves out.

/// accept4(2): the accepted socket is non-blocking and closed on exec.
int CLinux_accept(int listener, struct sockaddr *address, socklen_t *length);

/// eventfd(2) at zero, non-blocking and closed on exec.
int CLinux_eventfd(void);

/// SO_PEERCRED: the process at the other end of a Unix-domain socket, or -1.
pid_t CLinux_peer_process(int socket);

/// pthread_setname_np(3) for the calling thread; at most 15 bytes.
void CLinux_name_thread(const char *name);

/// open(2) with O_TMPFILE: a file without a name in `directory`, for writing; it is gone with its last descriptor unless it is linked.
int CLinux_open_unnamed(const char *directory, mode_t mode);

/// linkat(2): gives the file behind a descriptor of CLinux_open_unnamed a name. EEXIST where something has it.
int CLinux_link_unnamed(int descriptor, const char *path);

/// renameat2(2) with RENAME_NOREPLACE: EEXIST where something has the new name.
int CLinux_rename_without_replacing(const char *from, const char *to);

/// pipe2(2) with O_CLOEXEC: the reading end and the writing end.
int CLinux_pipe(int descriptors[2]);

/// Whether any process of this machine has the file open for writing: 1 yes, 0 no, -1 where that cannot be told (another's file, a
/// network file system). Asks for a read lease, which breaks nothing and takes the file's owner or CAP_LEASE, and for record locks,
/// which anybody may ask for.
int CLinux_is_being_written(const char *path);

/// Whether some of the file was never written (lseek(2), SEEK_HOLE): 1 yes, 0 no, -1 where that cannot be told. Space that was set aside
/// and not written counts as a hole where the file system tells them apart.
int CLinux_has_holes(const char *path);
