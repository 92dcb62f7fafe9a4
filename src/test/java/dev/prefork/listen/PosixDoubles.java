package dev.prefork.listen;

import dev.prefork.handoff.HighDescriptors;
import dev.prefork.os.ErrnoException;
import dev.prefork.os.Posix;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import jnr.constants.platform.Errno;

/** The real calls with one thing changed, for faults that cannot be caused on every machine. */
final class PosixDoubles {
    private PosixDoubles() {}

    /** {@code method} fails with {@code errno} whenever its arguments are as described. */
    static Posix failing(String method, Errno errno, Predicate<List<Object>> when) {
        return proxy((called, arguments) -> {
            if (called.getName().equals(method) && when.test(List.of(arguments))) {
                throw new ErrnoException(method, errno, arguments);
            }
            return arguments;
        });
    }

    /**
     * Shows descriptors under other numbers, as {@code announced -> real}: inside a test's JVM, 3, 4, 5 … are the JVM's own
     * files, which no test may replace.
     */
    static Posix renumbered(Map<Integer, Integer> real) {
        return proxy((called, arguments) -> {
            Object[] changed = arguments.clone();
            if (changed.length > 0 && changed[0] instanceof Integer fd) {
                changed[0] = real.getOrDefault(fd, fd < HighDescriptors.LOWEST_FLOOR ? 9999 : fd);
            }
            return changed;
        });
    }

    private interface Interception {
        Object[] before(Method method, Object[] arguments);
    }

    private static Posix proxy(Interception interception) {
        Posix real = Posix.system();
        return (Posix) Proxy.newProxyInstance(
                PosixDoubles.class.getClassLoader(), new Class<?>[] {Posix.class}, (proxy, method, arguments) -> {
                    Object[] given = arguments == null ? new Object[0] : arguments;
                    try {
                        return method.invoke(real, interception.before(method, given));
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }
}
