package dev.prefork.bootcache;

import java.util.List;
import java.util.regex.Pattern;

/**
 * Whether the classes of an archive are linked when it is made (JEP 483), so that each start finds them loaded and verified, with their
 * names resolved, before the first line of Java runs. Pure.
 */
final class ClassLinking {
    static final String OPTION = "-XX:+AOTClassLinking";

    /** JDK 24 has it as well, but is not maintained any more. */
    private static final int LEAST = 25;

    /**
     * A JVM that has other modules than the one that made the archive, or that lets an agent see each class while it is loaded, refuses
     * such an archive altogether, and takes one whose classes are not linked. The agent of JMX, Flight
     * Recorder and the interface for a compiler in Java (JVMCI) are modules more.
     */
    private static final Pattern OBSTACLES = Pattern.compile(
            "--(add|limit|patch|upgrade|module|enable-native|illegal-native)-?.*|-p|-D(jdk\\.module|com\\.sun\\.management)\\..*"
                    + "|-Djava\\.system\\.class\\.loader=.*|-XX:(\\+ManagementServer|\\+((Enable|Use)JVMCI|UseGraalJIT).*"
                    + "|(StartFlightRecording|FlightRecorderOptions).*)");

    private ClassLinking() {}

    /** @param options all that the JVM sees, of the command line and of variables */
    static boolean suits(int version, List<String> options) {
        return version >= LEAST
                && options.stream()
                        .noneMatch(option -> OBSTACLES.matcher(option).matches());
    }
}
