package dev.prefork.shim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.config.Options;
import dev.prefork.os.ExecRequest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExecOrderTest {
    private static final ExecOrder ORDER = new ExecOrder(
            "/usr/bin/app",
            List.of("app", "-Xmx1g", "a=b", "a\nb", "", "\udcff", "ä"),
            List.of("LISTEN_PID", "WATCHDOG_PID"),
            6);

    @Test
    void whatIsReadIsWhatWasWritten() {
        assertThat(ExecOrder.read(environment(ORDER))).contains(ORDER);
    }

    @Test
    void manyArgumentsKeepTheirOrder() {
        List<String> arguments =
                IntStream.range(0, 1200).mapToObj(i -> "argument-" + i).toList();
        ExecOrder order = new ExecOrder("/usr/bin/app", arguments, List.of("LISTEN_PID"), 3);

        assertThat(ExecOrder.read(environment(order))).contains(order);
    }

    @Test
    void noArgumentAtAllIsAllowedByTheKernelToo() {
        ExecOrder order = new ExecOrder("/usr/bin/app", List.of(), List.of("LISTEN_PID"), 3);

        assertThat(ExecOrder.read(environment(order))).contains(order);
    }

    @Test
    void eachArgumentIsAVariable() {
        assertThat(ORDER.variables())
                .hasSize(4 + ORDER.arguments().size())
                .contains("PREFORK_EXEC_1=-Xmx1g", "PREFORK_EXEC_3=a\nb", "PREFORK_EXEC_4=", "PREFORK_EXEC_5=\udcff")
                .allSatisfy(variable -> assertThat(ExecOrder.owns(variable)).isTrue());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PREFORK_EXEC_FILE",
                "PREFORK_EXEC_COUNT",
                "PREFORK_EXEC_PIDS",
                "PREFORK_EXEC_CLOSED_FROM",
                "PREFORK_EXEC_0",
                "PREFORK_EXEC_6"
            })
    void anOrderWithAPieceMissingIsNone(String piece) {
        Map<String, String> environment = environment(ORDER);
        assertThat(environment.remove(piece)).isNotNull();

        assertThat(ExecOrder.read(environment)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "PREFORK_EXEC_COUNT,''",
        "PREFORK_EXEC_COUNT,-1",
        "PREFORK_EXEC_COUNT,many",
        "PREFORK_EXEC_COUNT,8",
        "PREFORK_EXEC_COUNT,999999999",
        "PREFORK_EXEC_COUNT,9999999999",
        "PREFORK_EXEC_CLOSED_FROM,-1",
        "PREFORK_EXEC_CLOSED_FROM,0x3",
    })
    void anOrderThatMakesNoSenseIsNone(String variable, String value) {
        Map<String, String> environment = environment(ORDER);
        environment.put(variable, value);

        assertThat(ExecOrder.read(environment)).isEmpty();
    }

    @Test
    void anEnvironmentWithoutOneHasNone() {
        assertThat(ExecOrder.read(Map.of())).isEmpty();
        assertThat(ExecOrder.read(Map.of("PREFORK_CHILD", "1", "PATH", "/bin"))).isEmpty();
    }

    @Test
    void thePidIsInTheEnvironmentAndNothingOfTheOrderIs() {
        Map<String, String> environment = environment(ORDER);
        environment.put("PATH", "/bin");
        environment.put("LISTEN_PID", "1");
        environment.put("PREFORK_EXEC_99", "left over");
        environment.put("PREFORK_CHILD", "1");
        environment.put("EMPTY", "");
        environment.put("ODD.NAME", "\udcff");

        assertThat(ORDER.execution(4711, environment))
                .isEqualTo(new ExecRequest(
                        "/usr/bin/app",
                        ORDER.arguments(),
                        List.of(
                                "PATH=/bin",
                                "PREFORK_CHILD=1",
                                "EMPTY=",
                                "ODD.NAME=\udcff",
                                "LISTEN_PID=4711",
                                "WATCHDOG_PID=4711"),
                        6));
    }

    @Test
    void noOptionIsTakenForAPieceOfAnOrder() {
        assertThat(Options.all()).isNotEmpty().noneMatch(option -> ExecOrder.owns(option.variable()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"PREFORK_CHILD", "PREFORK_EXECUTABLE", "PREFORK_EXEC", "EXEC_0", "PATH"})
    void otherVariablesAreNotOurs(String variable) {
        assertThat(ExecOrder.owns(variable)).isFalse();
    }

    private static Map<String, String> environment(ExecOrder order) {
        Map<String, String> environment = new LinkedHashMap<>();
        for (String variable : order.variables()) {
            String[] parts = variable.split("=", 2);
            environment.put(parts[0], parts[1]);
        }
        return environment;
    }
}
