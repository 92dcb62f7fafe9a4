package dev.prefork.os;

import com.kenai.jffi.LastError;
import com.kenai.jffi.Library;
import com.kenai.jffi.MemoryIO;
import java.nio.charset.StandardCharsets;

/**
 * The C library of this process. All functions are looked up at once, so that a missing one is known before any is called.
 * Immutable; any thread may call.
 */
final class LoadedLibc implements Libc {
    /** glibc's, which is loaded already; see ld.so(8). */
    private static final String NAME = "libc.so.6";

    private final Library library = open();

    private final NativeFunction getpid = function("getpid", 0);
    private final NativeFunction getppid = function("getppid", 0);
    private final NativeFunction geteuid = function("geteuid", 0);
    private final NativeFunction getpgid = function("getpgid", 1);
    private final NativeFunction getsid = function("getsid", 1);
    private final NativeFunction kill = function("kill", 2);
    private final NativeFunction waitid = function("waitid", 4);
    private final NativeFunction waitpid = function("waitpid", 3);
    private final NativeFunction prctl = function("prctl", 5);
    private final NativeFunction posixSpawn = function("posix_spawn", 6);
    private final NativeFunction execve = function("execve", 3);
    private final NativeFunction pthreadSigmask = function("pthread_sigmask", 3);
    private final NativeFunction sigaction = function("sigaction", 3);
    private final NativeFunction posixSpawnattrInit = function("posix_spawnattr_init", 1);
    private final NativeFunction posixSpawnattrDestroy = function("posix_spawnattr_destroy", 1);
    private final NativeFunction posixSpawnattrSetflags = function("posix_spawnattr_setflags", 2);
    private final NativeFunction posixSpawnattrSetsigmask = function("posix_spawnattr_setsigmask", 2);
    private final NativeFunction posixSpawnattrSetsigdefault = function("posix_spawnattr_setsigdefault", 2);
    private final NativeFunction posixSpawnFileActionsInit = function("posix_spawn_file_actions_init", 1);
    private final NativeFunction posixSpawnFileActionsDestroy = function("posix_spawn_file_actions_destroy", 1);
    private final NativeFunction posixSpawnFileActionsAdddup2 = function("posix_spawn_file_actions_adddup2", 3);
    private final NativeFunction posixSpawnFileActionsAddclose = function("posix_spawn_file_actions_addclose", 2);
    private final NativeFunction posixSpawnFileActionsAddclosefromNp =
            function("posix_spawn_file_actions_addclosefrom_np", 2);
    private final NativeFunction socket = function("socket", 3);
    private final NativeFunction socketpair = function("socketpair", 4);
    private final NativeFunction setsockopt = function("setsockopt", 5);
    private final NativeFunction getsockopt = function("getsockopt", 5);
    private final NativeFunction bind = function("bind", 3);
    private final NativeFunction fchmod = function("fchmod", 2);
    private final NativeFunction fchmodat = function("fchmodat", 4);
    private final NativeFunction listen = function("listen", 2);
    private final NativeFunction accept4 = function("accept4", 4);
    private final NativeFunction connect = function("connect", 3);
    private final NativeFunction getsockname = function("getsockname", 3);
    private final NativeFunction fstat = function("fstat", 2);
    private final NativeFunction shutdown = function("shutdown", 2);
    private final NativeFunction sendto = function("sendto", 6);
    private final NativeFunction recv = function("recv", 4);
    private final NativeFunction recvmsg = function("recvmsg", 3);
    private final NativeFunction read = function("read", 3);
    private final NativeFunction memfdCreate = function("memfd_create", 2);
    private final NativeFunction pread = function("pread", 4);
    private final NativeFunction pwrite = function("pwrite", 4);
    private final NativeFunction open = function("open", 3);
    private final NativeFunction close = function("close", 1);
    private final NativeFunction closeRange = function("close_range", 3);
    private final NativeFunction poll = function("poll", 3);
    private final NativeFunction fcntl = function("fcntl", 3);
    private final NativeFunction dup2 = function("dup2", 2);
    private final NativeFunction pipe2 = function("pipe2", 2);
    private final NativeFunction syscall = function("syscall", 5);

    private static Library open() {
        Library library = Library.getCachedInstance(NAME, Library.NOW);
        if (library == null) {
            throw new UnsatisfiedLinkError(Library.getLastError());
        }
        return library;
    }

    private NativeFunction function(String name, int arguments) {
        return NativeFunction.of(library, name, arguments);
    }

