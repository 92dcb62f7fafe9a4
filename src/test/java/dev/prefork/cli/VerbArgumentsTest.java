package dev.prefork.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.prefork.config.UsageException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VerbArgumentsTest {
    private static VerbArguments own(String line) {
        return Arguments.parse(line.split(" ")).own();
    }

    @Test
    void optionsStandBeforeOrAfterTheOperandWithOrWithoutAnEqualsSign() {
        VerbArguments expected = new VerbArguments(Map.of(VerbOption.WAIT, "", VerbOption.PID, "17"), Optional.of("4"));
        assertThat(own("scale 4 --wait --pid 17")).isEqualTo(expected);
        assertThat(own("scale --pid=17 4 --wait")).isEqualTo(expected);
        assertThat(own("scale 4").options()).isEmpty();
        assertThat(own("status")).isEqualTo(VerbArguments.NONE);
    }

    @ParameterizedTest
    @CsvSource({"4, 4, false", "+1, 1, true", "-12, -12, true", "0, 0, false", "999999999, 1000000, false"})
    void aNumberHasASignIfItIsRelative(String text, int number, boolean relative) {
        VerbArguments scale = own("scale " + text);
        assertThat(scale.number()).isEqualTo(number);
        assertThat(scale.isRelative()).isEqualTo(relative);
    }

    @ParameterizedTest
    @ValueSource(strings = {"table", "wide", "json"})
    void theOutputHasAShortName(String form) {
        assertThat(own("status -o " + form).value(VerbOption.OUTPUT)).contains(form);
        assertThat(own("status --output=" + form)).isEqualTo(own("status -o " + form));
    }

    @Test
    void aMasterIsNamedByItsPid() {
        assertThat(own("reload --pid 17").pid()).contains(17L);
        assertThat(own("reload").pid()).isEmpty();
        assertThat(own("stop --now").has(VerbOption.NOW)).isTrue();
        assertThat(own("stop").has(VerbOption.NOW)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "status --folow|unknown option --folow of status; did you mean --follow? See prefork status --help",
                "status --workers 2|unknown option --workers of status; see prefork status --help",
                "reload --now|unknown option --now of reload; see prefork reload --help",
                "status -o yaml|--output yaml: must be one of table, wide, json; see prefork status --help",
                "status --output|--output needs a value: --output table|wide|json; see prefork status --help",
                "status --pid 0|--pid 0: must be the number of a process",
                "status --pid -5|--pid -5: must be the number of a process",
                "status now|status takes no argument beside its options; see prefork status --help",
                "reload -- sleep 5|unknown option -- of reload; see prefork reload --help",
                "reload --timeout 5s|--timeout limits what --wait waits for; give both, or neither; see prefork reload --help",
                "scale 2 --wait --timeout 0|--timeout 0: must be longer than zero; leave it out to wait without end",
                "stop --wait --timeout soon|--timeout soon: not a duration; write a number with ms, s, m, h or d, such as 30s,"
                        + " or ISO 8601, such as PT30S",
                "kill 1 --timeout 5s|unknown option --timeout of kill; see prefork kill --help",
                "reload --wait --wait|--wait is given more than once; give it once",
                "reload --wait=yes|--wait takes no value; see prefork reload --help",
                "scale|scale takes one argument: a number of workers N, or +N or -N; see prefork scale --help",
                "scale 1 2|scale takes one argument: a number of workers N, or +N or -N; see prefork scale --help",
                "scale many|scale many: scale takes one argument: a number of workers N, or +N or -N;"
                        + " see prefork scale --help",
                "kill|kill takes one argument: the number of a slot, from 0; see prefork kill --help",
                "kill -1|kill -1: kill takes one argument: the number of a slot, from 0; see prefork kill --help",
                "dump x|dump x: dump takes one argument: the number of a slot, from 0; see prefork dump --help",
                "completion fish|completion fish: completion takes one argument: bash or zsh;"
                        + " see prefork completion --help"
            })
    void whatIsWrongIsSaidInOneLine(String line) {
        int separator = line.indexOf('|');
        // The values of an output have that sign too.
        assertThatThrownBy(() -> own(line.substring(0, separator)))
                .isInstanceOf(UsageException.class)
                .hasMessage(line.substring(separator + 1));
    }

    @Test
    void helpComesFirst() {
        assertThat(Arguments.parse("kill", "--help").topic()).isEqualTo(Verb.KILL);
        assertThat(Arguments.parse("scale", "many", "-h").topic()).isEqualTo(Verb.SCALE);
        assertThat(HelpText.of(Verb.STATUS))
                .contains("Usage: prefork status [OPTIONS]", "\n  --output table|wide|json", "\n  3  no master found");
        assertThat(HelpText.of(Verb.KILL)).startsWith("Usage: prefork kill SLOT [OPTIONS]\n");
        assertThat(HelpText.of(Verb.HELP))
                .contains("\nExit codes of status, reload, scale, stop, kill, dump:\n  0  done\n");
    }

    @Test
    void verbsThatAskAMasterLeaveNoReasonForThePod() {
        assertThat(List.of(Verb.values()).stream().filter(Verb::asksAMaster))
                .containsExactly(
                        Verb.HEALTH,
                        Verb.STATUS,
                        Verb.RELOAD,
                        Verb.SCALE,
                        Verb.STOP,
                        Verb.KILL,
                        Verb.DUMP,
                        Verb.COMPLETION);
    }
}
