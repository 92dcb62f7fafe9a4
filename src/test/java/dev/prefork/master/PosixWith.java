package dev.prefork.master;

import dev.prefork.os.Posix;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;

/** The real system calls but for one, for faults that cannot be caused on every machine. */
final class PosixWith {
    private PosixWith() {}

    /** The call as it would have gone. */
    interface Real {
        Object call() throws Throwable;
    }

    /** What is done in its stead. */
    interface Instead {
        Object call(List<Object> arguments, Real real) throws Throwable;
    }

    static Posix call(String name, Instead instead) {
        return around(Posix.system(), name, instead);
    }

    static Posix around(Posix posix, String name, Instead instead) {
        return (Posix) Proxy.newProxyInstance(
                PosixWith.class.getClassLoader(), new Class<?>[] {Posix.class}, (proxy, method, arguments) -> {
                    Real real = () -> {
                        try {
                            return method.invoke(posix, arguments);
                        } catch (InvocationTargetException e) {
                            throw e.getCause();
                        }
                    };
                    return method.getName().equals(name)
                            ? instead.call(arguments == null ? List.of() : List.of(arguments), real)
                            : real.call();
                });
    }
}
