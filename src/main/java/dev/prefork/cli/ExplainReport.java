package dev.prefork.cli;

import dev.prefork.config.Settings;
import dev.prefork.container.OomScore;
import dev.prefork.container.Readings;
import dev.prefork.explain.Plan;
import dev.prefork.explain.StopPlan;
import dev.prefork.explain.Warnings;
import dev.prefork.os.Built;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** What {@code prefork explain} shows: what a master with these settings would do here, and what to think about. */
final class ExplainReport {
    private static final int PID_1 = 1;

    private ExplainReport() {}

    /**
     * @param environment this process'
     * @param root where {@code /proc}, {@code /sys} and {@code /bin} are: {@code /} but in tests
     * @param pid this process'
     * @param commandLine this process', the program's name first
     */
    static String of(
            Settings settings, Map<String, String> environment, Path root, long pid, List<String> commandLine) {
        Readings readings = Readings.read(root, environment);
        Plan outlook = new Plan(settings, readings, environment);
        settings.requireReachable(outlook.sizing().workers());
        Page page = new Page().heading("Settings and their origins").verbatim(CheckReport.table(settings));

        page.heading("Limits of this container");
        readings.explanation().forEach(reading -> page.row(reading.label(), reading.value()));
        page.row("preference", OomScore.read(root).explanation());
        page.row("process", process(root, pid));

        page.heading("Sizes");
        outlook.sizes().forEach(page::sentence);

        StopPlan stop = new StopPlan(settings);
        page.heading("Shutdown timeline after SIGTERM, latest times");
        stop.moments().forEach(moment -> page.row(moment.when(), moment.what()));
        page.row("Kubernetes", stop.podNeeds());

        page.heading("Signals to the master").verbatim(HelpText.SIGNALS);

        List<String> cautions = new Warnings(outlook, root, Built.ofThisProcess(), commandLine).lines();
        page.heading(cautions.isEmpty() ? "No warnings." : "Warnings");
        cautions.forEach(page::item);
        return page.toString();
    }

    /** PID 1 gets the kubelet's SIGTERM and every orphan of its namespace. */
    private static String process(Path root, long pid) {
        return pid == PID_1
                ? "PID 1, as a master started this way would be: it receives the container's signals and reaps its orphans"
                : "PID " + pid + ", and PID 1 is " + name(root)
                        + "; a master that is not PID 1 reaps the orphans of its"
                        + " own workers, and receives only signals that are sent to it";
    }

    private static String name(Path root) {
        try {
            return Files.readString(root.resolve(Path.of("proc", "1", "comm"))).strip();
        } catch (IOException e) {
            return "unknown";
        }
    }
}