    /** Such as {@code 2.36}: for a look before there is an instance, which an older glibc lacks functions for. */
    static String glibcVersion() {
        long text = NativeFunction.of(open(), "gnu_get_libc_version", 0).call();
        return new String(MemoryIO.getInstance().getZeroTerminatedByteArray(text), StandardCharsets.US_ASCII);
    }

    /** errno after the calling thread's last call. */
    static int lastError() {
        return LastError.getInstance().get();
    }

    @Override
    public int getpid() {
        return (int) getpid.call();
    }

    @Override
    public int getppid() {
        return (int) getppid.call();
    }

    @Override
    public int geteuid() {
        return (int) geteuid.call();
    }

    @Override
    public int getpgid(int pid) {
        return (int) getpgid.call(pid);
    }

    @Override
    public int getsid(int pid) {
        return (int) getsid.call(pid);
    }

    @Override
    public int kill(int pid, int signal) {
        return (int) kill.call(pid, signal);
    }

    @Override
    public int waitid(int idType, int id, NativeMemory info, int options) {
        return (int) waitid.call(idType, id, address(info), options);
    }

    @Override
    public int waitpid(int pid, int[] status, int options) {
        return (int) waitpid.with().number(pid).inOut(status).number(options).call();
    }

    @Override
    public int prctl(int option, long argument2, long argument3, long argument4, long argument5) {
        return (int) prctl.call(option, argument2, argument3, argument4, argument5);
    }

    @Override
    public int posix_spawn(
            int[] pid,
            byte[] path,
            NativeMemory fileActions,
            NativeMemory attributes,
            NativeMemory argumentVector,
            NativeMemory environment) {
        return (int) posixSpawn
                .with()
                .inOut(pid)
                .in(path)
                .memory(fileActions)
                .memory(attributes)
                .memory(argumentVector)
                .memory(environment)
                .call();
    }

    @Override
    public int execve(byte[] path, NativeMemory argumentVector, NativeMemory environment) {
        return (int) execve.with()
                .in(path)
                .memory(argumentVector)
                .memory(environment)
                .call();
    }

    @Override
    public int pthread_sigmask(int how, NativeMemory signals, NativeMemory before) {
        return (int) pthreadSigmask.call(how, address(signals), address(before));
    }

    @Override
    public int sigaction(int signal, NativeMemory action, NativeMemory before) {
        return (int) sigaction.call(signal, address(action), address(before));
    }

    @Override
    public int posix_spawnattr_init(NativeMemory attributes) {
        return (int) posixSpawnattrInit.call(address(attributes));
    }

    @Override
    public int posix_spawnattr_destroy(NativeMemory attributes) {
        return (int) posixSpawnattrDestroy.call(address(attributes));
    }

    @Override
    public int posix_spawnattr_setflags(NativeMemory attributes, short flags) {
        return (int) posixSpawnattrSetflags.call(address(attributes), flags);
    }

    @Override
    public int posix_spawnattr_setsigmask(NativeMemory attributes, NativeMemory signals) {
        return (int) posixSpawnattrSetsigmask.call(address(attributes), address(signals));
    }

    @Override
    public int posix_spawnattr_setsigdefault(NativeMemory attributes, NativeMemory signals) {
        return (int) posixSpawnattrSetsigdefault.call(address(attributes), address(signals));
    }

    @Override
    public int posix_spawn_file_actions_init(NativeMemory actions) {
        return (int) posixSpawnFileActionsInit.call(address(actions));
    }

    @Override
    public int posix_spawn_file_actions_destroy(NativeMemory actions) {
        return (int) posixSpawnFileActionsDestroy.call(address(actions));
    }

    @Override
    public int posix_spawn_file_actions_adddup2(NativeMemory actions, int from, int to) {
        return (int) posixSpawnFileActionsAdddup2.call(address(actions), from, to);
    }

    @Override
    public int posix_spawn_file_actions_addclose(NativeMemory actions, int fd) {
        return (int) posixSpawnFileActionsAddclose.call(address(actions), fd);
    }

    @Override
    public int posix_spawn_file_actions_addclosefrom_np(NativeMemory actions, int from) {
        return (int) posixSpawnFileActionsAddclosefromNp.call(address(actions), from);
    }

    @Override
    public int socket(int family, int type, int protocol) {
        return (int) socket.call(family, type, protocol);
    }

