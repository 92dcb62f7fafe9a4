package dev.prefork.it.hostile;

import dev.prefork.it.ProgramUnderTest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/** Packs a {@link FaultAgent}, with the classes that are to call it. For one test. */
final class Faults {
    private static final String AGENT = FaultAgent.class.getName().replace('.', '/');

    private final Path directory;

    /** @param directory an empty one */
    Faults(Path directory) {
        ProgramUnderTest.requireJvm("it takes no agent that breaks it");
        this.directory = directory;
    }

    /** The options of a JVM in which the first call of this method after {@link #happen} throws an error. */
    List<String> onceIn(String type, String method) throws IOException {
        return options("once", Map.of(type, List.of(method)));
    }

    /** The same for each call of any of these. */
    List<String> alwaysIn(Map<String, List<String>> methods) throws IOException {
        return options("always", methods);
    }

    /** The options of a JVM whose heap is full to the last bytes after {@link #happen}, until this method is called. */
    List<String> fullHeapUntil(String type, String method) throws IOException {
        // In the constructor, too: the first call from a class looks the agent up, which needs memory.
        return options("full", Map.of(type, List.of("<init>", method)));
    }

    /** From now on. */
    void happen() throws IOException {
        Files.createFile(trigger());
    }

    /** Whether the heap is full. */
    boolean isFull() throws IOException {
        return Files.size(Path.of(trigger() + ".full")) > 0;
    }

    private Path trigger() {
        return directory.resolve("trigger");
    }

    private List<String> options(String what, Map<String, List<String>> methods) throws IOException {
        Path jar = directory.resolve("agent.jar");
        Manifest manifest = new Manifest();
        Attributes attributes = manifest.getMainAttributes();
        attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        attributes.putValue("Premain-Class", FaultAgent.class.getName());
        attributes.putValue("Boot-Class-Path", "agent.jar");
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar), manifest)) {
            for (String name : List.of(AGENT, AGENT + "$Replacement")) {
                add(out, name + ".class", read(name));
            }
            for (Map.Entry<String, List<String>> each : methods.entrySet()) {
                String name = each.getKey().replace('.', '/');
                add(out, "changed/" + name + ".class", changed(read(name), each.getValue()));
            }
        }
        return List.of("-javaagent:" + jar + "=" + what + ":" + trigger());
    }

    private static byte[] read(String name) throws IOException {
        try (InputStream in = Faults.class.getClassLoader().getResourceAsStream(name + ".class")) {
            return in.readAllBytes();
        }
    }

    private static void add(JarOutputStream out, String name, byte[] bytes) throws IOException {
        out.putNextEntry(new JarEntry(name));
        out.write(bytes);
        out.closeEntry();
    }

    /** A call without arguments at the beginning of a method leaves the frames of the method as they are. */
    private static byte[] changed(byte[] original, List<String> methods) {
        ClassReader reader = new ClassReader(original);
        ClassWriter writer = new ClassWriter(reader, 0);
        int[] found = new int[1];
        reader.accept(
                new ClassVisitor(Opcodes.ASM9, writer) {
                    @Override
                    public MethodVisitor visitMethod(
                            int access, String name, String type, String generic, String[] thrown) {
                        MethodVisitor method = super.visitMethod(access, name, type, generic, thrown);
                        if (!methods.contains(name)) {
                            return method;
                        }
                        found[0]++;
                        return new MethodVisitor(Opcodes.ASM9, method) {
                            @Override
                            public void visitCode() {
                                super.visitCode();
                                visitMethodInsn(Opcodes.INVOKESTATIC, AGENT, "meet", "()V", false);
                            }
                        };
                    }
                },
                0);
        if (found[0] < methods.size()) {
            throw new AssertionError("there is no such method among " + methods);
        }
        return writer.toByteArray();
    }
}
