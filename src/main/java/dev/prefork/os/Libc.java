package dev.prefork.os;

/**
 * The C library's functions that {@link LinuxPosix} calls, in 64-bit Linux terms: {@code size_t} and {@code ssize_t} are
 * long, {@code socklen_t} and {@code pid_t} are int, structures are byte arrays or opaque memory. errno is saved
 * after every call. Null is C's null, where there is one.
 *
 * <p>{@code open}, {@code fcntl}, {@code prctl} and {@code syscall} are variadic in C and declared with fixed arguments here. That is right on x86-64
 * and on aarch64 Linux, whose calling conventions pass both kinds alike; it would be wrong on Apple's aarch64.
 */
interface Libc {
    /** Numbers of the headers that more than one class passes on. */
    int SOL_SOCKET = 1;

    int SOCK_CLOEXEC = 0x80000;
    int SOCK_NONBLOCK = 0x800;
    int O_CLOEXEC = 0x80000;
    int F_GETFL = 3;
    int F_SETFL = 4;
    int MSG_DONTWAIT = 0x40;
    int TCP_LISTEN = 10;
    int F_SETFD = 2;
    int FD_CLOEXEC = 1;

    /** The size of a sigset_t. */
    int SIGSET_SIZE = 128;

    int getpid();

    int getppid();

    int geteuid();

    int getpgid(int pid);

    int getsid(int pid);

    int kill(int pid, int signal);

    int waitid(int idType, int id, NativeMemory info, int options);

    int waitpid(int pid, int[] status, int options);

    int prctl(int option, long argument2, long argument3, long argument4, long argument5);

    int posix_spawn(
            int[] pid,
            byte[] path,
            NativeMemory fileActions,
            NativeMemory attributes,
            NativeMemory argumentVector,
            NativeMemory environment);

    int execve(byte[] path, NativeMemory argumentVector, NativeMemory environment);

    /** Returns the error number, or 0. */
    int pthread_sigmask(int how, NativeMemory signals, NativeMemory before);

    int sigaction(int signal, NativeMemory action, NativeMemory before);

    int posix_spawnattr_init(NativeMemory attributes);

    int posix_spawnattr_destroy(NativeMemory attributes);

    int posix_spawnattr_setflags(NativeMemory attributes, short flags);

    int posix_spawnattr_setsigmask(NativeMemory attributes, NativeMemory signals);

    int posix_spawnattr_setsigdefault(NativeMemory attributes, NativeMemory signals);

    int posix_spawn_file_actions_init(NativeMemory actions);

    int posix_spawn_file_actions_destroy(NativeMemory actions);

    int posix_spawn_file_actions_adddup2(NativeMemory actions, int from, int to);

    int posix_spawn_file_actions_addclose(NativeMemory actions, int fd);

    int posix_spawn_file_actions_addclosefrom_np(NativeMemory actions, int from);

    int socket(int family, int type, int protocol);

    int socketpair(int family, int type, int protocol, int[] pair);

    int setsockopt(int fd, int level, int option, int[] value, int length);

    int setsockopt(int fd, int level, int option, NativeMemory value, int length);

    int getsockopt(int fd, int level, int option, byte[] value, int[] length);

    int bind(int fd, byte[] address, int length);

    int fchmod(int fd, int mode);

    int fchmodat(int directory, byte[] path, int mode, int flags);

    int listen(int fd, int backlog);

    /** Without the peer's address. */
    int accept4(int fd, int flags);

    int connect(int fd, byte[] address, int length);

    int getsockname(int fd, byte[] address, int[] length);

    int fstat(int fd, byte[] status);

    int shutdown(int fd, int how);

    long sendto(int fd, byte[] payload, long length, int flags, byte[] address, int addressLength);

    long recv(int fd, byte[] buffer, long length, int flags);

    long recvmsg(int fd, NativeMemory header, int flags);

    long read(int fd, byte[] buffer, long length);

    int memfd_create(String name, int flags);

    long pread(int fd, byte[] buffer, long length, long offset);

    long pwrite(int fd, byte[] bytes, long length, long offset);

    int open(byte[] path, int flags, int mode);

    int close(int fd);

    /** The numbers are unsigned in C. */
    int close_range(int first, int last, int flags);

    int poll(int[] descriptors, long count, int milliseconds);

    int fcntl(int fd, int command, int argument);

    int dup2(int from, int to);

    int pipe2(int[] ends, int flags);

    /** Of calls for which glibc, or not every glibc, has no function; those with fewer arguments do not look at the rest. */
    long syscall(long number, long first, long second, long third, long fourth);
}
