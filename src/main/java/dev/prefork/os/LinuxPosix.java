package dev.prefork.os;

import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;
import jnr.constants.platform.Errno;

/**
 * The calls on Linux with glibc, through jffi. Constants and offsets are those that x86-64 and aarch64 share; each is
 * named as in its header.
 */
final class LinuxPosix implements Posix {
    private static final int PR_SET_CHILD_SUBREAPER = 36;

    private static final int SOCK_STREAM = 1;
    private static final int SOCK_DGRAM = 2;
    private static final int SO_TYPE = 3;
    private static final int SO_ATTACH_FILTER = 26;
    private static final int SO_ACCEPTCONN = 30;
    private static final int IPPROTO_TCP = 6;
    private static final int TCP_INFO = 11;
    private static final int TCPI_UNACKED = 24;
    private static final int TCPI_SACKED = 28;
    private static final int MSG_PEEK = 0x2;
    private static final int MSG_NOSIGNAL = 0x4000;
    private static final int SHUT_RD = 0;

    private static final int MFD_CLOEXEC = 1;
    private static final int F_GETFD = 1;
    private static final int F_DUPFD_CLOEXEC = 1030;
    private static final int O_NONBLOCK = 0x800;

    private static Posix instance;

    private final Libc libc;
    private final ErrnoGuard guard;
    private final Spawner spawner;
    private final ChildExits children;
    private final ProcessSignals signals;
    private final DatagramReader datagrams;
    private final UnixDiag unixDiag;

    LinuxPosix(Libc libc, IntSupplier lastError) {
        this.libc = libc;
        this.guard = new ErrnoGuard(lastError);
        this.spawner = new Spawner(libc, guard);
        this.children = new ChildExits(libc, guard);
        this.signals = new ProcessSignals(libc, guard);
        this.datagrams = new DatagramReader(libc, guard);
        this.unixDiag = new UnixDiag(libc, guard);
    }

    // The one instance, loaded at first use: loading takes time. No holder class, whose
    // initialiser would wrap the refusal in an error and on the second call hide it altogether.
    static synchronized Posix instance() {
        if (instance == null) {
            refuse(Platform.refusal(System.getProperty("os.name"), System.getProperty("os.arch")));
            instance = load();
        }
        return instance;
    }

    private static Posix load() {
        ShippedLibraries.tellJffi();
        String glibc = "";
        try {
            glibc = LoadedLibc.glibcVersion();
            refuse(Platform.libraryRefusal(glibc));
            return new LinuxPosix(new LoadedLibc(), LoadedLibc::lastError);
        } catch (UnsatisfiedLinkError noSuchFunction) {
            refuse(
                    glibc.isEmpty()
                            ? Platform.loadRefusal(Path.of("/lib"), System.getProperty("java.io.tmpdir"))
                            : Platform.libraryRefusal(glibc));
            throw noSuchFunction;
        }
    }

    private static void refuse(Optional<String> reason) {
        reason.ifPresent(message -> {
            throw new UnsupportedPlatformException(message);
        });
    }

    @Override
    public int getpid() {
        return libc.getpid();
    }

    @Override
    public int getppid() {
        return libc.getppid();
    }

    @Override
    public int geteuid() {
        return libc.geteuid();
    }

    @Override
    public int spawn(SpawnRequest request) {
        return spawner.spawn(request, fd -> duplicateAbove(fd, request.closedFrom()));
    }

    @Override
    public void heed(Signal signal) {
        new Dispositions(libc, guard).heed(signal.number());
    }

    @Override
    public void exec(ExecRequest request) {
        new Successor(libc, guard).become(request);
    }

    @Override
    public OptionalInt peekExited() {
        return children.peekExited();
    }

    @Override
    public boolean hasEnded(int pid) {
        requireOneProcess(pid);
        return children.hasEnded(pid);
    }

    @Override
    public Optional<WaitStatus> reap(int pid) {
        requireOneProcess(pid);
        return children.reap(pid);
    }

    @Override
    public WaitStatus reapWaiting(int pid) {
        requireOneProcess(pid);
        return children.reapWaiting(pid);
    }

