package dev.slicer.trainer.intake;

import static dev.slicer.kafka.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slicer.events.EventJson;
import dev.slicer.events.InvalidEventException;
import dev.slicer.events.TrainingRequest;
import dev.slicer.hyperparameters.Hyperparameters;
import dev.slicer.service.metrics.PassedOver;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RequestIntakeTest {
    private static final TopicPartition PARTITION = new TopicPartition("requests", 0);

    private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
    private final List<String> accepted = new CopyOnWriteArrayList<>();
    private final List<String> refused = new CopyOnWriteArrayList<>();
    private volatile boolean brokerAway;
    private RequestIntake intake;
    private Thread thread;

    @BeforeEach
    void start() throws InterruptedException {
        consumer.updateBeginningOffsets(Map.of(PARTITION, 0L));
        consumer.schedulePollTask(() -> consumer.rebalance(List.of(PARTITION)));
        intake = new RequestIntake(
                consumer, "requests", new Answers(), new PassedOver(new SimpleMeterRegistry()), Clock.systemUTC());
        thread = new Thread(intake);
        thread.start();
        awaitThat(() -> !consumer.assignment().isEmpty());
    }

    @AfterEach
    void stop() throws InterruptedException {
        intake.close();
        thread.join(10_000);
        assertThat(thread.isAlive()).isFalse();
        assertThat(intake.failure()).isEmpty();
    }

    @Test
    void shouldTakeARequestInAndCommitAtOnce() throws InterruptedException {
        // When
        send(0, request("job"));

        // Then
        awaitThat(() -> committed().equals(Optional.of(1L)));
        assertThat(accepted).containsExactly("job");
    }

    @Test
    void shouldRefuseWhatIsNoRequestAndGoOn() throws InterruptedException {
        // When
        send(0, "{\"jobId\":\"empty\",\"train\":[]}".getBytes(StandardCharsets.UTF_8));
        send(1, request("good"));

        // Then
        awaitThat(() -> committed().equals(Optional.of(2L)));
        assertThat(refused).singleElement().asString().contains("train is empty");
        assertThat(accepted).containsExactly("good");
    }

    @Test
    void shouldGoOnBehindARequestThatItFailsOn() throws InterruptedException {
        // When
        send(0, request("fault"));
        send(1, request("good"));

        // Then
        awaitThat(() -> committed().equals(Optional.of(2L)));
        assertThat(accepted).containsExactly("good");
        assertThat(intake.failure()).isEmpty();
    }

    @Test
    void shouldTakeARequestInLaterWhenTheBrokerDoesNotTakeTheReport() throws InterruptedException {
        // Given
        brokerAway = true;
        send(0, request("job"));
        awaitThat(() -> accepted.contains("job in vain"));
        assertThat(committed()).isEmpty();

        // When
        brokerAway = false;
        // The mock forgets what was polled once, a broker does not.
        send(0, request("job"));

        // Then
        awaitThat(() -> committed().equals(Optional.of(1L)));
        assertThat(accepted).contains("job");
    }

    private final class Answers implements RequestIntake.Answer {
        @Override
        public void accept(TrainingRequest request, ConsumerRecord<byte[], byte[]> record) {
            if (brokerAway) {
                accepted.add(request.jobId() + " in vain");
                throw new KafkaException("the broker is gone");
            }
            if (request.jobId().equals("fault")) {
                throw new NullPointerException("a fault of ours");
            }
            accepted.add(request.jobId());
        }

        @Override
        public void refuse(ConsumerRecord<byte[], byte[]> record, InvalidEventException reason) {
            refused.add(reason.getMessage());
        }
    }

    private void send(long offset, byte[] value) {
        consumer.schedulePollTask(() -> consumer.addRecord(new ConsumerRecord<>("requests", 0, offset, null, value)));
    }

    private static byte[] request(String jobId) {
        return EventJson.write(new TrainingRequest(
                jobId, "mbert", List.of("sample:en.train"), Map.of(), List.of("PER"), Hyperparameters.defaults()));
    }

    private Optional<Long> committed() {
        return consumer.closed()
                ? Optional.empty()
                : Optional.ofNullable(consumer.committed(Set.of(PARTITION)).get(PARTITION))
                        .map(OffsetAndMetadata::offset);
    }

    private static void awaitThat(BooleanSupplier condition) {
        await("the intake").until(condition::getAsBoolean);
    }
}
