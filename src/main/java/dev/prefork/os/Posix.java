package dev.prefork.os;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;

/**
 * The system calls Prefork makes: the only door to the operating system.
 *
 * <p>Threading: stateless, any thread may call. A call that blocks says so.
 *
 * <p>A call that fails throws {@link ErrnoException} with the call's name, errno and arguments. EINTR is retried inside
 * and never seen by callers. Descriptors are plain ints and every descriptor made here is close-on-exec.
 */
public interface Posix {

    /**
     * The running system's calls.
     *
     * @throws UnsupportedPlatformException anywhere but on Linux with glibc 2.34 or newer
     */
    static Posix system() {
        return LinuxPosix.instance();
    }

    // --- processes -------------------------------------------------------------------------------------------------

    int getpid();

    int getppid();

    /** The user as whom this process makes and may use files; see credentials(7). */
    int geteuid();

    /** Starts a process as told and returns its pid; see posix_spawn(3). The new process leads its own session and group. */
    int spawn(SpawnRequest request);

    /**
     * Becomes another program, in the same process; see execve(2). Does not return: it throws when the program cannot be
     * executed, and then signals and descriptors may have been changed already.
     */
    void exec(ExecRequest request);

    /** The pid of some child that has ended and is not reaped yet, without reaping it; see waitid(2), WNOWAIT. */
    OptionalInt peekExited();

    /** Reaps {@code pid} if it has ended; empty while it runs. ECHILD (reaped by other code) is thrown. */
    Optional<WaitStatus> reap(int pid);

    /** Whether {@code pid}, a child of ours, has ended; it is not reaped. ECHILD (not ours, or reaped) is thrown. */
    boolean hasEnded(int pid);

    /** Reaps {@code pid}; blocks until it has ended. */
    WaitStatus reapWaiting(int pid);

    /** The process group that {@code pid} is in; ESRCH is thrown. */
    int groupOf(int pid);

    /** The session that {@code pid} is in; ESRCH is thrown. 0 if it was begun outside of this pid namespace. */
    int sessionOf(int pid);

    /** Sends a signal to one process; false when there is no such process (ESRCH). */
    boolean kill(int pid, Signal signal);

    /**
     * The same for a process that may end, and its number be another's, at any time: {@code meant} is asked when it cannot
     * any more, because a pidfd holds the process (pidfd_open(2)); false also when that denies. Where there is none, before Linux
     * 5.3, in some sandboxes and with no descriptor left, it is kill(2) right after the question.
     */
    boolean killIf(int pid, BooleanSupplier meant, Signal signal);

    /** Sends a signal to a process group; false when the group is empty (ESRCH). */
    boolean killGroup(int pgid, Signal signal);

    /** Whether any process, a zombie included, is in the group. */
    boolean groupExists(int pgid);

    /** Gives a signal that was ignored when this program was started its default action; see execve(2) and signal(7). */
    void heed(Signal signal);

    /** Orphaned descendants are reparented to this process from now on; see PR_SET_CHILD_SUBREAPER in prctl(2). */
    void becomeSubreaper();

    // --- sockets ---------------------------------------------------------------------------------------------------

    /** A non-blocking, close-on-exec stream socket of the endpoint's family. */
    int streamSocket(Endpoint family);

    /** A blocking, close-on-exec AF_UNIX datagram socket. */
    int datagramSocket();

    void setOption(int fd, SocketOption option, int value);

    int getOption(int fd, SocketOption option);

    void bind(int fd, Endpoint endpoint);

    /**
     * Binds to a file with these permissions, regardless of the umask. The file is at no moment more open than that, but may
     * be less open until this returns. What fails after the bind leaves the file there.
     */
    void bind(int fd, Endpoint.Unix file, int mode);

    void listen(int fd, int backlog);

    /** Takes the next connection, non-blocking and close-on-exec; empty when none waits. Never blocks on a non-blocking listener. */
    OptionalInt accept(int listener);

    /** Connects a stream or datagram socket; a non-blocking stream socket may throw EINPROGRESS. */
    void connect(int fd, Endpoint endpoint);

    /**
     * Who is at the other end of an AF_UNIX connection, as of its connect(2), or, for the one who has connected, of the other's
     * listen(2); see SO_PEERCRED in unix(7).
     */
    Peer peer(int fd);

    /** What the socket is bound to; see getsockname(2). */
    Endpoint localEndpoint(int fd);

    /** Accept-queue length and limit of a listening TCP socket; see TCP_INFO in tcp(7). Unprivileged. */
    AcceptQueue acceptQueue(int fd);

    /**
     * Accept-queue length and limit of a listening AF_UNIX socket; see UDIAG_SHOW_RQLEN in sock_diag(7). Unprivileged; does
     * not wait. Not every system tells: ENOENT is thrown by a kernel without unix_diag, and for a socket that was
     * made in another network namespace; EPROTONOSUPPORT, EPERM and others by sandboxes.
     */
    AcceptQueue unixAcceptQueue(int fd);

