#define _GNU_SOURCE
#include "sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

int CLinux_shared_memory(void) {
    int memory = memfd_create("veilray-samples", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (memory >= 0 && fcntl(memory, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_SEAL) != 0) {
        int reason = errno;
        close(memory);
        errno = reason;
        return -1;
    }
    return memory;
}

int CLinux_message_sockets(int descriptors[2]) {
    return socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, descriptors);
}

int64_t CLinux_processor_time(pid_t process) {
    clockid_t clock;
    struct timespec time;
    if (clock_getcpuclockid(process, &clock) != 0 || clock_gettime(clock, &time) != 0) {
        return -1;
    }
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

int CLinux_limit_memory(pid_t process, uint64_t data, uint64_t mapped) {
    // The hard limits stay, so that the next job may have more; the child itself cannot make the call.
    struct rlimit limit = {.rlim_max = RLIM_INFINITY};
    struct rlimit old;
    if (prlimit(process, RLIMIT_DATA, NULL, &old) != 0) {
        return -1;
    }
    limit.rlim_max = old.rlim_max;
    limit.rlim_cur = data < old.rlim_max ? data : old.rlim_max;
    if (prlimit(process, RLIMIT_DATA, &limit, NULL) != 0 || prlimit(process, RLIMIT_AS, NULL, &old) != 0) {
        return -1;
    }
    limit.rlim_max = old.rlim_max;
    limit.rlim_cur = mapped < old.rlim_max ? mapped : old.rlim_max;
    return prlimit(process, RLIMIT_AS, &limit, NULL);
}

static void limit(__rlimit_resource_t resource, rlim_t value) {
    struct rlimit both = {.rlim_cur = value, .rlim_max = value};
    setrlimit(resource, &both);
}

static void confine(const char *name, int highest_descriptor, rlim_t largest_file) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    prctl(PR_SET_DUMPABLE, 0);
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    prctl(PR_SET_NAME, name);
    limit(RLIMIT_CORE, 0);
    limit(RLIMIT_FSIZE, largest_file);
    limit(RLIMIT_NPROC, 0);
    limit(RLIMIT_NOFILE, (rlim_t)highest_descriptor + 1);
    // A terminal and systemd send these to all processes of a program; it is the parent that decides when a child ends. A file that grows
    // too large is an error of write(2) rather than the end.
    const int ignored[] = {SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGPIPE, SIGXFSZ};
    for (size_t index = 0; index < sizeof ignored / sizeof *ignored; index++) {
        signal(ignored[index], SIG_IGN);
    }
}

void CLinux_confine(int highest_descriptor) { confine("veilray-decoder", highest_descriptor, 0); }

void CLinux_confine_writer(int highest_descriptor, uint64_t largest_file) {
    confine("veilray-door", highest_descriptor, (rlim_t)largest_file);
}

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#endif

#ifdef ARCHITECTURE

// Written by hand rather than with libseccomp: it is a list of a dozen numbers and one comparison, and a library would be one more that the
// programs depend on.
#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define ANSWER(action) BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_##action)
#define ALLOW(call) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_##call, 0, 1), ANSWER(ALLOW)
#define REFUSE(call) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_##call, 0, 1), BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM)
// The third argument of mmap and mprotect, of which the lower half holds all flags there are (the machines are little endian).
#define ALLOW_UNLESS_EXECUTABLE(call)                                                                                                      \
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_##call, 0, 4), LOAD(args[2]), BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, PROT_EXEC, 1, 0),           \
        ANSWER(ALLOW), ANSWER(KILL_PROCESS)

static bool install(struct sock_filter *program, size_t count) {
    struct sock_fprog filter = {.len = (unsigned short)count, .filter = program};
    // By prctl rather than seccomp(2): the hardening of systemd's units lets every service have the former.
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter, 0, 0) == 0;
}

bool CLinux_filter_system_calls(void) {
    struct sock_filter program[] = {
        LOAD(arch),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 1, 0),
        ANSWER(KILL_PROCESS),
        LOAD(nr),
        // Its socket, and what libraries write to standard error, which is /dev/null.
        ALLOW(read), ALLOW(write), ALLOW(writev), ALLOW(recvfrom), ALLOW(sendto), ALLOW(lseek),
        // Memory.
        ALLOW_UNLESS_EXECUTABLE(mmap), ALLOW_UNLESS_EXECUTABLE(mprotect), ALLOW(munmap), ALLOW(mremap), ALLOW(brk), ALLOW(madvise),
        // Locks, time, random seeds of hash tables; its signal mask, which longjmp and abort restore.
        ALLOW(futex), ALLOW(sched_yield), ALLOW(clock_gettime), ALLOW(getrandom), ALLOW(rt_sigprocmask), ALLOW(rt_sigreturn),
        ALLOW(getpid), ALLOW(gettid),
        // The C library asks these before it buffers a stream, when memory runs out, and when OpenJPEG counts processors (in a file of
        // /sys); it manages without an answer.
        REFUSE(openat), REFUSE(fstat), REFUSE(newfstatat), REFUSE(sched_getaffinity),
        // Its end.
        ALLOW(exit), ALLOW(exit_group),
        ANSWER(KILL_PROCESS),
    };
    return install(program, sizeof program / sizeof *program);
}

