package dev.prefork.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.prefork.supervise.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandLookupTest {

    @TempDir
    Path directory;

    @Test
    void aNameIsSearchedForAlongThePathInOrder() throws IOException {
        Path first = program("one/tool", "rwxr-xr-x");
        Path second = program("two/tool", "rwxr-xr-x");

        assertThat(find("tool", path("none", "one", "two"))).isEqualTo(first);
        assertThat(find("tool", path("two", "one"))).isEqualTo(second);
    }

    @Test
    void whatCannotBeExecutedDoesNotEndTheSearch() throws IOException {
        Files.createDirectories(directory.resolve("zero/tool"));
        program("one/tool", "rw-r--r--");
        Path second = program("two/tool", "rwxr-xr-x");

        assertThat(find("tool", path("zero", "one", "two"))).isEqualTo(second);
    }

    @Test
    void anEmptyElementIsTheWorkingDirectory() throws IOException {
        Path here = program("tool", "rwxr-xr-x");

        assertThat(find("tool", "/nonexistent::/bin")).isEqualTo(here);
        assertThat(find("tool", "")).isEqualTo(here);
    }

    @Test
    void withoutAPathTheUsualDirectoriesAreSearched() {
        assertThat(CommandLookup.find("sh", Optional.empty(), directory)).hasFileName("sh");
    }

    @Test
    void aNameWithASlashIsAPathRelativeToTheWorkingDirectory() throws IOException {
        Path tool = program("bin/tool", "rwxr-xr-x");

        assertThat(find("bin/tool", "/nonexistent")).isEqualTo(tool);
        assertThat(find("./bin/tool", "/nonexistent")).exists();
        assertThat(find(tool.toString(), "/nonexistent")).isEqualTo(tool);
    }

    @Test
    void aLinkToAProgramIsAProgram() throws IOException {
        Path tool = program("bin/tool", "rwxr-xr-x");
        Path link = Files.createSymbolicLink(directory.resolve("bin/alias"), tool);

        assertThat(find("alias", path("bin"))).isEqualTo(link);
    }

    @Test
    void aNameThatIsNowhereIsRefused() {
        refuse(
                "gunicorn",
                "/nonexistent:/empty",
                "command gunicorn was not found on PATH (/nonexistent:/empty): no worker can start;"
                        + " install it, correct PATH, or give the command's full path");
    }

    @Test
    void aPathThatIsNowhereIsRefused() {
        refuse(
                "./gunicorn",
                "/bin",
                "command ./gunicorn does not exist: no worker can start; correct the path after --");
    }

    @Test
    void aDirectoryIsRefused() {
        refuse("./", "/bin", "command ./ is a directory: no worker can start; give the path of a program");
    }

    @Test
    void aDanglingLinkIsRefused() throws IOException {
        Files.createSymbolicLink(directory.resolve("tool"), directory.resolve("gone"));

        refuse("./tool", "/bin", "command ./tool does not exist: no worker can start; correct the path after --");
    }

    @Test
    void aFileThatMayNotBeExecutedIsRefused() throws IOException {
        Path file = program("bin/tool", "rw-r--r--");

        refuse(
                "tool",
                path("bin"),
                "command tool is not executable (" + file
                        + "): no worker can start; set its execute permission, or name another");
        refuse(
                "bin/tool",
                "",
                "command bin/tool is not executable (" + file
                        + "): no worker can start; set its execute permission, or name another");
    }

    @Test
    void aCharacterThatNoPathCanHaveIsRefused() {
        refuse(
                "tool\0",
                "/bin",
                "the command or PATH contains a character that is not allowed in a path: no worker can start; correct it");
    }

    @Test
    void settingsLookTheirCommandUpInTheGivenEnvironment() throws IOException {
        program("bin/tool", "rwxr-xr-x");
        Settings settings = new Places(directory).load("tool", "arg");

        settings.requireCommand(Map.of("PATH", directory.resolve("bin").toString()));
        assertThatThrownBy(() -> settings.requireCommand(Map.of("PATH", "/nonexistent")))
                .isExactlyInstanceOf(RefusedException.class)
                .satisfies(e -> assertThat(((RefusedException) e).exitCode()).isEqualTo(ExitCode.NEVER_READY));
        new Places(directory).load().requireCommand(Map.of());
    }

    private Path program(String path, String permissions) throws IOException {
        Path file = directory.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!/bin/sh\n");
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    }

    private String path(String... names) {
        return String.join(
                ":",
                Stream.of(names).map(name -> directory.resolve(name).toString()).toList());
    }

    private Path find(String command, String path) {
        return CommandLookup.find(command, Optional.of(path), directory);
    }

    private void refuse(String command, String path, String line) {
        assertThatThrownBy(() -> find(command, path))
                .isExactlyInstanceOf(RefusedException.class)
                .hasMessage(line)
                .satisfies(e -> assertThat(((RefusedException) e).exitCode()).isEqualTo(ExitCode.NEVER_READY));
    }
}
