package dev.prefork.it.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What {@code /proc} has of a living process, to the byte: every character is one. See proc(5). */
public record WorkerView(long pid) {
    /** The environment at exec, entry by entry, repetitions included. */
    public List<String> environment() {
        return split("environ");
    }

    /** The values of a variable: more than one if it is there more than once. */
    public List<String> environment(String name) {
        return environment().stream()
                .filter(entry -> entry.startsWith(name + "="))
                .map(entry -> entry.substring(name.length() + 1))
                .toList();
    }

    /** The words of the command line, empty ones included. */
    public List<String> arguments() {
        return split("cmdline");
    }

    /** A field of {@code status}, such as {@code SigBlk}. */
    public String status(String field) {
        return field("status", field);
    }

    /** The flags of an open descriptor, as open(2) has them. */
    public int flags(int descriptor) {
        return Integer.parseInt(field("fdinfo/" + descriptor, "flags"), 8);
    }

    /** The files below this directory that it has mapped into its memory, as its own root file system names them. */
    public List<String> mapped(Path directory) {
        return read("maps")
                .lines()
                .filter(line -> line.indexOf('/') >= 0)
                .map(line -> line.substring(line.indexOf('/')))
                .filter(file -> file.startsWith(directory + "/"))
                .map(file -> directory.relativize(Path.of(file)).toString())
                .distinct()
                .sorted()
                .toList();
    }

    /** Asserts that it is this user's, in group 0, without any capability and any way to get one. */
    public void assertPowerless(String user) {
        assertThat(status("Uid").split("\\s+")).containsOnly(user);
        assertThat(status("Gid").split("\\s+")).containsOnly("0");
        for (String set : List.of("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")) {
            assertThat(status(set)).as(set).matches("0+");
        }
        assertThat(status("NoNewPrivs")).isEqualTo("1");
    }

    private String field(String file, String field) {
        return read(file)
                .lines()
                .filter(line -> line.startsWith(field + ":"))
                .map(line -> line.substring(field.length() + 1).strip())
                .findFirst()
                .orElseThrow();
    }

    private List<String> split(String file) {
        String text = read(file);
        // Each ends with a NUL.
        return List.of(text.substring(0, text.length() - 1).split("\0", -1));
    }

    private String read(String file) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(pid), file), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
