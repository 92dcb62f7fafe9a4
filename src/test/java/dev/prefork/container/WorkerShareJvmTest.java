package dev.prefork.container;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.it.Jdk;
import dev.prefork.it.Jdks;
import dev.prefork.it.Launch;
import dev.prefork.it.Processes;
import dev.prefork.it.RunningProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What real JVMs make of the flags. */
class WorkerShareJvmTest {
    private static final Duration DEADLINE = Duration.ofSeconds(60);

    /** (1024 - 160) / 2 = 432; three quarters of 368 are 276; 156 are left. */
    private static final WorkerShare SHARE = WorkerShareTest.share(6, Tree.GIB, 2, WorkerKind.JVM_COMMAND);

    @RegisterExtension
    final Processes processes = new Processes();

    static Stream<Jdk> jdks() {
        return Jdks.all().stream();
    }

    static Stream<Arguments> jdksAndVariables() {
        return jdks().flatMap(jdk -> Stream.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS")
                .map(variable -> Arguments.of(jdk, variable)));
    }

    static Stream<Arguments> jdksAndDecisions() {
        return jdks().flatMap(jdk -> Stream.of(
                        Decision.of("-Xmx96m", "MaxHeapSize = " + 96 * Tree.MIB, "UseSerialGC = true"),
                        Decision.of("-Xms300m", "InitialHeapSize = " + 300 * Tree.MIB, "UseSerialGC = true"),
                        Decision.of("-XX:MaxRAMPercentage=12.5", "MaxRAMPercentage = 12.5", "UseSerialGC = true"),
                        Decision.of("-XX:+UseZGC", "UseZGC = true", "MaxHeapSize = " + 276 * Tree.MIB),
                        Decision.of("-XX:+UseParallelGC", "UseParallelGC = true", "UseSerialGC = false"),
                        Decision.of(
                                "-XX:MaxGCPauseMillis=50 -XX:+AlwaysActAsServerClassMachine",
                                "UseG1GC = true",
                                "MaxGCPauseMillis = 50"),
                        Decision.of("-XX:MaxMetaspaceSize=200m", "MaxMetaspaceSize = " + 200 * Tree.MIB),
                        Decision.of("-XX:CompressedClassSpaceSize=150m", "UseSerialGC = true"))
                .map(decision -> Arguments.of(jdk, decision)));
    }

    record Decision(String options, List<String> outcome) {
        static Decision of(String options, String... outcome) {
            return new Decision(options, List.of(outcome));
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void aJvmTakesTheFlagsAsArguments(Jdk jdk) {
        List<String> flags = SHARE.jvmFlags(List.of(), Map.of());
        assertThat(flags).hasSize(4);

        assertThat(finalFlags(jdk, flags, Map.of())).containsAll(ours());
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void aJvmTakesTheFlagsFromTheVariable(Jdk jdk) {
        assertThat(finalFlagsOfCommand(jdk, List.of(), Map.of("JAVA_TOOL_OPTIONS", "-Dname='a b'")))
                .containsAll(ours());
    }

    private static List<String> ours() {
        return List.of(
                "ActiveProcessorCount = 3",
                "MaxHeapSize = " + 276 * Tree.MIB,
                "UseSerialGC = true",
                "MaxMetaspaceSize = " + 156 * Tree.MIB);
    }

    @ParameterizedTest
    @MethodSource("jdksAndVariables")
    void aJvmStillFollowsTheUsersVariable(Jdk jdk, String variable) {
        Map<String, String> environment =
                Map.of(variable, "-XX:ActiveProcessorCount=5 -XX:MaxHeapSize=96m -XX:+UseParallelGC");

        assertThat(finalFlagsOfCommand(jdk, List.of(), environment))
                .contains("ActiveProcessorCount = 5", "MaxHeapSize = " + 96 * Tree.MIB, "UseParallelGC = true");
    }

    /** Two collectors, or a heap that begins larger than it may get, would keep the JVM from starting at all. */
    @ParameterizedTest
    @MethodSource("jdksAndDecisions")
    void aJvmStartsAndFollowsTheUserWhereverItWasSaid(Jdk jdk, Decision decision) {
        assertThat(finalFlagsOfCommand(jdk, List.of(decision.options().split(" ")), Map.of()))
                .containsAll(decision.outcome());
        assertThat(finalFlagsOfCommand(jdk, List.of(), Map.of("JDK_JAVA_OPTIONS", decision.options())))
                .containsAll(decision.outcome());
    }

    /** The flags of {@code java options…} as the master would start it. */
    private List<String> finalFlagsOfCommand(Jdk jdk, List<String> options, Map<String, String> environment) {
        List<String> command = new ArrayList<>(List.of(jdk.java().toString()));
        command.addAll(options);
        Optional<String> toolOptions = SHARE.toolOptions(command, environment);
        Map<String, String> more = new HashMap<>(environment);
        toolOptions.ifPresent(value -> more.put("JAVA_TOOL_OPTIONS", value));
        return finalFlags(jdk, options, more);
    }

    private List<String> finalFlags(Jdk jdk, List<String> options, Map<String, String> environment) {
        List<String> command = new ArrayList<>(List.of(jdk.java().toString()));
        command.addAll(options);
        command.addAll(List.of("-XX:+PrintFlagsFinal", "-version"));
        Launch launch = processes.command(command.toArray(String[]::new));
        environment.forEach(launch::env);
        RunningProcess java = launch.start();
        assertThat(java.awaitExit(DEADLINE)).as(java.dump()).isZero();
        // type name = value {kind} {origin}; -XX:ActiveProcessorCount has := in place of = in some versions
        return java.stdout()
                .lines()
                .map(line -> line.strip().split("\\s+"))
                .filter(words -> words.length > 3 && words[2].endsWith("="))
                .map(words -> words[1] + " = " + words[3].replaceFirst("(\\.\\d)0+$", "$1"))
                .toList();
    }
}
