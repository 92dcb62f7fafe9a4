package dev.prefork.procfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Text of /proc is the kernel's, but for what a process can put into it: its name, and those of its sockets. Each line is understood or is not,
 * and nothing is thrown.
 */
public final class ProcTextFuzz {
    private ProcTextFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) {
        String text = new String(input, StandardCharsets.ISO_8859_1);
        Optional<ProcessStat> stat = ProcessStat.parse(text);
        assertThat(ProcessStat.parse(text)).isEqualTo(stat);
        ProcessIdentity.startTime(text);
        Sockets.inode(text);
        Optional<TcpRow> row = TcpRow.parse(text);
        assertThat(TcpRow.parse(text)).isEqualTo(row);
    }
}
