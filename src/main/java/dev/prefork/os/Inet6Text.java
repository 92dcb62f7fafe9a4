package dev.prefork.os;

import java.net.Inet6Address;
import java.nio.ByteBuffer;

/** IPv6 addresses as RFC 5952 writes them; the JDK writes {@code 0:0:0:0:0:0:0:1} where people read {@code ::1}. */
final class Inet6Text {
    private static final int GROUPS = 8;

    private Inet6Text() {}

    static String of(Inet6Address address) {
        int[] groups = new int[GROUPS];
        ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
        for (int i = 0; i < GROUPS; i++) {
            groups[i] = Short.toUnsignedInt(bytes.getShort());
        }
        String scope = address.getScopeId() == 0 ? "" : "%" + address.getScopeId();
        return shorten(groups) + scope;
    }

    private static String shorten(int[] groups) {
        int start = 0;
        int length = 1; // a single zero is not worth shortening
        for (int i = 0; i < GROUPS; i++) {
            int run = zerosFrom(groups, i);
            if (run > length) {
                start = i;
                length = run;
            }
        }
        return length == 1
                ? join(groups, 0, GROUPS)
                : join(groups, 0, start) + "::" + join(groups, start + length, GROUPS);
    }

    private static int zerosFrom(int[] groups, int start) {
        int end = start;
        while (end < GROUPS && groups[end] == 0) {
            end++;
        }
        return end - start;
    }

    private static String join(int[] groups, int from, int to) {
        StringBuilder joined = new StringBuilder();
        for (int i = from; i < to; i++) {
            joined.append(i == from ? "" : ":").append(Integer.toHexString(groups[i]));
        }
        return joined.toString();
    }
}
