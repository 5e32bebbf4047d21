package dev.slicer.kafka.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

class AwaitedSendTest {
    private final ProducerRecord<byte[], byte[]> record = new ProducerRecord<>("jobs", new byte[] {1});

    @Test
    void shouldTellWhereTheRecordLies() {
        MockProducer<byte[], byte[]> producer = producer(true);

        assertThat(AwaitedSend.send(producer, record).topic()).isEqualTo("jobs");
        AwaitedSend.sendAll(producer, List.of(record, record));
        assertThat(producer.history()).hasSize(3);
    }

    @Test
    void shouldNameTheTopicThatDoesNotTakeTheRecord() {
        // Given
        MockProducer<byte[], byte[]> producer = producer(false);
        CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> AwaitedSend.send(producer, record));

        // When
        while (!producer.errorNext(new RecordTooLargeException("too large"))) {
            Thread.onSpinWait();
        }

        // Then
        assertThatThrownBy(sending::join)
                .cause()
                .isInstanceOf(KafkaException.class)
                .hasMessage("cannot write to topic jobs: too large")
                .hasCauseInstanceOf(RecordTooLargeException.class);
    }

    @Test
    void shouldStayInterrupted() {
        // Given
        Thread.currentThread().interrupt();

        // When and then
        assertThatThrownBy(() -> AwaitedSend.send(producer(false), record)).isInstanceOf(InterruptException.class);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void shouldLetWhoWaitsEndTheWaiting() {
        CompletableFuture<String> never = new CompletableFuture<>();

        assertThatThrownBy(() -> Answers.of(never, Duration.ofMillis(1), () -> {
                    throw new IllegalStateException("not chosen any more");
                }))
                .hasMessage("not chosen any more");
    }

    private static MockProducer<byte[], byte[]> producer(boolean completes) {
        return new MockProducer<>(completes, null, new ByteArraySerializer(), new ByteArraySerializer());
    }
}
