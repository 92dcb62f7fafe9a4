package dev.prefork.notify;

import static org.assertj.core.api.Assertions.assertThat;

/** Any process that reaches a notification socket can send anything: what is kept of it is short, printable, and the same twice. */
public final class NotificationFuzz {
    private NotificationFuzz() {}

    public static void fuzzerTestOneInput(byte[] message) {
        Notification read = Notification.parse(message);
        assertThat(Notification.parse(message)).isEqualTo(read);
        read.status().ifPresent(status -> {
            assertThat(status.codePointCount(0, status.length())).isLessThanOrEqualTo(Notification.LONGEST_STATUS);
            assertThat(status.chars().noneMatch(Character::isISOControl)).isTrue();
        });
        read.unknown().ifPresent(name -> assertThat(name).matches("[A-Z][A-Z0-9_]*"));
    }
}
