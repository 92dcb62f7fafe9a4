package dev.prefork.it.command;

import static dev.prefork.it.command.StartedMaster.SOON;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.Ring;
import dev.prefork.it.Alone;
import dev.prefork.it.Answer;
import dev.prefork.it.Http;
import dev.prefork.it.Jdks;
import dev.prefork.it.KeepAliveLoad;
import dev.prefork.it.PackagedJar;
import dev.prefork.it.Proc;
import dev.prefork.it.Processes;
import dev.prefork.it.Tools;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * docs/RECIPES.md, copied and pasted: each command runs in a directory with the files of the page, and is held to its row of
 * the table. Ports alone are others, and {@code prefork} is a script that runs the packaged one.
 */
@Alone
@Timeout(value = 30, unit = TimeUnit.MINUTES) // All recipes together, on a busy machine.
class RecipesIT {
    private static final int CLIENTS = 4;
    private static final int ENOUGH = 100;
    private static final int RELOADS = Ring.rounds("prefork.reloads", 1, 5);
    private static final List<String> PROGRAMS = List.of(
            "gunicorn",
            "uvicorn",
            "hypercorn",
            "uwsgi-core",
            "node",
            "nginx",
            "haproxy",
            "lighttpd",
            "puma",
            "php-fpm8.2");

    @RegisterExtension
    final Processes processes = new Processes();

    @TempDir
    Path directory;

    private int port;

    static List<Recipe> recipes() throws IOException {
        return Recipe.all().stream().filter(Recipe::isRun).toList();
    }

    @Test
    void eachRecipeThatIsRunHasOneCommandAndTheOthersSayThatTheyAreNot() throws IOException {
        assertThat(Recipe.all()).hasSizeGreaterThan(10).allSatisfy(recipe -> {
            assertThat(recipe.commands()).hasSize(recipe.isRun() ? 1 : 0);
            assertThat(recipe.section().contains("Not run.")).isNotEqualTo(recipe.isRun());
        });
    }

    @ParameterizedTest
    @MethodSource("recipes")
    void aCopiedCommandKeepsWhatItsRowClaims(Recipe recipe) throws IOException {
        StartedMaster master = start(recipe);
        request(recipe);
        if (recipe.section().contains("--metrics-url '")) {
            assertThat(master.metrics()).anyMatch(line -> line.startsWith("haproxy_frontend_"));
        }

        List<String> lostByReload = lose(recipe, master, () -> {
            for (int reload = 1; reload <= RELOADS; reload++) {
                master.process().signal("HUP");
                master.process().awaitLines("reload completed: ", reload, SOON);
            }
        });
        List<String> lost = lose(recipe, master, () -> {
            long worker = master.workerPid(0);
            Proc.signal(worker, "TERM");
            master.process().awaitLine("worker 0 \\(pid (?!" + worker + "\\b)\\d+\\) ready", SOON);
        });
        List<String> lostByAll = lose(recipe, master, () -> {
            master.process().signal("TERM");
            assertThat(master.process().awaitExit(SOON))
                    .as(master.process()::dump)
                    .isZero();
        });

        System.out.println("recipe " + recipe + ": lost in " + RELOADS + " reloads " + lostByReload
                + ", at worker TERM " + lost + ", at pod TERM " + lostByAll);
        assertThat(master.process().family()).isEmpty();
        assertThat(lostByReload)
                .as("lost in reloads")
                .filteredOn(loss -> !admits(recipe.lostAtWorkerTerm(), loss) && !admits(recipe.lostAtPodTerm(), loss))
                .isEmpty();
        assertThat(lost)
                .as("lost at worker TERM")
                .filteredOn(loss -> !admits(recipe.lostAtWorkerTerm(), loss))
                .isEmpty();
        assertThat(lostByAll)
                .as("lost at pod TERM")
                .filteredOn(loss -> !admits(recipe.lostAtPodTerm(), loss))
                .isEmpty();
    }

    private static boolean admits(String claim, String loss) {
        return switch (claim) {
            case "0" -> false;
            case "0 new" -> loss.startsWith("kept: ");
            case "may lose" -> true;
            default -> throw new AssertionError("the page explains no '" + claim + "'");
        };
    }

