package dev.prefork.quarkus.master.page;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;
import java.util.function.Supplier;

/** The token that those know who may change something. Any thread. */
final class AdminToken {
    private static final String SCHEME = "Bearer ";

    private final Supplier<Optional<String>> token;

    /** What is to be thought of a request. */
    enum Verdict {
        /** There is no token, so there is nothing that could be right. */
        CLOSED,
        MISSING,
        WRONG,
        RIGHT
    }

    /** @param token asked anew each time; empty if there is none */
    AdminToken(Supplier<Optional<String>> token) {
        this.token = token;
    }

    /** @param authorization the header of that name; null if there was none */
    Verdict judge(String authorization) {
        Optional<String> right = token.get();
        if (right.isEmpty()) {
            return Verdict.CLOSED;
        }
        if (authorization == null) {
            return Verdict.MISSING;
        }
        // The scheme's name may be compared in any time, and has no case (RFC 9110, 11.1).
        if (!authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return Verdict.WRONG;
        }
        String given = authorization.substring(SCHEME.length()).strip();
        return isSame(given, right.get()) ? Verdict.RIGHT : Verdict.WRONG;
    }

    /** The time that it takes tells neither where two differ nor how long the right one is: digests have one length. */
    private static boolean isSame(String given, String right) {
        return MessageDigest.isEqual(digest(given), digest(right));
    }

    private static byte[] digest(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
