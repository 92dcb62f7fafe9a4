package dev.prefork.os;

import java.util.Optional;
import org.graalvm.nativeimage.RuntimeOptions;
import org.graalvm.nativeimage.VMRuntime;

/** The runtime in a native executable. A JVM never loads this class, and has none of those that it uses. */
final class Substrate implements NativeRuntime.Target {
    @Override
    public void property(String name, String value) {
        System.setProperty(name, value);
    }

    @Override
    public void option(String name, Object value) {
        RuntimeOptions.set(name, value);
    }

    @Override
    public Optional<Class<?>> type(String name) {
        return RuntimeOptions.listDescriptors().stream()
                .filter(descriptor -> descriptor.name().equals(name))
                .<Class<?>>map(RuntimeOptions.Descriptor::valueType)
                .findFirst();
    }

    /** Does nothing the second time, as in an executable whose runtime parses the arguments itself. */
    @Override
    public void initialize() {
        VMRuntime.initialize();
    }
}
