package dev.prefork.os;

import java.lang.reflect.Proxy;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import jnr.constants.platform.Errno;

/** A C library one of whose functions fails as listed; everything else succeeds with 0. For faults that cannot be caused. */
final class FailingLibc {
    private final String function;
    private final Deque<Errno> failures;
    private final List<String> calls = new ArrayList<>();
    private int lastError;

    FailingLibc(String function, Errno... failures) {
        this.function = function;
        this.failures = new ArrayDeque<>(List.of(failures));
    }

    Posix posix() {
        return new LinuxPosix(libc(), () -> lastError);
    }

    Libc libc() {
        return (Libc) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {Libc.class},
                (proxy, method, arguments) -> answer(method.getReturnType(), method.getName()));
    }

    ErrnoGuard guard() {
        return new ErrnoGuard(() -> lastError);
    }

    /** The functions called so far, in order. */
    List<String> calls() {
        return calls;
    }

    private Object answer(Class<?> type, String name) {
        calls.add(name);
        int answer = 0;
        if (name.equals(function) && !failures.isEmpty()) {
            int error = failures.pop().intValue();
            boolean returnsErrno = name.startsWith("posix_spawn") || name.startsWith("pthread_");
            lastError = returnsErrno ? 0 : error;
            answer = returnsErrno ? error : -1;
        }
        return type == long.class ? (Object) (long) answer : (Object) answer;
    }
}