bool CLinux_filter_connection_calls(void) {
    struct sock_filter program[] = {
        LOAD(arch),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 1, 0),
        ANSWER(KILL_PROCESS),
        LOAD(nr),
        // Its connections, and the files that it is handed.
        ALLOW(read), ALLOW(write), ALLOW(writev), ALLOW(recvfrom), ALLOW(sendto), ALLOW(recvmsg), ALLOW(sendmsg), ALLOW(lseek),
        ALLOW(close), ALLOW(shutdown), ALLOW(ppoll), ALLOW(getpeername), ALLOW(getsockname), ALLOW(getsockopt), ALLOW(setsockopt),
        ALLOW(fcntl),
#ifdef __NR_poll
        ALLOW(poll),
#endif
        // Memory.
        ALLOW_UNLESS_EXECUTABLE(mmap), ALLOW_UNLESS_EXECUTABLE(mprotect), ALLOW(munmap), ALLOW(mremap), ALLOW(brk), ALLOW(madvise),
        // Locks, time, randomness of TLS; signals that are ignored.
        ALLOW(futex), ALLOW(sched_yield), ALLOW(clock_gettime), ALLOW(getrandom), ALLOW(rt_sigaction), ALLOW(rt_sigprocmask),
        ALLOW(rt_sigreturn), ALLOW(getpid), ALLOW(gettid),
        // The C library looks for the time zone, in a file; it manages without an answer.
        REFUSE(openat), REFUSE(fstat), REFUSE(newfstatat), REFUSE(sched_getaffinity),
        // Its end.
        ALLOW(exit), ALLOW(exit_group),
        ANSWER(KILL_PROCESS),
    };
    return install(program, sizeof program / sizeof *program);
}

#else

bool CLinux_filter_system_calls(void) { return false; }
bool CLinux_filter_connection_calls(void) { return false; }

#endif

bool CLinux_send_message(int socket, const void *bytes, size_t count, int descriptor) {
    struct iovec piece = {.iov_base = (void *)bytes, .iov_len = count};
    union {
        struct cmsghdr header;
        char bytes[CMSG_SPACE(sizeof(int))];
    } control = {0};
    struct msghdr message = {.msg_iov = &piece, .msg_iovlen = 1};
    if (descriptor >= 0) {
        message.msg_control = control.bytes;
        message.msg_controllen = sizeof control.bytes;
        struct cmsghdr *header = CMSG_FIRSTHDR(&message);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(sizeof(int));
        memcpy(CMSG_DATA(header), &descriptor, sizeof descriptor);
    }
    ssize_t sent;
    do {
        sent = sendmsg(socket, &message, MSG_NOSIGNAL);
    } while (sent < 0 && errno == EINTR);
    return sent == (ssize_t)count;
}

ssize_t CLinux_receive_message(int socket, void *bytes, size_t capacity, int *descriptor) {
    struct iovec piece = {.iov_base = bytes, .iov_len = capacity};
    union {
        struct cmsghdr header;
        char bytes[CMSG_SPACE(sizeof(int))];
    } control = {0};
    struct msghdr message = {
        .msg_iov = &piece, .msg_iovlen = 1, .msg_control = control.bytes, .msg_controllen = sizeof control.bytes};
    ssize_t received;
    do {
        received = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
    } while (received < 0 && errno == EINTR);
    *descriptor = -1;
    if (received < 0) {
        return received;
    }
    for (struct cmsghdr *header = CMSG_FIRSTHDR(&message); header != NULL; header = CMSG_NXTHDR(&message, header)) {
        if (header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS && header->cmsg_len == CMSG_LEN(sizeof(int))) {
            memcpy(descriptor, CMSG_DATA(header), sizeof *descriptor);
        }
    }
    return received;
}

int CLinux_close_from(posix_spawn_file_actions_t *actions, int first) { return posix_spawn_file_actions_addclosefrom_np(actions, first); }
