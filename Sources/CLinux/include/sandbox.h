#pragma once

#include <spawn.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

// What a program needs to work on hostile bytes in a child process, and what that child gives up before it sees the first of them.

/// memfd_create(2): anonymous memory of no size, closed on exec, that no holder can make smaller again (F_SEAL_SHRINK) and to which no
/// other seal can be added. -1 with errno.
int CLinux_shared_memory(void);

/// socketpair(2) of Unix-domain sockets that keep messages apart, both closed on exec.
int CLinux_message_sockets(int descriptors[2]);

/// Processor time that a process has used, in nanoseconds; -1 when it has gone.
int64_t CLinux_processor_time(pid_t process);

/// Bounds what a child may allocate (RLIMIT_DATA) and map (RLIMIT_AS) from here on. 0, or -1 with errno.
int CLinux_limit_memory(pid_t process, uint64_t data, uint64_t mapped);

/// Gives up everything that a decoder does not need, for good: new descriptors above `highest_descriptor`, writing to files, core dumps,
/// child processes, privileges, being traced; ends with the thread that started this process, and at no other signal that can be ignored.
void CLinux_confine(int highest_descriptor);

/// Leaves the calling thread a list of system calls, for memory, for its descriptors and for its end; any other ends the process (SIGSYS).
///
/// Socket, connect, clone, execve, ptrace, kill and ioctl are not among them, and memory cannot be made executable. Opening a file fails.
///
/// @returns false when the kernel has no system call filters or this processor has no list here.
bool CLinux_filter_system_calls(void);

/// As CLinux_confine, for a child that gets a connection and open files, and writes the received data sets into these files.
/// The child opens no file, and no file may grow beyond `largest_file` bytes.
void CLinux_confine_writer(int highest_descriptor, uint64_t largest_file);

/// As CLinux_filter_system_calls, for such a child: also the calls for connections that are there and descriptors that are handed over.
/// Socket, connect, bind, accept, clone, execve, ptrace, kill and ioctl are not among them.
bool CLinux_filter_connection_calls(void);

/// Sends one message over a socket of CLinux_message_sockets, with a descriptor for the other side where it is not negative (SCM_RIGHTS in
/// unix(7)). False with errno.
bool CLinux_send_message(int socket, const void *bytes, size_t count, int descriptor);

/// Receives one message, and the descriptor that came with it, closed on exec; -1 where none came.
///
/// @returns its bytes, at most `capacity`; 0 when the other side has gone; -1 with errno
ssize_t CLinux_receive_message(int socket, void *bytes, size_t capacity, int *descriptor);

/// posix_spawn_file_actions_addclosefrom_np(3): the child has no descriptor from `first` on.
int CLinux_close_from(posix_spawn_file_actions_t *actions, int first);
