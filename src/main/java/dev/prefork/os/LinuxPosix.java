package dev.prefork.os;

final class LinuxPosix {
    private LinuxPosix() {}

    static Posix instance() {
        throw new UnsupportedPlatformException("not on this platform");
    }
}
