package dev.slicer.cli.engine;

import dev.slicer.engine.TorchProgram;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** A Ctrl-C ends what is at work after the step that it is at, so that nothing half-written stays. */
public final class OrderlyStop {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private OrderlyStop() {}

    /**
     * Does something that the process's end is to wait for.
     *
     * @param stop has the work come to its end, when the process is asked to end
     * @param afterwards run then before the process ends
     */
    public static <T> T when(Runnable stop, Runnable afterwards, Supplier<T> work) {
        CountDownLatch ended = new CountDownLatch(1);
        Thread hook = new Thread(
                () -> {
                    stop.run();
                    try {
                        ended.await(LIMIT.toSeconds(), TimeUnit.SECONDS);
                    } catch (InterruptedException interrupted) {
                        Thread.currentThread().interrupt();
                    }
                    afterwards.run();
                },
                "orderly-stop");
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            return TorchProgram.asOneCall(work);
        } finally {
            ended.countDown();
            remove(hook);
        }
    }

    private static void remove(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException ending) {
            // The process ends already, and the hook knows that the work is done.
        }
    }
}
