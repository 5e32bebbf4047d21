package dev.slicer.trainer.sharing;

import static dev.slicer.kafka.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slicer.trainer.sharing.LockedRequest.Wish;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.Test;

class LockedRequestTest {
    private static final Duration LOCK = Duration.ofSeconds(40);

    /** Stands still, so that what is waited for here is a wish and never a time. */
    private final AtomicLong now = new AtomicLong();

    private final LockedRequest request = new LockedRequest(
            new ConsumerRecord<>("requests", 0, 17, null, new byte[0]), 5, LockTerm.sentAt(LOCK, 0), now::get);

    @Test
    void shouldBelongToItsHolderForThreeQuartersOfTheLockSinceTheLastRenewalWasSent() {
        // When and then
        assertThat(request.holds()).isTrue();
        now.set(Duration.ofSeconds(29).toNanos());
        assertThat(request.holds()).isTrue();
        request.renewed(LockTerm.sentAt(LOCK, Duration.ofSeconds(20).toNanos()));
        now.set(Duration.ofSeconds(49).toNanos());
        assertThat(request.holds()).isTrue();
        now.set(Duration.ofSeconds(50).toNanos());
        assertThat(request.holds()).isFalse();
    }

    @Test
    void shouldConfirmByARenewalThatIsAskedForAtOnce() {
        // When
        CompletableFuture<Void> confirmed = CompletableFuture.runAsync(request::confirm);
        assertThat(request.next(LOCK)).isEqualTo(Wish.RENEW);
        assertThat(confirmed).isNotDone();
        request.renewed(LockTerm.sentAt(LOCK, now.get()));

        // Then
        await("the confirmation").until(confirmed::isDone);
        assertThat(confirmed).isCompleted();
    }

    @Test
    void shouldNotConfirmWhatHasBeenLost() {
        // When
        CompletableFuture<Void> confirmed = CompletableFuture.runAsync(request::confirm);
        request.end();

        // Then
        await("an answer").until(confirmed::isDone);
        assertThat(confirmed).isCompletedExceptionally();
        assertThatThrownBy(request::confirm)
                .isInstanceOf(KafkaException.class)
                .hasMessage("the lock of the request at offset 17 is lost");
    }

    @Test
    void shouldNotConfirmByARenewalThatWasSentBeforeTheHolderWasSuspended() {
        // Given: the answer to an old renewal comes when the process goes on
        now.set(Duration.ofSeconds(10).toNanos());
        CompletableFuture<Void> confirmed = CompletableFuture.runAsync(request::confirm);
        assertThat(request.next(LOCK)).isEqualTo(Wish.RENEW);

        // When
        now.set(Duration.ofMinutes(5).toNanos());
        request.renewed(LockTerm.sentAt(LOCK, Duration.ofSeconds(10).toNanos()));

        // Then
        await("an answer").until(confirmed::isDone);
        assertThat(confirmed).isCompletedExceptionally();
    }

    @Test
    void shouldSayTheLastWordOnceAndWaitUntilItIsSaid() {
        // When
        CompletableFuture<Void> accepted = CompletableFuture.runAsync(request::accept);
        assertThat(request.next(LOCK)).isEqualTo(Wish.ACCEPT);
        assertThat(accepted).isNotDone();
        request.end();

        // Then
        await("the last word").until(accepted::isDone);
        request.release();
        assertThat(request.holds()).isFalse();
    }
}
