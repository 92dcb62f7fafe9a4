package dev.prefork.procfs;

import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** The abstract unix names on which a process listens; see proc_net_unix(5). Stateless; any thread. */
public final class AbstractNames {
    private static final int FLAGS = 3;
    private static final int NAME = 7;
    private static final Pattern BLANKS = Pattern.compile(" +");

    /** __SO_ACCEPTCON in the kernel's net.h: connections that were accepted have the listener's name too. */
    private static final String LISTENING = "00010000";

    private AbstractNames() {}

    /**
     * Those in this process' network namespace, in the kernel's order and without the {@code @}, that begin with {@code prefix}. Empty where
     * the kernel does not tell.
     */
    public static List<String> listening(Path proc, String prefix) {
        String table = ProcFiles.readLong(proc.resolve("net/unix")).orElse("");
        return table.lines()
                .map(line -> BLANKS.split(line.strip(), NAME + 1))
                .filter(fields -> fields.length > NAME && fields[FLAGS].equals(LISTENING))
                .map(fields -> fields[NAME])
                .filter(name -> name.startsWith("@" + prefix))
                .map(name -> name.substring(1))
                .distinct()
                .toList();
    }
}
