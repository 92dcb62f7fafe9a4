package dev.prefork.it.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.it.Jdks;
import dev.prefork.it.Processes;
import dev.prefork.it.RunningProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The first stage of a Dockerfile, carried out on this machine in a directory that stands for the stage's WORKDIR: there are
 * only the files that the stage copies. For one test.
 */
final class BuildStage {
    private static final Duration BUILD = Duration.ofMinutes(10);

    private final Dockerfile stage;
    private final Path directory;
    private final String workingDirectory;

    private BuildStage(Dockerfile stage, Path directory) {
        this.stage = stage;
        this.directory = directory;
        workingDirectory = stage.last("WORKDIR");
    }

    /** Copies what the stage copies from the project. */
    static BuildStage of(Dockerfile file, Path directory) {
        BuildStage build = new BuildStage(file.stages().get(0), directory);
        build.stage.instructions().stream()
                .filter(instruction -> instruction.is("COPY"))
                .forEach(build::copy);
        return build;
    }

    private void copy(Dockerfile.Instruction instruction) {
        List<String> operands = instruction.operands();
        String target = operands.get(operands.size() - 1);
        for (String source : operands.subList(0, operands.size() - 1)) {
            // Into a directory, or under a new name.
            Path to = target.endsWith("/") ? directory.resolve(target).resolve(source) : directory.resolve(target);
            Tree.copy(Path.of(source), to);
        }
    }

    List<List<String>> commands() {
        return stage.commands("RUN");
    }

    /** Runs a command of the stage, and whatever is added to its end. */
    void run(Processes processes, List<String> command, String... more) {
        List<String> whole = new ArrayList<>(command);
        whole.addAll(List.of(more));
        RunningProcess process = processes
                .command(whole.toArray(String[]::new))
                .in(directory)
                .env("JAVA_HOME", Jdks.running().home().toString())
                // As an engine sets it where the stage asks for it.
                .env("TARGETARCH", System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64")
                .start();
        assertThat(process.awaitExit(BUILD)).as(process::dump).isZero();
    }

    /** Where on this machine the stage has what it calls so. */
    Path file(String path) {
        assertThat(path).startsWith(workingDirectory + "/");
        return directory.resolve(path.substring(workingDirectory.length() + 1));
    }
}
