package dev.prefork.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JdksTest {
    @TempDir
    Path installed;

    @Test
    void takesOneJdkForEachSupportedVersionAndPrefersTheOneThatRuns() throws IOException {
        jdk("a-17", "17.0.1");
        Jdk newer = jdk("b-25", "25.0.3");
        jdk("c-25", "25");
        jdk("d-21", "21.0.2");
        Files.createDirectories(installed.resolve("no-jdk"));
        Jdk running = new Jdk(17, Path.of("/elsewhere"));

        assertThat(Jdks.choose("", running, installed)).containsExactly(running, newer);
    }

    @Test
    void takesOnlyThoseThatWereNamed() throws IOException {
        Jdk named = jdk("e-25", "25.0.1");
        Jdk running = new Jdk(17, Path.of("/elsewhere"));

        assertThat(Jdks.choose(named.home().toString(), running, installed)).containsExactly(named);
        assertThatThrownBy(() -> Jdks.choose("/nowhere", running, installed))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("/nowhere");
    }

    @Test
    void fallsBackToTheRunningOneWhereNoSupportedVersionIs() {
        Jdk running = new Jdk(21, Path.of("/elsewhere"));

        assertThat(Jdks.choose("", running, installed.resolve("absent"))).containsExactly(running);
    }

    @Test
    void findsARealJavaCommandForEveryChoice() {
        assertThat(Jdks.all()).isNotEmpty().allSatisfy(jdk -> assertThat(jdk.java())
                .isExecutable());
        assertThat(Jdks.running().java()).isExecutable();
    }

    private Jdk jdk(String name, String version) throws IOException {
        Path home = installed.resolve(name);
        Files.createDirectories(home.resolve("bin"));
        Files.writeString(home.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + "\"\n");
        Path java = Files.createFile(home.resolve("bin/java"));
        assertThat(java.toFile().setExecutable(true)).isTrue();
        return Jdk.at(home).orElseThrow();
    }
}
