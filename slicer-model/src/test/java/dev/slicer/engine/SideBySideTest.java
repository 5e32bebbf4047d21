package dev.slicer.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SideBySideTest {
    private static final List<Integer> TWO = List.of(1, 2);

    @Test
    void shouldTellOfThePieceThatFailedFirst() {
        // Given: the caller's piece fails when the other one's thread has ended
        Thread caller = Thread.currentThread();
        CompletableFuture<Thread> other = new CompletableFuture<>();
        CountDownLatch bothBegun = new CountDownLatch(2);

        // When / Then
        assertThatThrownBy(() -> SideBySide.each(TWO, 2, piece -> {
                    bothBegun.countDown();
                    if (Thread.currentThread() != caller) {
                        other.complete(Thread.currentThread());
                        await(bothBegun);
                        throw new IllegalStateException("first");
                    }
                    join(other.join());
                    throw new IllegalStateException("second");
                }))
                .hasMessage("first");
    }

    @Test
    void shouldEndWorkThatIsOneCallThoughTheProcessIsAboutToEnd() throws Exception {
        // Given
        CountDownLatch bothBegun = new CountDownLatch(2);
        CompletableFuture<Boolean> callsEnded = new CompletableFuture<>();
        Thread end = new Thread(() -> callsEnded.complete(noCallIsLeft()), "end");
        try (TorchProgram program = TorchProgram.load(
                new EngineOptions(Optional.of(Precision.FP32), OptionalInt.empty(), OptionalInt.of(2), 512))) {
            // When
            TorchProgram.asOneCall(() -> {
                end.start();
                awaitWaiting(end);
                SideBySide.each(TWO, 2, piece -> {
                    bothBegun.countDown();
                    await(bothBegun);
                    TorchProgram.onCores(1, () -> zeros(program));
                });
                return true;
            });
        }

        // Then
        assertThat(callsEnded.get()).isTrue();
    }

    /** Unlike the process's end it lets later calls go on. */
    private static boolean noCallIsLeft() {
        try {
            boolean none = TorchProgram.EXIT.writeLock().tryLock(10, TimeUnit.SECONDS);
            if (none) {
                TorchProgram.EXIT.writeLock().unlock();
            }
            return none;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static NDArray zeros(TorchProgram program) {
        try (NDManager scope = program.newScope()) {
            return program.blank(scope, Precision.FP32, new Shape(2, 2).getShape());
        }
    }

    private static void awaitWaiting(Thread thread) {
        while (thread.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
