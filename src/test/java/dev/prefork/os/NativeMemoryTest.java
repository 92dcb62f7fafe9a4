package dev.prefork.os;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.kenai.jffi.Library;
import java.lang.ref.Reference;
import org.junit.jupiter.api.Test;

class NativeMemoryTest {
    @Test
    void aNewBlockIsZero() {
        NativeMemory memory = NativeMemory.allocate(24);

        assertThat(memory.getLong(0) | memory.getLong(8) | memory.getLong(16)).isZero();
        assertThat(memory.address()).isNotZero();
    }

    @Test
    void numbersLieAsInAStructureOfC() {
        NativeMemory memory = NativeMemory.allocate(16);
        memory.putByte(0, (byte) 0x11);
        memory.putByte(1, (byte) 0x22);
        memory.putShort(2, (short) 0x4433);
        memory.putInt(4, 0x55);
        memory.putLong(8, -2);

        assertThat(memory.getInt(0))
                .as("little-endian, as both architectures are")
                .isEqualTo(0x44332211);
        assertThat(memory.getLong(8)).isEqualTo(-2);
    }

    @Test
    void bytesAreCopiedBothWays() {
        NativeMemory memory = NativeMemory.allocate(8);
        memory.put(2, new byte[] {1, 2, 3});
        byte[] read = new byte[4];
        memory.get(1, read);

        assertThat(read).containsExactly(0, 1, 2, 3);
    }

    @Test
    void fillingStopsAtTheLength() {
        NativeMemory memory = NativeMemory.allocate(8);
        memory.fill(4, (byte) 0xff);

        assertThat(memory.getLong(0)).isEqualTo(0xffffffffL);
    }

    @Test
    void theAddressIsWhereCFindsIt() {
        NativeMemory memory = NativeMemory.allocate(16);
        memory.put(0, NativeText.terminated("seven c"));
        Library library = Library.getCachedInstance("libc.so.6", Library.NOW);

        assertThat(NativeFunction.of(library, "strlen", 1).call(memory.address()))
                .isEqualTo(7);
        Reference.reachabilityFence(memory);
    }

    @Test
    void nothingBeyondTheEndIsTouched() {
        NativeMemory memory = NativeMemory.allocate(8);

        assertThatThrownBy(() -> memory.putInt(5, 1)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> memory.getLong(1)).isInstanceOf(IndexOutOfBoundsException.class);
    }
}
