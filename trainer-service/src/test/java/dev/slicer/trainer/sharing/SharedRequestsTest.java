package dev.slicer.trainer.sharing;

import static dev.slicer.kafka.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slicer.kafka.access.Denials;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockShareConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class SharedRequestsTest {
    private static final String TOPIC = "requests";
    private static final Duration LOCK = Duration.ofMinutes(10);
    private static final Duration SOON = Duration.ofSeconds(20);

    private final BreakingConsumer consumer = new BreakingConsumer();
    private final SharedRequests requests = new SharedRequests(
            () -> consumer,
            new ShareGroup(
                    "jobs",
                    LOCK,
                    5,
                    () -> {
                        throw new AssertionError("no broker is asked");
                    },
                    Denials.of(Map.of())),
            TOPIC,
            Clock.systemUTC(),
            System::nanoTime);

    private static final class BreakingConsumer extends MockShareConsumer<byte[], byte[]> {
        private volatile boolean broken;

        @Override
        public synchronized ConsumerRecords<byte[], byte[]> poll(Duration limit) {
            if (broken) {
                throw new TopicAuthorizationException(TOPIC);
            }
            return super.poll(limit);
        }
    }

    @Test
    void shouldHoldNoRequestAnyMoreWhoseConsumerBroke() {
        // Given
        CompletableFuture<Void> taking = CompletableFuture.runAsync(() -> requests.take(consumer));
        await("the subscription").until(() -> !consumer.subscription().isEmpty());
        consumer.addRecord(new ConsumerRecord<>(TOPIC, 0, 17, null, new byte[0]));
        HeldRequest held = requests.next(SOON).orElseThrow();
        assertThat(held.holds()).isTrue();

        // When
        consumer.broken = true;

        // Then: another trainer may have it by now
        assertThatThrownBy(held::confirm)
                .isInstanceOf(KafkaException.class)
                .hasMessage("the lock of the request at offset 17 is lost");
        assertThat(held.holds()).isFalse();
        await("the consumer's end").until(taking::isDone);
        assertThat(taking).isCompletedExceptionally();
        assertThat(requests.next(Duration.ZERO)).isEmpty();
    }
}
