package dev.prefork.os;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import jnr.constants.platform.Errno;

/** Endpoints as the kernel's sockaddr_in, sockaddr_in6 (ip(7), ipv6(7)) and sockaddr_un (unix(7)), and back. */
final class SockAddrs {
    static final int AF_UNIX = 1;
    static final int AF_INET = 2;
    static final int AF_INET6 = 10;

    /** As large as any address this class decodes: sizeof(struct sockaddr_storage). */
    static final int STORAGE_SIZE = 128;

    private static final int INET_SIZE = 16;
    private static final int INET6_SIZE = 28;

    /** sun_path has 108 bytes, one of them for the terminating NUL or the leading one of an abstract name. */
    private static final int LONGEST_PATH = 107;

    private SockAddrs() {}

    static int family(Endpoint endpoint) {
        if (endpoint instanceof Endpoint.Inet inet) {
            return inet.address() instanceof Inet6Address ? AF_INET6 : AF_INET;
        }
        return AF_UNIX;
    }

    /** The address for {@code call}, which is named in the exception when the endpoint is none the kernel could take. */
    static byte[] encode(String call, Endpoint endpoint) {
        return endpoint instanceof Endpoint.Inet inet ? encodeInet(inet) : encodeUnix(call, (Endpoint.Unix) endpoint);
    }

    private static byte[] encodeInet(Endpoint.Inet inet) {
        byte[] address = inet.address().getAddress();
        boolean six = address.length == 16;
        ByteBuffer encoded = ByteBuffer.allocate(six ? INET6_SIZE : INET_SIZE);
        encoded.order(ByteOrder.nativeOrder()).putShort((short) family(inet));
        encoded.order(ByteOrder.BIG_ENDIAN).putShort((short) inet.port());
        if (six) {
            int scope = ((Inet6Address) inet.address()).getScopeId();
            encoded.putInt(0).put(address).order(ByteOrder.nativeOrder()).putInt(scope);
        } else {
            encoded.put(address);
        }
        return encoded.array();
    }

    private static byte[] encodeUnix(String call, Endpoint.Unix unix) {
        byte[] path = unix.isAbstract() ? NativeText.bytes(unix.path()) : NativeText.terminated(unix.path());
        int length = path.length - 1; // without the NUL that ends a path or, in the @'s place, begins an abstract name
        if (length > LONGEST_PATH) {
            throw new ErrnoException(call, Errno.ENAMETOOLONG, unix, length + " bytes, at most " + LONGEST_PATH);
        }
        if (length == 0 || new String(path, 0, length, StandardCharsets.ISO_8859_1).indexOf(0) >= 0) {
            throw new ErrnoException(call, Errno.EINVAL, unix);
        }
        if (unix.isAbstract()) {
            path[0] = 0;
        }
        return ByteBuffer.allocate(Short.BYTES + path.length)
                .order(ByteOrder.nativeOrder())
                .putShort((short) AF_UNIX)
                .put(path)
                .array();
    }

    /** Decodes what getsockname(2) wrote; {@code length} is what it said the address is long. */
    static Endpoint decode(byte[] address, int length) {
        ByteBuffer encoded = ByteBuffer.wrap(address).order(ByteOrder.nativeOrder());
        int family = encoded.getShort();
        int port = Short.toUnsignedInt(encoded.order(ByteOrder.BIG_ENDIAN).getShort(2));
        return switch (family) {
            case AF_INET -> new Endpoint.Inet(inet(Arrays.copyOfRange(address, 4, 8), 0), port);
            case AF_INET6 -> {
                int scope = encoded.order(ByteOrder.nativeOrder()).getInt(24);
                yield new Endpoint.Inet(inet(Arrays.copyOfRange(address, 8, 24), scope), port);
            }
            case AF_UNIX -> new Endpoint.Unix(path(address, length));
            default -> throw new ErrnoException("getsockname", Errno.EAFNOSUPPORT, "family " + family);
        };
    }

    private static InetAddress inet(byte[] address, int scope) {
        try {
            // Scope 0 means none; passing it on would make "::%0" of "::".
            return address.length == 4
                    ? InetAddress.getByAddress(address)
                    : Inet6Address.getByAddress(null, address, scope == 0 ? -1 : scope);
        } catch (UnknownHostException impossible) {
            throw new IllegalArgumentException("neither 4 nor 16 bytes", impossible);
        }
    }

    private static String path(byte[] address, int length) {
        int end = Math.min(length, address.length);
        if (end <= Short.BYTES) {
            return ""; // an unnamed socket
        }
        if (address[Short.BYTES] == 0) {
            return "@" + NativeText.text(address, Short.BYTES + 1, end);
        }
        int nul = Short.BYTES;
        while (nul < end && address[nul] != 0) {
            nul++;
        }
        return NativeText.text(address, Short.BYTES, nul);
    }
}
