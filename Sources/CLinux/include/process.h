#pragma once

#include <stdbool.h>
#include <stddef.h>

// What a program sees to at its start and its end.

/// Keeps this process's memory out of core dumps and from other processes of the same user (PR_SET_DUMPABLE, RLIMIT_CORE), for good.
/// A program that it starts is dumpable again, but cannot have its limit raised.
void CLinux_keep_memory_private(void);

/// Gives no capability to the programs that this one starts (PR_CAP_AMBIENT_CLEAR_ALL); this process keeps what it has.
void CLinux_pass_no_capabilities_on(void);

/// Ignores a signal from here on.
///
/// @returns whether it was ignored before.
bool CLinux_ignore_signal(int number);

/// Writes out what stdio holds back for standard output.
///
/// @returns 0, or the errno of what could not be written, also earlier; EIO where that is not known any more.
int CLinux_flush_standard_output(void);

/// Sends one datagram to a Unix-domain socket. A name that begins with '@' is an abstract one (unix(7)).
///
/// @returns 0, or errno.
int CLinux_send_datagram(const char *name, const void *bytes, size_t count);
