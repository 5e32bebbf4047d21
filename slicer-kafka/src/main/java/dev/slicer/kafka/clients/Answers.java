package dev.slicer.kafka.clients;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;

/** Waits for what Kafka's clients answer later. */
public final class Answers {
    private Answers() {}

    /**
     * @throws RuntimeException that the answer failed with; a {@link KafkaException} around a failure that is none
     * @throws InterruptException where the thread is interrupted
     */
    public static <T> T of(Future<T> answer) {
        try {
            return answer.get();
        } catch (ExecutionException e) {
            throw failure(e);
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    /**
     * As {@link #of(Future)}.
     *
     * @param meanwhile called again and again at this interval; what it throws ends the waiting
     */
    public static <T> T of(Future<T> answer, Duration interval, Runnable meanwhile) {
        while (true) {
            try {
                return answer.get(interval.toMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                meanwhile.run();
            } catch (ExecutionException e) {
                throw failure(e);
            } catch (InterruptedException e) {
                throw new InterruptException(e);
            }
        }
    }

    private static RuntimeException failure(ExecutionException e) {
        return e.getCause() instanceof RuntimeException cause ? cause : new KafkaException(e.getCause());
    }
}
