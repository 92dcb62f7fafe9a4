package dev.prefork.container;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** A program that says what is read inside a cgroup: all readings, and the OOM kills before and after its input ends. */
final class CgroupProbe {

    private CgroupProbe() {}

    public static void main(String[] arguments) throws IOException {
        Path root = Path.of("/");
        OomKills kills = OomKills.of(root);
        for (Reading reading : Readings.read(root, Map.of()).explanation()) {
            System.out.println(reading.label() + ": " + reading.value());
        }
        System.out.println("OOM kills before: " + kills.count().orElseThrow());
        System.in.readAllBytes();
        System.out.println("OOM kills after: " + kills.count().orElseThrow());
    }
}
