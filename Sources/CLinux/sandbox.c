#define _GNU_SOURCE
#include "sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
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

void CLinux_confine(int highest_descriptor) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    prctl(PR_SET_DUMPABLE, 0);
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    prctl(PR_SET_NAME, "veilray-decoder");
    limit(RLIMIT_CORE, 0);
    limit(RLIMIT_FSIZE, 0);
    limit(RLIMIT_NPROC, 0);
    limit(RLIMIT_NOFILE, (rlim_t)highest_descriptor + 1);
    // A terminal and systemd send these to all processes of a program; it is the parent that decides when a decoder ends.
    const int ignored[] = {SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGPIPE};
    for (size_t index = 0; index < sizeof ignored / sizeof *ignored; index++) {
        signal(ignored[index], SIG_IGN);
    }
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
    struct sock_fprog filter = {.len = sizeof program / sizeof *program, .filter = program};
    // By prctl rather than seccomp(2): the hardening of systemd's units lets every service have the former.
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter, 0, 0) == 0;
}

#else

bool CLinux_filter_system_calls(void) { return false; }

#endif

int CLinux_close_from(posix_spawn_file_actions_t *actions, int first) { return posix_spawn_file_actions_addclosefrom_np(actions, first); }
