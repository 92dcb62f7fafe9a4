package dev.prefork.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What JAVA_TOOL_OPTIONS becomes for a command on a JVM. */
class ToolOptionsTest {
    private static final String VARIABLE = "JAVA_TOOL_OPTIONS";
    private static final List<String> COMMAND = List.of("java", "-jar", "app.jar");
    private static final WorkerShare SHARE = WorkerShareTest.share(4, Tree.GIB, 2, WorkerKind.JVM_COMMAND);
    private static final String OURS = "-XX:ActiveProcessorCount=2 -Xmx276m -XX:+UseSerialGC -XX:MaxMetaspaceSize=156m";

    @Test
    void withoutAnyOfTheUsersTheyAreOurs() {
        assertThat(SHARE.toolOptions(COMMAND, Map.of())).contains(OURS);
        assertThat(SHARE.toolOptions(COMMAND, Map.of(VARIABLE, "  "))).contains(OURS);
    }

    @Test
    void oursComeAfterTheUsersWhichStayAsTheyAre() {
        assertThat(SHARE.toolOptions(COMMAND, Map.of(VARIABLE, " -Dname='a  b' -ea ")))
                .contains("-Dname='a  b' -ea " + OURS);
    }

    @Test
    void theUsersDecisionsOfEveryPlaceAreLeftOut() {
        Map<String, String> environment = Map.of(
                VARIABLE, "-XX:+UseZGC", "JDK_JAVA_OPTIONS", "-Xmx64m", "_JAVA_OPTIONS", "-XX:ActiveProcessorCount=1");

        assertThat(SHARE.toolOptions(List.of("java", "-cp", "a.jar", "Main"), Map.of()))
                .contains(OURS);
        assertThat(SHARE.toolOptions(List.of("java", "-Xmx64m", "-jar", "app.jar"), Map.of(VARIABLE, "-XX:+UseZGC")))
                .contains("-XX:+UseZGC -XX:ActiveProcessorCount=2");
        assertThat(SHARE.toolOptions(COMMAND, environment))
                .as("nothing is left to add")
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"javaw", "sh", "/opt/java/bin/java.sh", "java/run"})
    void anotherProgramKeepsItsEnvironment(String program) {
        assertThat(SHARE.toolOptions(List.of(program, "-jar", "app.jar"), Map.of()))
                .isEmpty();
    }

    @Test
    void noCommandIsNoJvm() {
        assertThat(SHARE.toolOptions(List.of(), Map.of())).isEmpty();
    }

    @Test
    void optionsInAFileLeaveTheVariableAlone() {
        assertThat(SHARE.toolOptions(List.of("java", "@options", "-jar", "app.jar"), Map.of(VARIABLE, "-ea")))
                .isEmpty();
    }
}
