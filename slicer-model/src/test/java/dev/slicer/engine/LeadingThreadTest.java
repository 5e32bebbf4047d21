package dev.slicer.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class LeadingThreadTest {
    private static final Path TASKS = Path.of("/proc/self/task");

    @Test
    void shouldGiveNoCallerHelpersOfItsOwn() throws Exception {
        assumeThat(TASKS).as("where Linux lists the threads of a process").exists();
        // Given
        EngineOptions twoCores =
                new EngineOptions(Optional.of(Precision.FP32), OptionalInt.empty(), OptionalInt.of(2), 512);
        CountDownLatch leave = new CountDownLatch(1);
        List<Thread> callers = new ArrayList<>();
        try (TorchProgram program = TorchProgram.load(twoCores)) {
            // When
            for (int i = 0; i < 3; i++) {
                CountDownLatch called = new CountDownLatch(1);
                Thread caller = new Thread(
                        () -> {
                            call(program);
                            called.countDown();
                            await(leave);
                        },
                        "caller-" + i);
                callers.add(caller);
                caller.start();
                assertThat(called.await(60, TimeUnit.SECONDS)).isTrue();
            }

            // Then
            List<String> names = namesOfTasks();
            assertThat(names.stream().filter(name -> name.startsWith("caller-")))
                    .containsExactlyInAnyOrder("caller-0", "caller-1", "caller-2");
            // Helpers have the name of the thread that they help.
            assertThat(names.stream().filter("all-cores"::equals))
                    .hasSizeBetween(2, Math.max(2, Runtime.getRuntime().availableProcessors()));
        } finally {
            leave.countDown();
            for (Thread caller : callers) {
                caller.join();
            }
        }
    }

    /** Enough of work to be shared, in the program and outside of it. */
    private static void call(TorchProgram program) {
        try (NDManager scope = program.newScope()) {
            NDArray x = scope.ones(new Shape(512, 768)).add(1);
            program.call(
                    scope,
                    "probe",
                    false,
                    TorchProgram.Argument.of(x),
                    TorchProgram.Argument.of(scope.ones(new Shape(768, 768))),
                    TorchProgram.Argument.of(scope.zeros(new Shape(768))),
                    TorchProgram.Argument.of(scope.create(new long[] {Precision.FP32.scalarType()})),
                    TorchProgram.Argument.of(scope.create(new double[0])));
        }
    }

    private static List<String> namesOfTasks() throws IOException {
        List<String> names = new ArrayList<>();
        try (Stream<Path> tasks = Files.list(TASKS)) {
            for (Path task : tasks.toList()) {
                names.add(Files.readString(task.resolve("comm")).strip());
            }
        }
        return names;
    }

    @Test
    void shouldHandExceptionsToTheCaller() {
        // When / Then
        assertThatThrownBy(() -> LeadingThread.compute(() -> {
                    throw new IllegalStateException("too large");
                }))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("too large");
        assertThatThrownBy(() -> LeadingThread.compute(() -> {
                    throw new StackOverflowError();
                }))
                .isInstanceOf(StackOverflowError.class);
        assertThat(LeadingThread.compute(() -> "still there")).isEqualTo("still there");
    }

    @Test
    void shouldNotLeaveAnInterruptedCallersWorkBehind() throws Exception {
        // Given
        AtomicBoolean done = new AtomicBoolean();
        AtomicBoolean doneOnReturn = new AtomicBoolean();
        AtomicBoolean interrupted = new AtomicBoolean();
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        Thread caller = new Thread(() -> {
            LeadingThread.compute(() -> {
                begun.countDown();
                await(end);
                done.set(true);
                return null;
            });
            doneOnReturn.set(done.get());
            interrupted.set(Thread.interrupted());
        });

        // When
        caller.start();
        begun.await();
        caller.interrupt();
        caller.join(200);
        end.countDown();
        caller.join();

        // Then
        assertThat(doneOnReturn).isTrue();
        assertThat(interrupted).isTrue();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