    @Override
    public int groupOf(int pid) {
        requireOneProcess(pid);
        return guard.call("getpgid", () -> libc.getpgid(pid), pid);
    }

    @Override
    public int sessionOf(int pid) {
        requireOneProcess(pid);
        return guard.call("getsid", () -> libc.getsid(pid), pid);
    }

    @Override
    public boolean kill(int pid, Signal signal) {
        requireOneProcess(pid);
        return signals.kill(pid, signal);
    }

    @Override
    public boolean killIf(int pid, BooleanSupplier meant, Signal signal) {
        requireOneProcess(pid);
        return signals.killIf(pid, meant, signal);
    }

    @Override
    public boolean killGroup(int pgid, Signal signal) {
        requireOneGroup(pgid);
        return signals.kill(-pgid, signal);
    }

    @Override
    public boolean groupExists(int pgid) {
        requireOneGroup(pgid);
        return signals.exists(-pgid);
    }

    /** 0 and negative numbers mean groups, or all processes, to kill(2) and waitpid(2). */
    private static void requireOneProcess(int pid) {
        if (pid < 1) {
            throw new IllegalArgumentException(pid + " is not a process id");
        }
    }

    /** kill(-1) would reach every process there is; group 0 is our own. */
    private static void requireOneGroup(int pgid) {
        if (pgid < 2) {
            throw new IllegalArgumentException(pgid + " is not a process group of a worker");
        }
    }

