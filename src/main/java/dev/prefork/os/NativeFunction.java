package dev.prefork.os;

import com.kenai.jffi.ArrayFlags;
import com.kenai.jffi.CallContext;
import com.kenai.jffi.CallingConvention;
import com.kenai.jffi.HeapInvocationBuffer;
import com.kenai.jffi.Invoker;
import com.kenai.jffi.Library;
import com.kenai.jffi.Type;
import java.util.Arrays;

/**
 * A function of the C library, called through jffi. Every argument is passed as 64 bits: on x86-64 and aarch64 each of the
 * first six has a register of its own, of which the function reads as much as its parameter is wide. So one way of calling
 * serves all functions with the same number of arguments, and no class has to be made for any. It is declared as one of
 * pointers, since jffi puts arrays in the place of pointers only. errno is saved by jffi
 * after every call, for the calling thread. Immutable; any thread may call.
 */
final class NativeFunction {
    private final long address;
    private final CallContext context;

    private NativeFunction(long address, CallContext context) {
        this.address = address;
        this.context = context;
    }

    /**
     * @param arguments how many it has, six at most
     * @throws UnsatisfiedLinkError if the library has no such function
     */
    static NativeFunction of(Library library, String name, int arguments) {
        long address = library.getSymbolAddress(name);
        if (address == 0) {
            throw new UnsatisfiedLinkError("the C library has no function " + name);
        }
        Type[] types = new Type[arguments];
        Arrays.fill(types, Type.POINTER);
        return new NativeFunction(
                address, CallContext.getCallContext(Type.POINTER, types, CallingConvention.DEFAULT, true));
    }

    /** Calls with numbers and addresses. What returns an int leaves the upper half of the answer undefined. */
    long call(long... arguments) {
        requireArguments(arguments.length);
        Invoker invoker = Invoker.getInstance();
        long[] a = arguments;
        return switch (a.length) {
            case 0 -> invoker.invokeN0(context, address);
            case 1 -> invoker.invokeN1(context, address, a[0]);
            case 2 -> invoker.invokeN2(context, address, a[0], a[1]);
            case 3 -> invoker.invokeN3(context, address, a[0], a[1], a[2]);
            case 4 -> invoker.invokeN4(context, address, a[0], a[1], a[2], a[3]);
            case 5 -> invoker.invokeN5(context, address, a[0], a[1], a[2], a[3], a[4]);
            default -> invoker.invokeN6(context, address, a[0], a[1], a[2], a[3], a[4], a[5]);
        };
    }

    /** In the place of a missing one the function would find what the register happens to hold. */
    private void requireArguments(int given) {
        if (given != context.getParameterCount()) {
            throw new IllegalArgumentException(given + " arguments, not " + context.getParameterCount());
        }
    }

    /** Begins a call that takes arrays; the arguments follow in order, as many as the function has. */
    Arguments with() {
        return new Arguments();
    }

    /** The arguments of one call. Arrays are copied: the collector may move them while the call waits. */
    final class Arguments {
        private final HeapInvocationBuffer buffer = new HeapInvocationBuffer(context);
        private int given;

        Arguments number(long value) {
            buffer.putLong(value);
            given++;
            return this;
        }

        /** Null is C's null. */
        Arguments memory(NativeMemory memory) {
            return number(addressOf(memory));
        }

        /** What the function only reads; an array without elements is passed as C's null. */
        Arguments in(byte[] array) {
            return array(array, ArrayFlags.IN);
        }

        /** What the function writes. It goes in as well: all of it comes back, and what was not written must be as it was. */
        Arguments inOut(byte[] array) {
            return array(array, ArrayFlags.IN | ArrayFlags.OUT);
        }

        private Arguments array(byte[] array, int ways) {
            if (array.length == 0) {
                return number(0);
            }
            buffer.putArray(array, 0, array.length, ways);
            given++;
            return this;
        }

        Arguments in(int[] array) {
            return array(array, ArrayFlags.IN);
        }

        Arguments inOut(int[] array) {
            return array(array, ArrayFlags.IN | ArrayFlags.OUT);
        }

        private Arguments array(int[] array, int ways) {
            if (array.length == 0) {
                return number(0);
            }
            buffer.putArray(array, 0, array.length, ways);
            given++;
            return this;
        }

        long call() {
            requireArguments(given);
            return Invoker.getInstance().invokeLong(context, address, buffer);
        }
    }

    static long addressOf(NativeMemory memory) {
        return memory == null ? 0 : memory.address();
    }
}
