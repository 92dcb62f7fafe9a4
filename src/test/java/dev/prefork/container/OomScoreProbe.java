package dev.prefork.container;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A program that raises itself and then a process of somebody else, and says what came of it. */
final class OomScoreProbe {

    private OomScoreProbe() {}

    public static void main(String[] arguments) throws IOException {
        OomScore score = OomScore.read(Path.of("/"));
        System.out.println(
                "itself: " + score.raise((int) ProcessHandle.current().pid()));
        System.out.println("itself now: " + Files.readString(Path.of("/proc/self/oom_score_adj")));
        System.out.println("other: " + score.raise(Integer.parseInt(arguments[0])));
    }
}
