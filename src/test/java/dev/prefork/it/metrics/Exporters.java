package dev.prefork.it.metrics;

import static dev.prefork.it.metrics.MeteredMaster.PATIENCE;

import dev.prefork.it.Jdks;
import dev.prefork.it.Processes;
import dev.prefork.it.command.Scripts;
import dev.prefork.it.command.StartedMaster;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Two workers that are {@code metrics/exporter.py}, and their master. For one test. */
record Exporters(MeteredMaster master, Path directory) {
    static final String JOBS = "app_jobs_total{kind=\"a\"}";
    static final String MERGED = "prefork_scrape_workers{state=\"merged\"}";
    static final String MISSING = "prefork_scrape_workers{state=\"missing\"}";

    /** With domain sockets in the directory. */
    static Exporters onSockets(Processes processes, Path directory, String format) {
        return start(processes, directory, format, "unix", "unix:" + directory + "/{slot}.sock:/metrics");
    }

    /** With ports of this machine. */
    static Exporters onPorts(Processes processes, Path directory, String format) throws IOException {
        int port = freeDecade();
        return start(processes, directory, format, "" + port, "http://127.0.0.1:" + port / 10 + "{slot}/metrics");
    }

    private static Exporters start(Processes processes, Path directory, String format, String where, String url) {
        StartedMaster started = StartedMaster.of(processes
                .prefork(
                        Jdks.running(),
                        StartedMaster.arguments(
                                "--workers 2 --ready delay=0s --listen 127.0.0.1:0 --recover-threshold 10 --metrics-url "
                                        + url,
                                Scripts.python("metrics/exporter.py", directory.toString(), format, where)))
                .start());
        Exporters exporters = new Exporters(new MeteredMaster(started).awaitFirstGeneration(), directory);
        started.process().awaitLines("shows metrics", 2, PATIENCE);
        exporters.master().awaitFigure(MERGED, 2);
        return exporters;
    }

    /** A port that ends in 0, which is free and the next one as well. */
    private static int freeDecade() throws IOException {
        // Somewhere among the 100 first, should others look at the same time.
        int start = 21_000 + 10 * (int) (ProcessHandle.current().pid() % 100);
        for (int port = start; port < 32_000; port += 10) {
            try (ServerSocket first = new ServerSocket(port, 1, InetAddress.getByName("127.0.0.1"));
                    ServerSocket second = new ServerSocket(port + 1, 1, InetAddress.getByName("127.0.0.1"))) {
                return second.getLocalPort() - 1;
            } catch (IOException e) {
                // Somebody else's.
                continue;
            }
        }
        throw new AssertionError("no two free ports");
    }

    /** What the living worker of this slot has counted from now on. */
    void counted(int slot, int jobs) throws IOException {
        tell(slot + "-" + master.master().workerPid(slot) + ".count", Integer.toString(jobs));
    }

    /** {@code hang}, {@code garbage}, {@code gauge}, or nothing special. */
    void behave(int slot, String mode) throws IOException {
        tell(slot + ".mode", mode);
    }

    private void tell(String name, String text) throws IOException {
        Path fresh = Files.writeString(directory.resolve(name + ".new"), text);
        Files.move(fresh, directory.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    }

    Figures figures() throws IOException {
        return master.figures();
    }
}