    private StartedMaster start(Recipe recipe) throws IOException {
        String command = recipe.commands().get(0);
        PROGRAMS.stream()
                .filter(program -> command.matches("(?s).*\\s" + program + "\\s.*"))
                .forEach(Tools::require);
        if (command.contains("/usr/share/java/")) {
            Tools.requireSuccess(
                    "Debian's libjetty9-java is not installed",
                    List.of("test", "-e", "/usr/share/java/jetty9-server.jar"));
        }
        port = freePort();
        String slots = slotPorts();
        // php-fpm's children are not its user, who alone may look into a new directory.
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        for (Map.Entry<String, String> file : Recipe.files().entrySet()) {
            Path path = directory.resolve(file.getKey());
            Files.createDirectories(path.getParent());
            Files.writeString(path, withPorts(file.getValue(), slots));
        }
        Path prefork = Files.writeString(
                Files.createDirectory(directory.resolve("bin")).resolve("prefork"),
                PackagedJar.command(Jdks.running()).stream()
                        .map(word -> "'" + word + "'")
                        .collect(Collectors.joining(" ", "#!/bin/sh\nexec ", " \"$@\"\n")));
        Files.setPosixFilePermissions(prefork, PosixFilePermissions.fromString("rwxr-xr-x"));
        StartedMaster master = StartedMaster.of(processes
                        .command("sh", "-c", "exec " + withPorts(command, slots))
                        .in(directory)
                        .env("PATH", prefork.getParent() + ":" + System.getenv("PATH"))
                        // Not auto: this proof, and no other.
                        .env("PREFORK_READY", recipe.ready())
                        .start())
                .awaitReady();
        master.process().awaitLine("all workers ready", SOON);
        return master;
    }

    private String withPorts(String text, String slots) {
        return text.replace("8080", Integer.toString(port)).replaceAll("\\b910(?=\\$?\\{)", slots);
    }

    /** What was lost by two kinds of clients while this happened. */
    private List<String> lose(Recipe recipe, StartedMaster master, Runnable event) {
        List<String> losses = new ArrayList<>();
        boolean http = !isPhp(recipe);
        try (KeepAliveLoad kept = KeepAliveLoad.start(port, "/", http ? CLIENTS : 0);
                OneRequestLoad single = new OneRequestLoad(CLIENTS, () -> request(recipe))) {
            single.awaitAnswers(ENOUGH);
            kept.awaitAnswers(http ? ENOUGH : 0);
            event.run();
            boolean serves = master.process().isAlive();
            losses.addAll(serves ? single.stop() : single.awaitEnd());
            (serves ? kept.stop() : kept.awaitEnd()).failures().forEach(failure -> losses.add("kept: " + failure));
        }
        return losses;
    }

    private static boolean isPhp(Recipe recipe) {
        return recipe.toString().equals("php-fpm");
    }

    private void request(Recipe recipe) throws IOException {
        String body;
        if (isPhp(recipe)) {
            body = FastCgi.get(Http.port(port), directory.resolve("index.php").toString());
        } else {
            Answer answer = Http.get(port, "/");
            body = answer.status() == 200 ? answer.body() : "status " + answer.status();
        }
        if (!body.strip().equals("hello")) {
            throw new IOException("answer: " + body);
        }
    }

    /** All digits but the last of two ports, one for each slot, that are free. */
    private static String slotPorts() throws IOException {
        List<ServerSocket> sockets = new ArrayList<>();
        try {
            for (int prefix = 2000; ; prefix++) {
                try {
                    for (int slot = 0; slot < 2; slot++) {
                        sockets.add(new ServerSocket(prefix * 10 + slot, 1, InetAddress.getByName("127.0.0.1")));
                    }
                    return Integer.toString(prefix);
                } catch (java.net.BindException taken) {
                    continue;
                }
            }
        } finally {
            for (ServerSocket socket : sockets) {
                socket.close();
            }
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            return socket.getLocalPort();
        }
    }
}