    /**
     * Who waits in the accept queue of a listening AF_UNIX socket, the next to be accepted first: the inode of the client's
     * socket, or 0 for a client that has closed it. See UDIAG_SHOW_ICONS in sock_diag(7). Fails as {@link #unixAcceptQueue}
     * does, and with EMSGSIZE when about a thousand wait.
     */
    List<Integer> unixWaiting(int fd);

    /**
     * From now on no connection begins on a listening TCP socket, which other processes may hold too, and handshakes that have begun are
     * completed. New connections get no answer; their systems ask again after a second. It cannot be taken back and may be
     * repeated. Connections that are accepted later inherit the filter, which never sees such a segment on a connection.
     */
    void stopAccepting(int listener);

    /**
     * Waits until no processor handles a packet any more that it began to handle before: only then no connection can still slip
     * past a filter just attached. Blocks for some 10 ms; see MEMBARRIER_CMD_GLOBAL in membarrier(2).
     */
    void awaitPacketsInHand();

    /** Whether a read, or on a listening socket an accept, would find something at once; see POLLIN in poll(2). */
    boolean isReadable(int fd);

    /**
     * Blocks until a read from one of them would not, for there is something, or it is at its end, or the read fails. The
     * place of the first such descriptor; see poll(2).
     */
    int awaitReadable(int... fds);

    /**
     * The same for all such descriptors, or none when {@code nanos} have passed; without a limit it waits for ever. A descriptor that
     * is not open counts as readable.
     */
    List<Integer> awaitReadable(OptionalLong nanos, List<Integer> fds);

    /** The same for those that are to be read from, and those that are to be written to; a failed one counts as both. */
    Polled poll(OptionalLong nanos, List<Integer> reading, List<Integer> writing);

    /** A connected pair of AF_UNIX stream sockets; index 0 and 1. */
    int[] socketPair();

    /** Whether bytes have arrived on a connected socket that have not been read; see MSG_PEEK in recv(2). Never blocks. */
    boolean hasUnread(int fd);

    /**
     * Sends on a connected socket without blocking: EAGAIN is thrown while the other end's buffer is full. How many bytes went, which may
     * be fewer on a stream.
     */
    int send(int fd, byte[] bytes);

    /** Sends one datagram to an AF_UNIX address. */
    void sendDatagram(int fd, byte[] payload, Endpoint.Unix to);

    /**
     * Receives one datagram and its sender's credentials (SO_PASSCRED must be on; see unix(7)). Blocks until one
     * arrives, but on a non-blocking socket, where EAGAIN is thrown; empty when the socket was shut down for reading and everything queued has been read. Descriptors that a
     * sender attached are dropped, and of a datagram longer than 8192 bytes the rest.
     */
    Optional<Datagram> receiveDatagram(int fd);

    /** Shuts down reading: a blocked {@link #receiveDatagram} or {@link #read} returns as at end-of-file. */
    void shutdownRead(int fd);

    // --- descriptors -----------------------------------------------------------------------------------------------

    /** Reads up to {@code buffer.length} bytes; 0 at end-of-file. Blocks on a blocking descriptor. */
    int read(int fd, byte[] buffer);

    /** A close-on-exec piece of memory, empty at first, that is read, written and handed over like a file; see memfd_create(2). */
    int memory(String name);

    /** Reads at an offset; fewer bytes than {@code buffer.length} mean the end. */
    int readAt(int fd, byte[] buffer, long offset);

    /** Writes all of it at an offset. */
    void writeAt(int fd, byte[] bytes, long offset);

    void close(int fd);

    /** Duplicates {@code fd} onto the lowest free number at or above {@code atLeast}, close-on-exec. */
    int duplicateAbove(int fd, int atLeast);

    /** Duplicates {@code from} onto the number {@code to}; the copy survives exec. See dup2(2). */
    void duplicateOnto(int from, int to);

    /** A close-on-exec pipe: read end, write end. */
    int[] pipe();

    /** Opens a pipe's read end once more: a close-on-exec descriptor with flags and a signal of its own; needs /proc. */
    int reopenReadEnd(int fd);

    /**
     * From now on the kernel sends {@code signal} to a process group once a pipe can be read, which is at the latest when its
     * last write end is closed, for as long as any process holds this read end, and not those made by {@link #reopenReadEnd}. It
     * keeps to this very group: if it is gone by then, another of the same number is not meant; see F_SETOWN and F_SETSIG in
     * fcntl(2).
     */
    void signalGroupWhenReadable(int fd, int pgid, Signal signal);

    boolean isNonBlocking(int fd);

    void setNonBlocking(int fd, boolean on);

    void setCloseOnExec(int fd, boolean on);

    /** What kind of socket a descriptor is; empty when it is open but no socket, or not open at all. */
    Optional<SocketKind> socketKind(int fd);
}
