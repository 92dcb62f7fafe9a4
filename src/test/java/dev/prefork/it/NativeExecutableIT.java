package dev.prefork.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** With a native executable all black-box tests run it; this one says whether there was one. */
class NativeExecutableIT {
    @RegisterExtension
    final Processes processes = new Processes();

    @Test
    void saysThatItIsOne() {
        RunningProcess version =
                processes.command(NativeExecutable.path().toString(), "version").start();

        assertThat(version.awaitExit(Duration.ofSeconds(20))).as(version::dump).isZero();
        assertThat(version.stdout())
                .isEqualTo("prefork " + System.getProperty("prefork.version") + " (native, Java "
                        + version.stdout().replaceFirst(".*Java ", ""));
    }
}
