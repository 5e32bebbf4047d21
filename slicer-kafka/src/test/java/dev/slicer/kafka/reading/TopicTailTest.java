package dev.slicer.kafka.reading;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class TopicTailTest {
    private static final TopicPartition PARTITION = new TopicPartition("topic", 0);
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Duration AT_ONCE = Duration.ofMillis(300);

    private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
    private final List<Long> handled = new CopyOnWriteArrayList<>();
    private final Set<Long> failsOn = new HashSet<>();
    private final TopicTail tail = new TopicTail(consumer, Set.of("topic"), this::handle);
    private final Thread thread = new Thread(tail);

    @AfterEach
    void stop() throws InterruptedException {
        tail.close();
        thread.join();
    }

    @Test
    void shouldHaveHandledAllThatTheTopicHeldWhenItHasCaughtUp() {
        // Given
        start(3);

        // When
        tail.awaitCaughtUp(LIMIT);

        // Then
        assertThat(handled).containsExactly(0L, 1L, 2L);
        assertThat(tail.hasCaughtUp()).isTrue();
    }

    @Test
    void shouldEndWithWhatTheHandlerThrows() {
        // Given
        failsOn.add(1L);
        start(3);

        // When and then
        assertThatThrownBy(() -> tail.awaitCaughtUp(LIMIT)).isInstanceOf(KafkaException.class);
        assertThat(handled).containsExactly(0L);
        assertThat(tail.failure())
                .hasValueSatisfying(failure -> assertThat(failure).isInstanceOf(NullPointerException.class));
    }

    @Test
    void shouldWaitForTheOffsetsThatAreAskedFor() {
        // Given
        start(1);

        // When and then: the second record comes later
        assertThatThrownBy(() -> tail.awaitHandled(Map.of(PARTITION, 2L), AT_ONCE))
                .isInstanceOf(KafkaException.class)
                .hasMessage("reading [topic] takes longer than PT0.3S");
        consumer.schedulePollTask(() -> add(1));
        tail.awaitHandled(Map.of(PARTITION, 2L), LIMIT);
        assertThat(handled).containsExactly(0L, 1L);
    }

    @Test
    void shouldEndWaitsWhenItIsClosed() throws InterruptedException {
        // Given
        start(0);
        tail.close();
        thread.join();

        // When and then
        assertThatThrownBy(() -> tail.awaitHandled(Map.of(PARTITION, 1L), LIMIT))
                .isInstanceOf(KafkaException.class)
                .hasMessage("[topic] cannot be read");
    }

    private void handle(ConsumerRecord<byte[], byte[]> record) {
        if (failsOn.contains(record.offset())) {
            throw new NullPointerException("a fault of the handler's");
        }
        handled.add(record.offset());
    }

    private void start(int records) {
        consumer.updatePartitions(
                "topic", List.of(new PartitionInfo("topic", 0, Node.noNode(), new Node[0], new Node[0])));
        consumer.updateBeginningOffsets(Map.of(PARTITION, 0L));
        consumer.updateEndOffsets(Map.of(PARTITION, (long) records));
        consumer.schedulePollTask(() -> {
            for (int offset = 0; offset < records; offset++) {
                add(offset);
            }
        });
        thread.start();
    }

    private void add(long offset) {
        consumer.addRecord(new ConsumerRecord<>("topic", 0, offset, null, new byte[] {1}));
    }
}
