package dev.prefork.it.image;

import dev.prefork.it.Jdks;
import dev.prefork.it.PackagedJar;
import dev.prefork.it.Proc;
import dev.prefork.it.Processes;
import dev.prefork.it.RunningProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a class-data archive is worth to a master with four workers, against the jar as it is packaged without one: the time
 * until all are ready, and the memory of all (Pss, which shares out what is shared; see smaps in proc(5)). Both sides in turn;
 * medians and ratios are printed, and nothing is judged. Run it by its name.
 */
@Timeout(1800)
class ArchiveBench {
    private static final int ROUNDS = 5;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @RegisterExtension
    final Processes processes = new Processes();

    @TempDir
    Path home;

    private record Figures(double millis, double megabytes) {}

    @Test
    void compare() throws IOException {
        BuildStage stage = BuildStage.of(Dockerfile.read("k8s/Dockerfile.jvm"), home);
        stage.commands().forEach(command -> stage.run(processes, command));
        Path application = home.resolve("target/quarkus-app");
        RunningProcess archive = processes
                .command("k8s/class-archive.sh", application.toString(), "--ready", "http=/", "--listen", "127.0.0.1:0")
                .start();
        if (archive.awaitExit(PATIENCE) != 0) {
            throw new AssertionError(archive.dump());
        }

        List<Figures> without = new ArrayList<>();
        List<Figures> with = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            without.add(run(List.of("-jar", PackagedJar.path().toString())));
            with.add(run(List.of(
                    "-XX:SharedArchiveFile=" + application.resolve("classes.jsa"),
                    "-jar",
                    application.resolve("quarkus-run.jar").toString())));
        }
        print(
                "until ready, ms",
                with.stream().map(Figures::millis).toList(),
                without.stream().map(Figures::millis).toList());
        print(
                "memory, MiB",
                with.stream().map(Figures::megabytes).toList(),
                without.stream().map(Figures::megabytes).toList());
    }

    private Figures run(List<String> jar) {
        List<String> command =
                new ArrayList<>(List.of(Jdks.running().java().toString(), "-Dquarkus.management.port=0"));
        command.addAll(jar);
        command.addAll(List.of("--workers", "4", "--listen", "127.0.0.1:0"));
        long start = System.nanoTime();
        RunningProcess master =
                processes.command(command.toArray(String[]::new)).start();
        master.awaitLine("all workers ready", PATIENCE);
        double millis = (System.nanoTime() - start) / 1e6;
        double kilobytes = LongStream.concat(
                        LongStream.of(master.pid()),
                        Proc.children(master.pid()).stream().mapToLong(Long::longValue))
                .map(ArchiveBench::proportionalSetSize)
                .sum();
        master.signal("TERM");
        master.awaitExit(PATIENCE);
        return new Figures(millis, kilobytes / 1024);
    }

    private static long proportionalSetSize(long pid) {
        try {
            return Files.readAllLines(Path.of("/proc", Long.toString(pid), "smaps_rollup")).stream()
                    .filter(line -> line.startsWith("Pss:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .sum();
        } catch (IOException e) {
            throw new AssertionError("cannot read the memory of " + pid, e);
        }
    }

    private static void print(String what, List<Double> with, List<Double> without) {
        System.out.printf(
                Locale.ROOT,
                "%s: with archive %.0f, without %.0f, ratio %.2f%n",
                what,
                median(with),
                median(without),
                median(with) / median(without));
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().skip(values.size() / 2).findFirst().orElseThrow();
    }
}
