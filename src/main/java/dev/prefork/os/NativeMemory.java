package dev.prefork.os;

import com.kenai.jffi.MemoryIO;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A zeroed block outside of the heap for what a call is given by its address: structures that hold addresses, and those that
 * are opaque. Numbers are in the machine's order, offsets in bytes.
 *
 * <p>The block is freed when no object refers to it any more, which a bare address does not prevent: code that hands one on
 * keeps the block until the call has returned, by {@link java.lang.ref.Reference#reachabilityFence}. Not synchronised.
 */
final class NativeMemory {
    private final ByteBuffer bytes;
    private final long address;

    private NativeMemory(ByteBuffer bytes) {
        this.bytes = bytes;
        this.address = MemoryIO.getInstance().getDirectBufferAddress(bytes);
    }

    static NativeMemory allocate(int size) {
        return new NativeMemory(ByteBuffer.allocateDirect(size).order(ByteOrder.nativeOrder()));
    }

    long address() {
        return address;
    }

    int getInt(int offset) {
        return bytes.getInt(offset);
    }

    long getLong(int offset) {
        return bytes.getLong(offset);
    }

    void get(int offset, byte[] destination) {
        bytes.get(offset, destination);
    }

    void putByte(int offset, byte value) {
        bytes.put(offset, value);
    }

    void putShort(int offset, short value) {
        bytes.putShort(offset, value);
    }

    void putInt(int offset, int value) {
        bytes.putInt(offset, value);
    }

    void putLong(int offset, long value) {
        bytes.putLong(offset, value);
    }

    void put(int offset, byte[] source) {
        bytes.put(offset, source);
    }

    /** Sets the first {@code length} bytes. */
    void fill(int length, byte value) {
        for (int i = 0; i < length; i++) {
            bytes.put(i, value);
        }
    }
}