    @Override
    public void becomeSubreaper() {
        guard.call("prctl", () -> libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0), "PR_SET_CHILD_SUBREAPER", 1);
    }

    @Override
    public int streamSocket(Endpoint family) {
        int number = SockAddrs.family(family);
        int type = SOCK_STREAM | Libc.SOCK_NONBLOCK | Libc.SOCK_CLOEXEC;
        return guard.call("socket", () -> libc.socket(number, type, 0), "family " + number, "SOCK_STREAM");
    }

    @Override
    public int datagramSocket() {
        int type = SOCK_DGRAM | Libc.SOCK_CLOEXEC;
        return guard.call("socket", () -> libc.socket(SockAddrs.AF_UNIX, type, 0), "AF_UNIX", "SOCK_DGRAM");
    }

    @Override
    public void setOption(int fd, SocketOption option, int value) {
        guard.call(
                "setsockopt",
                () -> libc.setsockopt(fd, option.level(), option.number(), new int[] {value}, Integer.BYTES),
                fd,
                option,
                value);
    }

    @Override
    public int getOption(int fd, SocketOption option) {
        return socketOption(fd, option.level(), option.number(), Integer.BYTES, option)
                .getInt(0);
    }

    private ByteBuffer socketOption(int fd, int level, int number, int size, Object name) {
        byte[] value = new byte[size];
        guard.call("getsockopt", () -> libc.getsockopt(fd, level, number, value, new int[] {size}), fd, name);
        return ByteBuffer.wrap(value).order(ByteOrder.nativeOrder());
    }

    @Override
    public void bind(int fd, Endpoint endpoint) {
        byte[] address = SockAddrs.encode("bind", endpoint);
        guard.call("bind", () -> libc.bind(fd, address, address.length), fd, endpoint);
    }

    @Override
    public void bind(int fd, Endpoint.Unix file, int mode) {
        new FileBinding(libc, guard).bind(fd, file, mode);
    }

    @Override
    public void listen(int fd, int backlog) {
        guard.call("listen", () -> libc.listen(fd, backlog), fd, backlog);
    }

    @Override
    public OptionalInt accept(int listener) {
        return UnixStreams.accept(libc, guard, listener);
    }

    @Override
    public Peer peer(int fd) {
        return UnixStreams.peer(libc, guard, fd);
    }

    @Override
    public void connect(int fd, Endpoint endpoint) {
        byte[] address = SockAddrs.encode("connect", endpoint);
        guard.call("connect", () -> libc.connect(fd, address, address.length), fd, endpoint);
    }

    @Override
    public Endpoint localEndpoint(int fd) {
        byte[] address = new byte[SockAddrs.STORAGE_SIZE];
        int[] length = {address.length};
        guard.call("getsockname", () -> libc.getsockname(fd, address, length), fd);
        return SockAddrs.decode(address, length[0]);
    }

    @Override
    public AcceptQueue acceptQueue(int fd) {
        ByteBuffer info = socketOption(fd, IPPROTO_TCP, TCP_INFO, TCPI_SACKED + Integer.BYTES, "TCP_INFO");
        if (info.get(0) != Libc.TCP_LISTEN) {
            // The same fields count segments in flight on a connection.
            throw new ErrnoException("getsockopt", Errno.EINVAL, fd, "TCP_INFO of a socket that is not listening");
        }
        return new AcceptQueue(info.getInt(TCPI_UNACKED), info.getInt(TCPI_SACKED));
    }

    @Override
    public AcceptQueue unixAcceptQueue(int fd) {
        return unixDiag.acceptQueue(UnixDiag.unix(fd, localEndpoint(fd)));
    }

    @Override
    public List<Integer> unixWaiting(int fd) {
        return unixDiag.waiting(UnixDiag.unix(fd, localEndpoint(fd)));
    }

    @Override
    public void stopAccepting(int listener) {
        NativeMemory filter = SynFilter.value();
        int size = SynFilter.HEADER_SIZE;
        try {
            guard.call(
                    "setsockopt",
                    () -> libc.setsockopt(listener, Libc.SOL_SOCKET, SO_ATTACH_FILTER, filter, size),
                    listener,
                    "SO_ATTACH_FILTER");
        } finally {
            Reference.reachabilityFence(filter);
        }
    }

    /**
     * The kernel carries the command out as synchronize_rcu(), which waits for every receive path that is under way: those
     * are read-side sections, and one of them may have asked the socket for its filter just before there was one.
     */
    @Override
    public void awaitPacketsInHand() {
        SynFilter.awaitPacketsInHand(libc, guard);
    }

    @Override
    public boolean isReadable(int fd) {
        return Readable.now(libc, guard, fd);
    }

    @Override
    public int awaitReadable(int... fds) {
        return Readable.await(libc, guard, fds);
    }

    @Override
    public List<Integer> awaitReadable(OptionalLong nanos, List<Integer> fds) {
        return Readable.await(libc, guard, nanos, fds);
    }

    @Override
    public Polled poll(OptionalLong nanos, List<Integer> reading, List<Integer> writing) {
        return Readable.poll(libc, guard, nanos, new Polled(reading, writing));
    }

    @Override
    public int[] socketPair() {
        int[] pair = new int[2];
        int type = SOCK_STREAM | Libc.SOCK_CLOEXEC;
        guard.call("socketpair", () -> libc.socketpair(SockAddrs.AF_UNIX, type, 0, pair), "AF_UNIX", "SOCK_STREAM");
        return pair;
    }

    @Override
    public boolean hasUnread(int fd) {
        try {
            return guard.call("recv", () -> libc.recv(fd, new byte[1], 1, MSG_PEEK | Libc.MSG_DONTWAIT), fd, "MSG_PEEK")
                    > 0;
        } catch (ErrnoException e) {
            rethrowUnless(Errno.EAGAIN, e);
            return false;
        }
    }

    @Override
    public int send(int fd, byte[] bytes) {
        int flags = MSG_NOSIGNAL | Libc.MSG_DONTWAIT;
        // No address, as in send(2).
        return guard.call("send", () -> libc.sendto(fd, bytes, bytes.length, flags, new byte[0], 0), fd, bytes.length);
    }

    @Override
    public void sendDatagram(int fd, byte[] payload, Endpoint.Unix to) {
        byte[] address = SockAddrs.encode("sendto", to);
        guard.call(
                "sendto",
                () -> libc.sendto(fd, payload, payload.length, MSG_NOSIGNAL, address, address.length),
                fd,
                payload.length + " bytes",
                to);
    }

    @Override
    public Optional<Datagram> receiveDatagram(int fd) {
        return datagrams.receive(fd);
    }

    @Override
    public void shutdownRead(int fd) {
        guard.call("shutdown", () -> libc.shutdown(fd, SHUT_RD), fd, "SHUT_RD");
    }

    @Override
    public int read(int fd, byte[] buffer) {
        return guard.call("read", () -> libc.read(fd, buffer, buffer.length), fd, buffer.length);
    }

    @Override
    public int memory(String name) {
        return guard.call("memfd_create", () -> libc.memfd_create(name, MFD_CLOEXEC), name);
    }

    @Override
    public int readAt(int fd, byte[] buffer, long offset) {
        return guard.call("pread", () -> libc.pread(fd, buffer, buffer.length, offset), fd, buffer.length, offset);
    }

    @Override
    public void writeAt(int fd, byte[] bytes, long offset) {
        int written = 0;
        while (written < bytes.length) {
            byte[] rest = written == 0 ? bytes : Arrays.copyOfRange(bytes, written, bytes.length);
            long at = offset + written;
            written += guard.call("pwrite", () -> libc.pwrite(fd, rest, rest.length, at), fd, rest.length, at);
        }
    }

    @Override
    public void close(int fd) {
        try {
            guard.callOnce("close", () -> libc.close(fd), fd);
        } catch (ErrnoException e) {
            // close(2): on Linux the descriptor is gone in this case too, and its number may be in use again by now.
            rethrowUnless(Errno.EINTR, e);
        }
    }

    @Override
    public int duplicateAbove(int fd, int atLeast) {
        return fcntl("F_DUPFD_CLOEXEC", fd, F_DUPFD_CLOEXEC, atLeast);
    }

    @Override
    public void duplicateOnto(int from, int to) {
        guard.call("dup2", () -> libc.dup2(from, to), from, to);
        if (from == to) {
            setCloseOnExec(to, false); // which dup2(2) leaves alone in this case
        }
    }

    @Override
    public int[] pipe() {
        int[] ends = new int[2];
        guard.call("pipe2", () -> libc.pipe2(ends, Libc.O_CLOEXEC), "Libc.O_CLOEXEC");
        return ends;
    }

    @Override
    public int reopenReadEnd(int fd) {
        return PipeAlarm.reopen(libc, guard, fd);
    }

    @Override
    public void signalGroupWhenReadable(int fd, int pgid, Signal signal) {
        requireOneGroup(pgid);
        PipeAlarm.set(new PipeAlarm.Order(fd, pgid, signal), libc, guard);
    }

    @Override
    public boolean isNonBlocking(int fd) {
        return (fcntl("F_GETFL", fd, Libc.F_GETFL, 0) & O_NONBLOCK) != 0;
    }

    @Override
    public void setNonBlocking(int fd, boolean on) {
        int flags = fcntl("F_GETFL", fd, Libc.F_GETFL, 0);
        fcntl("F_SETFL", fd, Libc.F_SETFL, on ? flags | O_NONBLOCK : flags & ~O_NONBLOCK);
    }

    @Override
    public void setCloseOnExec(int fd, boolean on) {
        int flags = fcntl("F_GETFD", fd, F_GETFD, 0);
        fcntl("F_SETFD", fd, Libc.F_SETFD, on ? flags | Libc.FD_CLOEXEC : flags & ~Libc.FD_CLOEXEC);
    }

    private int fcntl(String name, int fd, int command, int argument) {
        return guard.call("fcntl", () -> libc.fcntl(fd, command, argument), fd, name, argument);
    }

    @Override
    public Optional<SocketKind> socketKind(int fd) {
        try {
            int type = socketOption(fd, Libc.SOL_SOCKET, SO_TYPE, Integer.BYTES, "SO_TYPE")
                    .getInt(0);
            int listening = socketOption(fd, Libc.SOL_SOCKET, SO_ACCEPTCONN, Integer.BYTES, "SO_ACCEPTCONN")
                    .getInt(0);
            return Optional.of(new SocketKind(type == SOCK_STREAM, listening != 0));
        } catch (ErrnoException e) {
            if (!List.of(Errno.ENOTSOCK, Errno.EBADF).contains(e.errno())) {
                throw e;
            }
            return Optional.empty();
        }
    }

    private static void rethrowUnless(Errno expected, ErrnoException e) {
        if (e.errno() != expected) {
            throw e;
        }
    }
}
