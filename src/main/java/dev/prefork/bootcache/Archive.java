package dev.prefork.bootcache;

import java.nio.file.Path;

/**
 * A class-data archive that workers may start from. Immutable.
 *
 * @param bytes its size
 * @param ours whether this cache made it and may remove it, rather than it being a part of the image
 */
public record Archive(Path file, long bytes, boolean ours) {
    /** Such as {@code 38 MB}. */
    String size() {
        return (bytes + (1 << 19) >> 20) + " MB";
    }
}