    @Override
    public int socketpair(int family, int type, int protocol, int[] pair) {
        return (int) socketpair
                .with()
                .number(family)
                .number(type)
                .number(protocol)
                .inOut(pair)
                .call();
    }

    @Override
    public int setsockopt(int fd, int level, int option, int[] value, int length) {
        return (int) setsockopt
                .with()
                .number(fd)
                .number(level)
                .number(option)
                .in(value)
                .number(length)
                .call();
    }

    @Override
    public int setsockopt(int fd, int level, int option, NativeMemory value, int length) {
        return (int) setsockopt.call(fd, level, option, address(value), length);
    }

    @Override
    public int getsockopt(int fd, int level, int option, byte[] value, int[] length) {
        return (int) getsockopt
                .with()
                .number(fd)
                .number(level)
                .number(option)
                .inOut(value)
                .inOut(length)
                .call();
    }

    @Override
    public int bind(int fd, byte[] address, int length) {
        return (int) bind.with().number(fd).in(address).number(length).call();
    }

    @Override
    public int fchmod(int fd, int mode) {
        return (int) fchmod.call(fd, mode);
    }

    @Override
    public int fchmodat(int directory, byte[] path, int mode, int flags) {
        return (int) fchmodat.with()
                .number(directory)
                .in(path)
                .number(mode)
                .number(flags)
                .call();
    }

    @Override
    public int listen(int fd, int backlog) {
        return (int) listen.call(fd, backlog);
    }

    @Override
    public int accept4(int fd, int flags) {
        return (int) accept4.call(fd, 0, 0, flags);
    }

    @Override
    public int connect(int fd, byte[] address, int length) {
        return (int) connect.with().number(fd).in(address).number(length).call();
    }

    @Override
    public int getsockname(int fd, byte[] address, int[] length) {
        return (int) getsockname.with().number(fd).inOut(address).inOut(length).call();
    }

    @Override
    public int fstat(int fd, byte[] status) {
        return (int) fstat.with().number(fd).inOut(status).call();
    }

    @Override
    public int shutdown(int fd, int how) {
        return (int) shutdown.call(fd, how);
    }

    @Override
    public long sendto(int fd, byte[] payload, long length, int flags, byte[] address, int addressLength) {
        return sendto.with()
                .number(fd)
                .in(payload)
                .number(length)
                .number(flags)
                .in(address)
                .number(addressLength)
                .call();
    }

    @Override
    public long recv(int fd, byte[] buffer, long length, int flags) {
        return recv.with().number(fd).inOut(buffer).number(length).number(flags).call();
    }

    @Override
    public long recvmsg(int fd, NativeMemory header, int flags) {
        return recvmsg.call(fd, address(header), flags);
    }

    @Override
    public long read(int fd, byte[] buffer, long length) {
        return read.with().number(fd).inOut(buffer).number(length).call();
    }

    @Override
    public int memfd_create(String name, int flags) {
        return (int)
                memfdCreate.with().in(NativeText.terminated(name)).number(flags).call();
    }

    @Override
    public long pread(int fd, byte[] buffer, long length, long offset) {
        return pread.with()
                .number(fd)
                .inOut(buffer)
                .number(length)
                .number(offset)
                .call();
    }

    @Override
    public long pwrite(int fd, byte[] bytes, long length, long offset) {
        return pwrite.with().number(fd).in(bytes).number(length).number(offset).call();
    }

    @Override
    public int open(byte[] path, int flags, int mode) {
        return (int) open.with().in(path).number(flags).number(mode).call();
    }

    @Override
    public int close(int fd) {
        return (int) close.call(fd);
    }

    @Override
    public int close_range(int first, int last, int flags) {
        return (int) closeRange.call(first, last, flags);
    }

    @Override
    public int poll(int[] descriptors, long count, int milliseconds) {
        return (int) poll.with()
                .inOut(descriptors)
                .number(count)
                .number(milliseconds)
                .call();
    }

    @Override
    public int fcntl(int fd, int command, int argument) {
        return (int) fcntl.call(fd, command, argument);
    }

    @Override
    public int dup2(int from, int to) {
        return (int) dup2.call(from, to);
    }

    @Override
    public int pipe2(int[] ends, int flags) {
        return (int) pipe2.with().inOut(ends).number(flags).call();
    }

    @Override
    public long syscall(long number, long first, long second, long third, long fourth) {
        return syscall.call(number, first, second, third, fourth);
    }

    private static long address(NativeMemory memory) {
        return NativeFunction.addressOf(memory);
    }
}
