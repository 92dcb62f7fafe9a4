package dev.prefork.os;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.kenai.jffi.Library;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import jnr.constants.platform.Errno;
import org.junit.jupiter.api.Test;

class NativeFunctionTest {
    private final Library library = Library.getCachedInstance("libc.so.6", Library.NOW);

    @Test
    void numbersArriveInOrderWhateverTheirWidth() {
        byte[] text = new byte[64];
        NativeMemory format = memory("%d %d %ld");
        long written = function("snprintf", 6)
                .with()
                .inOut(text)
                .number(text.length)
                .memory(format)
                .number(-1)
                .number(Integer.MIN_VALUE)
                .number(Long.MIN_VALUE)
                .call();

        assertThat(new String(text, 0, (int) written)).isEqualTo("-1 -2147483648 -9223372036854775808");
    }

    @Test
    void anAnswerOfAnIntIsCutToOne() {
        NativeMemory number = memory("-5");

        assertThat((int) function("atoi", 1).call(number.address())).isEqualTo(-5);
    }

    @Test
    void whatTheFunctionDidNotWriteIsAsItWas() {
        byte[] buffer = "abcdef".getBytes();

        function("memset", 3).with().inOut(buffer).number('x').number(2).call();

        assertThat(buffer).asString().isEqualTo("xxcdef");
    }

    @Test
    void whatTheFunctionOnlyReadsDoesNotComeBack() {
        byte[] bytes = "abc".getBytes();
        int[] numbers = {1, 2};

        function("memset", 3).with().in(bytes).number('x').number(3).call();
        function("memset", 3).with().in(numbers).number(-1).number(8).call();

        assertThat(bytes).asString().isEqualTo("abc");
        assertThat(numbers).containsExactly(1, 2);
    }

    /** So large that it is not copied onto the stack. */
    @Test
    void aLongArrayArrivesWhole() {
        byte[] from = new byte[1 << 20];
        from[from.length - 1] = 7;
        byte[] to = new byte[from.length];

        function("memcpy", 3).with().inOut(to).in(from).number(from.length).call();

        assertThat(to).isEqualTo(from);
    }

    @Test
    void anArrayWithoutElementsIsNull() {
        assertThat(function("memchr", 3)
                        .with()
                        .in(new byte[0])
                        .number(0)
                        .number(0)
                        .call())
                .isZero();
        assertThat(function("labs", 1).with().inOut(new int[0]).call()).isZero();
        assertThat(function("labs", 1).with().memory(null).call()).isZero();
    }

    @Test
    void aWrongNumberOfArgumentsIsNotPassedOn() {
        NativeFunction close = function("close", 1);

        assertThatThrownBy(() -> close.call(1, 2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("2 arguments, not 1");
        assertThatThrownBy(() -> close.with().call()).hasMessage("0 arguments, not 1");
    }

    @Test
    void aMissingFunctionIsSaidAtOnce() {
        assertThatThrownBy(() -> function("creat_nothing", 2))
                .isInstanceOf(UnsatisfiedLinkError.class)
                .hasMessageContaining("creat_nothing");
    }

    /** Each thread has its own errno, and an error of one that is not looked at yet is not another's. */
    @Test
    void errnoIsThatOfTheCallingThread() throws Exception {
        NativeFunction close = function("close", 1);
        NativeFunction kill = function("kill", 2);
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<Boolean>> answers = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                boolean closes = i % 2 == 0;
                Callable<Boolean> loop = () -> {
                    boolean right = true;
                    for (int round = 0; round < 2_000; round++) {
                        long answer = closes ? close.call(-1) : kill.call(Integer.MAX_VALUE, 0);
                        Errno expected = closes ? Errno.EBADF : Errno.ESRCH;
                        right &= (int) answer == -1 && LoadedLibc.lastError() == expected.intValue();
                    }
                    return right;
                };
                answers.add(threads.submit(loop));
            }
            for (Future<Boolean> answer : answers) {
                assertThat(answer.get()).isTrue();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void aSuccessLeavesNoErrorBehindThatACallOfThisThreadHad() {
        function("close", 1).call(-1);
        function("getpid", 0).call();

        assertThat(function("getpid", 0).call())
                .isEqualTo(ProcessHandle.current().pid());
    }

    @Test
    void theLibraryIsAskedForItsVersionAlone() {
        assertThat(LoadedLibc.glibcVersion()).matches("2\\.\\d+");
    }

    private NativeFunction function(String name, int arguments) {
        return NativeFunction.of(library, name, arguments);
    }

    private static NativeMemory memory(String text) {
        byte[] bytes = NativeText.terminated(text);
        NativeMemory memory = NativeMemory.allocate(bytes.length);
        memory.put(0, bytes);
        return memory;
    }
}
