package dev.prefork.it.hostile;

import dev.prefork.it.Jdk;
import dev.prefork.it.PackagedJar;
import dev.prefork.it.Tools;
import dev.prefork.it.command.Scripts;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A user of the machine without a name, a group of its own, and no capability. Only root can become one.
 *
 * @param id of the user and of its group
 */
record User(int id) {
    /** Skips the test where processes of other users cannot be started. */
    static User of(int id) {
        Tools.requireRoot();
        Tools.require("setpriv");
        return new User(id);
    }

    /** The command as this user. */
    List<String> command(List<String> command) {
        List<String> words = new ArrayList<>(
                List.of("setpriv", "--reuid=" + id, "--regid=" + id, "--clear-groups", "--no-new-privs"));
        words.add("--");
        words.addAll(command);
        return words;
    }

    /** A Python that this user can run: what is first on the PATH may be below another's home. */
    String python() {
        String own = Tools.require("python3").toString();
        String python = Files.isExecutable(Path.of("/usr/bin/python3")) ? "/usr/bin/python3" : own;
        Tools.requireSuccess(python + " cannot be run by every user", command(List.of(python, "-c", "pass")));
        return python;
    }

    /** A script among the test resources with its arguments, to be run by this user. */
    List<String> script(String name, String... arguments) {
        Path path = Scripts.path(name);
        Tools.requireSuccess(path + " cannot be read by every user", command(List.of("test", "-r", path.toString())));
        List<String> words = new ArrayList<>(List.of(python(), path.toString()));
        words.addAll(List.of(arguments));
        return words;
    }

    /** Skips the test where this user can run neither the JDK nor the packaged application. */
    void requirePrefork(Jdk jdk) {
        Tools.requireSuccess(
                jdk + " cannot be run by every user", command(List.of(jdk.java().toString(), "-version")));
        Path jar = PackagedJar.path();
        Tools.requireSuccess(jar + " cannot be read by every user", command(List.of("test", "-r", jar.toString())));
    }
}
