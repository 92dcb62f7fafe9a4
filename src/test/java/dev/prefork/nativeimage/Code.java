package dev.prefork.nativeimage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/** What the methods of some classes name in their bytecode. Immutable. */
record Code(List<Code.Body> bodies) {
    private static final String INITIALISER = "<clinit>";

    /**
     * One method.
     *
     * @param owner the binary name of its class
     * @param uses what it calls, reads or makes, as {@code java.lang.Class#forName}
     * @param texts its constant strings
     * @param classes its constant classes
     */
    record Body(String owner, String name, Set<String> uses, Set<String> texts, Set<String> classes) {
        /** As others name it. */
        String use() {
            return owner + "#" + name;
        }

        // Its sets are filled later, and are no part of what it is.
        @Override
        public boolean equals(Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(this);
        }
    }

    /** Of all classes below a directory. */
    static Code below(Path directory) {
        List<Body> bodies = new ArrayList<>();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.filter(f -> f.toString().endsWith(".class")).toList()) {
                read(Files.readAllBytes(file), bodies);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Code(List.copyOf(bodies));
    }

    /** Of one class. */
    static Code of(Class<?> type) {
        List<Body> bodies = new ArrayList<>();
        String file = type.getName().replace('.', '/') + ".class";
        try (var in = type.getClassLoader().getResourceAsStream(file)) {
            read(in.readAllBytes(), bodies);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Code(List.copyOf(bodies));
    }

    private static void read(byte[] bytes, List<Body> bodies) {
        ClassReader reader = new ClassReader(bytes);
        String owner = reader.getClassName().replace('/', '.');
        reader.accept(
                new ClassVisitor(Opcodes.ASM9) {
                    @Override
                    public MethodVisitor visitMethod(int a, String name, String d, String s, String[] e) {
                        Body body = new Body(owner, name, new HashSet<>(), new HashSet<>(), new HashSet<>());
                        bodies.add(body);
                        return new Names(body);
                    }
                },
                ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
    }

    Stream<Body> using(String use) {
        return bodies.stream().filter(body -> body.uses().contains(use));
    }

    /** The classes whose static initialiser, or a method or constructor of these classes that it leads to, uses what the test finds. */
    Set<String> initialisedWith(Predicate<String> suspicious) {
        Map<String, List<Body>> methods = bodies.stream().collect(Collectors.groupingBy(Body::use));
        return bodies.stream()
                .filter(body -> body.name().equals(INITIALISER))
                .filter(body -> reaches(body, methods, suspicious))
                .map(Body::owner)
                .collect(Collectors.toSet());
    }

    private static boolean reaches(Body from, Map<String, List<Body>> methods, Predicate<String> suspicious) {
        Set<Body> seen = new HashSet<>();
        Deque<Body> left = new ArrayDeque<>(List.of(from));
        while (!left.isEmpty()) {
            Body body = left.remove();
            if (seen.add(body)) {
                if (body.uses().stream().anyMatch(suspicious)) {
                    return true;
                }
                body.uses().forEach(use -> left.addAll(methods.getOrDefault(use, List.of())));
            }
        }
        return false;
    }

    private static final class Names extends MethodVisitor {
        private final Body body;

        Names(Body body) {
            super(Opcodes.ASM9);
            this.body = body;
        }

        private void use(String owner, String member) {
            body.uses().add(owner.replace('/', '.') + "#" + member);
        }

        @Override
        public void visitMethodInsn(int opcode, String owner, String name, String descriptor, boolean isInterface) {
            use(owner, name);
        }

        @Override
        public void visitFieldInsn(int opcode, String owner, String name, String descriptor) {
            use(owner, name);
        }

        @Override
        public void visitTypeInsn(int opcode, String type) {
            use(type, "<type>");
        }

        @Override
        public void visitLdcInsn(Object value) {
            if (value instanceof String text) {
                body.texts().add(text);
            } else if (value instanceof Type type) {
                body.classes().add(type.getClassName());
            }
        }
    }
}
