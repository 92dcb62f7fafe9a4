package dev.prefork.architecture;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What a file of this project may look like. Pure: files in, sentences about offenders out. */
final class HouseRules {
    static final int LONGEST = 500;
    static final int MEDIAN = 100;

    private static final Set<String> TOP = Set.of(
            "pom.xml",
            "mvnw",
            "src",
            "docs",
            "bench",
            "k8s",
            "Dockerfile.native",
            ".dockerignore",
            "README.md",
            "CHANGELOG.md",
            "CONTRIBUTING.md",
            "SECURITY.md",
            "LICENSE",
            "NOTICE",
            ".ci",
            ".github",
            ".mvn",
            ".editorconfig",
            ".gitattributes",
            ".gitignore");

    private static final Pattern EMPTY_NAME = Pattern.compile(".*(Manager|Helper|Helpers|Util|Utils)\\.java");

    /** A test that is off, that waits for time to pass instead of for an event, or that cannot fail. */
    private static final Pattern WEAK_TEST =
            Pattern.compile("@Disable[d]\\b|\\bThread\\.sleep\\(|\\bassertTrue\\(true\\)|\\bassertThat\\(true\\)");

    private static final Pattern UNFINISHED = Pattern.compile("\\b(TODO|FIXME|XXX)\\b|UnsupportedOperationException");

    /** Whoever builds this decides where packages come from; a name in here would decide it for them. */
    private static final Pattern REGISTRY = Pattern.compile("\\brepo1?\\.maven\\.(apache\\.)?org|\\bmaven\\.org/maven2"
            + "|\\bcentral\\.sonatype|\\boss\\.sonatype|\\b(deb|security|ftp)\\.debian\\.org|\\barchive\\.ubuntu\\.com"
            + "|\\bregistry\\.npmjs|\\bregistry\\.yarnpkg|\\bpypi\\.org|\\bpythonhosted\\.org|\\bproxy\\.golang\\.org"
            + "|\\brubygems\\.org|\\bcrates\\.io|\\bplugins\\.gradle\\.org|\\bjitpack\\.io");

    private HouseRules() {}

    static List<String> violations(Collection<TextFile> files) {
        return Stream.of(
                        tooLong(files),
                        medianTooLong(files),
                        emptyNames(files),
                        lines(files, file -> file.isJava() && file.isTest(), WEAK_TEST, "a weak test"),
                        lines(files, TextFile::isMain, UNFINISHED, "unfinished"),
                        lines(files, file -> true, REGISTRY, "the host of a package registry"),
                        strayTopEntries(files),
                        missingPackageInfo(files))
                .flatMap(found -> found)
                .distinct()
                .sorted()
                .toList();
    }

    private static Stream<String> tooLong(Collection<TextFile> files) {
        return files.stream()
                .filter(TextFile::isJava)
                .filter(file -> file.lines().size() > LONGEST)
                .map(file -> file.path() + " has " + file.lines().size() + " lines: " + LONGEST + " are allowed");
    }

    private static Stream<String> medianTooLong(Collection<TextFile> files) {
        List<Integer> sizes = files.stream()
                .filter(file -> file.isJava() && file.isMain())
                .filter(file -> !file.name().equals("package-info.java"))
                .map(file -> file.lines().size())
                .sorted()
                .toList();
        return sizes.isEmpty() || sizes.get(sizes.size() / 2) <= MEDIAN
                ? Stream.empty()
                : Stream.of("the median file of src/main has " + sizes.get(sizes.size() / 2) + " lines: " + MEDIAN
                        + " are allowed");
    }

    private static Stream<String> emptyNames(Collection<TextFile> files) {
        return files.stream()
                .filter(file -> EMPTY_NAME.matcher(file.name()).matches())
                .map(file -> file.path() + " is named for nothing in particular: say what it does");
    }

    private static Stream<String> lines(
            Collection<TextFile> files, Predicate<TextFile> where, Pattern what, String words) {
        return files.stream().filter(where).flatMap(file -> IntStream.range(
                        0, file.lines().size())
                .filter(i -> what.matcher(file.lines().get(i)).find())
                .mapToObj(i -> file.path() + ":" + (i + 1) + " has " + words + ": "
                        + file.lines().get(i).strip()));
    }

    private static Stream<String> strayTopEntries(Collection<TextFile> files) {
        return files.stream()
                .map(TextFile::topEntry)
                .filter(entry -> !TOP.contains(entry))
                .map(entry -> entry + " does not belong into the top directory");
    }

    private static Stream<String> missingPackageInfo(Collection<TextFile> files) {
        Set<String> described = files.stream()
                .filter(file -> file.name().equals("package-info.java"))
                .map(TextFile::directory)
                .collect(Collectors.toSet());
        return files.stream()
                .filter(file -> file.isJava() && file.isMain())
                .map(TextFile::directory)
                .filter(directory -> !described.contains(directory))
                .map(directory ->
                        directory + " has no package-info.java: say what lives there and which thread owns it");
    }
}
