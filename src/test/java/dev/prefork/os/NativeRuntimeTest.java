package dev.prefork.os;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is asked of the runtime of a native executable, which there is none of here. */
class NativeRuntimeTest {
    private static final long MIB = 1L << 20;

    /** Knows the options of a runtime, and keeps what it is told, in order. */
    private static final class Recorded implements NativeRuntime.Target {
        private static final Map<String, Class<?>> OPTIONS = Map.of(
                "MaxHeapSize", Long.class,
                "MinHeapSize", Long.class,
                "MaxNewSize", Long.class,
                "StackSize", Long.class,
                "ActiveProcessorCount", Integer.class,
                "PrintGC", Boolean.class,
                "MaxRAM", Long.class,
                "HeapDumpPath", String.class);

        final List<Object> told = new ArrayList<>();

        @Override
        public void property(String name, String value) {
            told.add(name + "=" + value);
        }

        @Override
        public void option(String name, Object value) {
            if (!value.getClass().equals(OPTIONS.get(name))) {
                throw new IllegalStateException(name);
            }
            told.add(name);
            told.add(value);
        }

        @Override
        public Optional<Class<?>> type(String name) {
            return Optional.ofNullable(OPTIONS.get(name));
        }

        @Override
        public void initialize() {
            told.add("initialize");
        }
    }

    private final Recorded target = new Recorded();

    @Test
    void theArgumentsOfAJvmAreThePrograms() {
        assertThat(NativeRuntime.begin("-Xmx64m", "run")).containsExactly("-Xmx64m", "run");
    }

    @Test
    void optionsAreSetBeforeTheHooksThatReadThemRun() {
        String[] own =
                NativeRuntime.begin(target, "-Da.b=c=d", "-Dflag", "-Xmx64m", "--workers", "2", "--", "x", "-Xmx1g");

        assertThat(own).containsExactly("--workers", "2", "--", "x", "-Xmx1g");
        assertThat(target.told).containsExactly("a.b=c=d", "flag=", "MaxHeapSize", 64 * MIB, "initialize");
    }

    @Test
    void theHooksRunWithoutAnyOption() {
        assertThat(NativeRuntime.begin(target)).isEmpty();
        assertThat(target.told).containsExactly("initialize");
    }

    @ParameterizedTest
    @CsvSource({
        "-Xmx64m, MaxHeapSize, 67108864",
        "-Xms8M, MinHeapSize, 8388608",
        "-Xmn1g, MaxNewSize, 1073741824",
        "-Xss512k, StackSize, 524288",
        "-Xmx1048576, MaxHeapSize, 1048576",
        "-XX:MaxHeapSize=1T, MaxHeapSize, 1099511627776",
        "-XX:MaxRAM=2g, MaxRAM, 2147483648"
    })
    void sizesAreBytes(String option, String name, long bytes) {
        NativeRuntime.begin(target, option);

        assertThat(target.told).containsExactly(name, bytes, "initialize");
    }

    @Test
    void otherOptionsHaveTheTypeThatTheRuntimeNames() {
        NativeRuntime.begin(
                target, "-XX:ActiveProcessorCount=2", "-XX:+PrintGC", "-XX:-PrintGC", "-XX:HeapDumpPath=/a=b");

        assertThat(target.told)
                .containsExactly(
                        "ActiveProcessorCount",
                        2,
                        "PrintGC",
                        true,
                        "PrintGC",
                        false,
                        "HeapDumpPath",
                        "/a=b",
                        "initialize");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-XX:+UseSerialGC",
                "-XX:MaxMetaspaceSize=8m",
                "-Xshare:off",
                "-Xrs",
                "-XX:PrintGC",
                "-XX:+MaxRAM"
            })
    void whatTheRuntimeDoesNotKnowIsRefused(String option) {
        assertThatThrownBy(() -> NativeRuntime.begin(target, option, "run"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a native executable does not take " + option
                        + "; leave it out, or put it after -- if it is meant for a command");
        assertThat(target.told).as("to exit in order").containsExactly("initialize");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-Xmx", "-Xmxlots", "-Xmx-1", "-Xmx1p", "-XX:MaxHeapSize="})
    void whatIsNotASizeIsRefused(String option) {
        assertThatThrownBy(() -> NativeRuntime.begin(target, option))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(option + ": must be a size, such as 64m");
    }

    @Test
    void aSizeMayBeInBytes() {
        NativeRuntime.begin(target, "-Xmx10737418240");
        assertThat(target.told).containsExactly("MaxHeapSize", 10L << 30, "initialize");
        assertThatThrownBy(() -> NativeRuntime.begin(target, "-Xmx999999999t"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("-Xmx999999999t: this size is too large");
    }

    @Test
    void whatIsNotANumberIsRefused() {
        assertThatThrownBy(() -> NativeRuntime.begin(target, "-XX:ActiveProcessorCount=two"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("-XX:ActiveProcessorCount=two: must be a number");
    }

    @Test
    void jffiIsToldOfAnotherTemporaryDirectory() {
        NativeRuntime.begin(target, "-Djava.io.tmpdir=/data");

        assertThat(target.told).containsExactly("java.io.tmpdir=/data", "jffi.extract.dir=/data", "initialize");
    }
}
