package dev.prefork.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ControlAddressTest {
    private static final String ROW = "0000000000000000: 00000002 00000000 00010000 0001 01 1 @prefork-control-";

    @TempDir
    Path proc;

    private void process(int pid, long startTime) throws IOException {
        Files.createDirectories(proc.resolve(String.valueOf(pid)));
        Files.writeString(
                proc.resolve(pid + "/stat"),
                pid + " (java) S 0 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 " + startTime + " 0");
    }

    private void names(String... names) throws IOException {
        Files.createDirectories(proc.resolve("net"));
        Files.writeString(
                proc.resolve("net/unix"),
                String.join(
                        "",
                        java.util.stream.Stream.of(names)
                                .map(name -> ROW + name + "\n")
                                .toList()));
    }

    @Test
    void aNameSaysThePidAndItsStartTime() {
        assertThat(new ControlAddress(1, 4711).endpoint().path()).isEqualTo("@prefork-control-1-4711");
        assertThat(ControlAddress.parse("prefork-control-1-4711")).contains(new ControlAddress(1, 4711));
        for (String other : List.of(
                "prefork-control-0-1",
                "prefork-control-1",
                "prefork-control-1-9999999999999999999",
                "prefork-control-1-2-3",
                "prefork-control--1-2",
                "prefork/1/leader/2")) {
            assertThat(ControlAddress.parse(other)).as(other).isEmpty();
        }
    }

    @Test
    void otherContainersOfThePodDropOut() throws IOException {
        process(1, 500);
        process(17, 600);
        names("1-499", "1-500", "17-600", "18-700", "nonsense");

        assertThat(ControlAddress.visible(proc))
                .containsExactly(new ControlAddress(1, 500), new ControlAddress(17, 600));
        assertThat(ControlAddress.of(proc, 17)).contains(new ControlAddress(17, 600));
        assertThat(ControlAddress.of(proc, 18)).isEmpty();
    }

    @Test
    void withoutTheKernelsListThereIsNone() {
        assertThat(ControlAddress.visible(proc)).isEmpty();
    }
}
