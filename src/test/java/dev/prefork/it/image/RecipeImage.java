package dev.prefork.it.image;

import dev.prefork.it.Jdks;
import dev.prefork.it.NativeExecutable;
import dev.prefork.it.PackagedJar;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/**
 * The image of a recipe in {@code k8s/images}: a root file system with what its base image has, into which its instructions copy. For
 * Prefork's own image there is a directory with what those of its Dockerfile leave; where no native executable is tested, a script
 * stands for it that becomes the packaged jar. For one test.
 */
final class RecipeImage {
    private static final Path APPLICATION = Path.of("target", "quarkus-app");
    private static final String JAR_OF_STAND_IN = "stand-in";

    private final Dockerfile image;
    private final RootFileSystem system;
    private final Path prefork;

    /** @param home an empty directory */
    RecipeImage(Dockerfile file, Path home) throws IOException {
        image = file.image();
        system = RootFileSystem.assemble(Files.createDirectory(home.resolve("root")), Jdks.newest());
        prefork = Files.createDirectory(home.resolve("prefork"));
    }

    RootFileSystem system() {
        return system;
    }

    /** What {@code Dockerfile.native} leaves. */
    void nativePrefork() throws IOException {
        Path executable = prefork.resolve("prefork");
        if (NativeExecutable.isGiven()) {
            Files.copy(NativeExecutable.path(), executable);
            Tree.copy(NativeExecutable.path().resolveSibling("native"), prefork.resolve("native"));
        } else {
            Tree.copy(PackagedJar.path().getParent(), system.root().resolve(JAR_OF_STAND_IN));
            Files.writeString(
                    executable,
                    "#!/bin/sh\nexec java -XX:+UseSerialGC -jar /" + JAR_OF_STAND_IN + "/quarkus-run.jar \"$@\"\n");
            Files.setPosixFilePermissions(executable, PosixFilePermissions.fromString("rwxr-xr-x"));
            Tree.copy(APPLICATION.resolve("native"), prefork.resolve("native"));
        }
    }

    /** What {@code k8s/Dockerfile.jvm} leaves. */
    void jvmPrefork() {
        Tree.copy(Path.of("src/main/launcher"), prefork.resolve("app/bin"));
        Tree.copy(APPLICATION.resolve("native"), prefork.resolve("app/native"));
        Tree.copy(Path.of("k8s/class-archive.sh"), prefork.resolve("app/class-archive.sh"));
    }

    /** What COPY says, in the order of the file. */
    void copy(Path context) throws IOException {
        for (Dockerfile.Instruction instruction : image.instructions()) {
            if (instruction.is("COPY")) {
                List<String> operands = instruction.operands();
                String source = operands.get(0);
                Path from = instruction.option("from").isPresent()
                        ? prefork.resolve(source.substring(1))
                        : context.resolve(source);
                Path to = system.root().resolve(inRoot(operands.get(1)));
                Tree.copy(from, to);
                String[] owner = instruction.option("chown").orElseThrow().split(":");
                Tree.hand(
                        to,
                        Integer.parseInt(owner[0]),
                        Integer.parseInt(owner[1]),
                        instruction.option("chmod").orElseThrow());
            }
        }
        system.copyLibraries(system.root());
    }

    private String inRoot(String target) {
        return (target.startsWith("/") ? target : workingDirectory() + "/" + target).substring(1);
    }

    String workingDirectory() {
        return image.all("WORKDIR").isEmpty() ? "/" : image.last("WORKDIR");
    }

    int user() {
        return Integer.parseInt(image.last("USER"));
    }

    /** The commands of one kind of instruction. */
    List<List<String>> commands(String word) {
        return image.commands(word);
    }
}
