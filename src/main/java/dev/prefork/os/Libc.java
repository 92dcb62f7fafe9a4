package dev.prefork.os;

import jnr.ffi.Pointer;
import jnr.ffi.annotations.In;
import jnr.ffi.annotations.Out;

/**
 * The C library's functions that {@link LinuxPosix} calls, in 64-bit Linux terms: {@code size_t} and {@code ssize_t} are
 * long, {@code socklen_t} and {@code pid_t} are int, structures are byte arrays or opaque memory. errno is saved by jnr
 * after every call.
 *
 * <p>{@code open}, {@code fcntl}, {@code prctl} and {@code syscall} are variadic in C and declared with fixed arguments here. That is right on x86-64
 * and on aarch64 Linux, whose calling conventions pass both kinds alike; it would be wrong on Apple's aarch64.
 *
 * <p>Public only because jnr-ffi implements the interface from another class loader.
 */
public interface Libc {
    /** Numbers of the headers that more than one class passes on. */
    int SOL_SOCKET = 1;

    int SOCK_CLOEXEC = 0x80000;
    int O_CLOEXEC = 0x80000;
    int F_GETFL = 3;
    int F_SETFL = 4;
    int MSG_DONTWAIT = 0x40;
    int TCP_LISTEN = 10;
    int F_SETFD = 2;
    int FD_CLOEXEC = 1;

    /** The size of a sigset_t. */
    int SIGSET_SIZE = 128;

    String gnu_get_libc_version();

    int getpid();

    int getppid();

    int geteuid();

    int getpgid(int pid);

    int getsid(int pid);

    int kill(int pid, int signal);

    int waitid(int idType, int id, @Out Pointer info, int options);

    int waitpid(int pid, @Out int[] status, int options);

    int prctl(int option, long argument2, long argument3, long argument4, long argument5);

    int posix_spawn(
            @Out int[] pid,
            @In byte[] path,
            Pointer fileActions,
            Pointer attributes,
            Pointer argumentVector,
            Pointer environment);

    int execve(@In byte[] path, Pointer argumentVector, Pointer environment);

    /** Returns the error number, or 0. */
    int pthread_sigmask(int how, Pointer signals, Pointer before);

    int sigaction(int signal, Pointer action, Pointer before);

    int posix_spawnattr_init(Pointer attributes);

    int posix_spawnattr_destroy(Pointer attributes);

    int posix_spawnattr_setflags(Pointer attributes, short flags);

    int posix_spawnattr_setsigmask(Pointer attributes, Pointer signals);

    int posix_spawnattr_setsigdefault(Pointer attributes, Pointer signals);

    int posix_spawn_file_actions_init(Pointer actions);

    int posix_spawn_file_actions_destroy(Pointer actions);

    int posix_spawn_file_actions_adddup2(Pointer actions, int from, int to);

    int posix_spawn_file_actions_addclose(Pointer actions, int fd);

    int posix_spawn_file_actions_addclosefrom_np(Pointer actions, int from);

    int socket(int family, int type, int protocol);

    int socketpair(int family, int type, int protocol, @Out int[] pair);

    int setsockopt(int fd, int level, int option, @In int[] value, int length);

    int setsockopt(int fd, int level, int option, Pointer value, int length);

    int getsockopt(int fd, int level, int option, @Out byte[] value, @In @Out int[] length);

    int bind(int fd, @In byte[] address, int length);

    int fchmod(int fd, int mode);

    int fchmodat(int directory, @In byte[] path, int mode, int flags);

    int listen(int fd, int backlog);

    int connect(int fd, @In byte[] address, int length);

    int getsockname(int fd, @Out byte[] address, @In @Out int[] length);

    int fstat(int fd, @Out byte[] status);

    int shutdown(int fd, int how);

    long sendto(int fd, @In byte[] payload, long length, int flags, @In byte[] address, int addressLength);

    long recv(int fd, @In @Out byte[] buffer, long length, int flags);

    long recvmsg(int fd, Pointer header, int flags);

    /** The buffer goes in as well as out: jnr copies all of it back, and without the way in the unread rest is garbage. */
    long read(int fd, @In @Out byte[] buffer, long length);

    int memfd_create(String name, int flags);

    long pread(int fd, @Out byte[] buffer, long length, long offset);

    long pwrite(int fd, @In byte[] bytes, long length, long offset);

    int open(@In byte[] path, int flags, int mode);

    int close(int fd);

    /** The numbers are unsigned in C. */
    int close_range(int first, int last, int flags);

    int poll(@In @Out int[] descriptors, long count, int milliseconds);

    int fcntl(int fd, int command, int argument);

    int dup2(int from, int to);

    int pipe2(@Out int[] ends, int flags);

    /** Of calls for which glibc, or not every glibc, has no function; those with fewer arguments do not look at the rest. */
    long syscall(long number, long first, long second, long third, long fourth);
}
