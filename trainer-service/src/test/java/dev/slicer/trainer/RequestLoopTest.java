package dev.slicer.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slicer.events.EventJson;
import dev.slicer.events.TrainingRequest;
import dev.slicer.training.Hyperparameters;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RequestLoopTest {
    private static final TopicPartition PARTITION = new TopicPartition("requests", 0);

    private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
    private final List<String> refused = new CopyOnWriteArrayList<>();
    private final List<String> ran = new CopyOnWriteArrayList<>();
    private final CountDownLatch jobMayEnd = new CountDownLatch(1);
    private volatile RequestLoop.Work work = (request, record, signal) -> {
        ran.add(request.jobId());
        return true;
    };
    private RequestLoop loop;
    private Thread thread;

    @BeforeEach
    void start() throws InterruptedException {
        consumer.updateBeginningOffsets(Map.of(PARTITION, 0L));
        consumer.schedulePollTask(() -> consumer.rebalance(List.of(PARTITION)));
        loop = new RequestLoop(
                consumer,
                "requests",
                (request, record, signal) -> work.run(request, record, signal),
                (record, reason) -> refused.add(reason.getMessage()),
                Clock.systemUTC(),
                Duration.ofSeconds(5));
        thread = new Thread(loop);
        thread.start();
        awaitThat(() -> !consumer.assignment().isEmpty());
    }

    @AfterEach
    void stop() throws InterruptedException {
        jobMayEnd.countDown();
        loop.close();
        thread.join(10_000);
        assertThat(thread.isAlive()).isFalse();
    }

    @Test
    void shouldPollOnWithPausedPartitionsWhileAJobRunsAndCommitAtItsEnd() throws InterruptedException {
        // Given
        work = (request, record, signal) -> waitForEnd();
        send(0, request("long"));
        awaitThat(() -> loop.activeJob().isPresent());

        // When
        Instant before = loop.lastPoll();
        awaitThat(() -> loop.lastPoll().isAfter(before));

        // Then
        assertThat(consumer.paused()).containsExactly(PARTITION);
        assertThat(committed()).isEmpty();

        // And when
        jobMayEnd.countDown();

        // Then
        awaitThat(() -> committed().equals(Optional.of(1L)));
        assertThat(consumer.paused()).isEmpty();
    }

    @Test
    void shouldRefuseWhatIsNoRequestAndGoOn() throws InterruptedException {
        // When
        send(0, "{\"jobId\":\"empty\",\"train\":[]}".getBytes(StandardCharsets.UTF_8));
        send(1, request("good"));

        // Then
        awaitThat(() -> committed().equals(Optional.of(2L)));
        assertThat(refused).singleElement().asString().contains("train is empty");
        assertThat(ran).containsExactly("good");
    }

    @Test
    void shouldNotCommitAJobThatWasGivenBackWhenTheTrainerShutsDown() throws InterruptedException {
        // Given
        work = (request, record, signal) -> {
            while (!signal.stopped()) {
                Thread.onSpinWait();
            }
            return false;
        };
        send(0, request("interrupted"));
        awaitThat(() -> loop.activeJob().isPresent());

        // When
        loop.close();
        thread.join(10_000);

        // Then
        assertThat(thread.isAlive()).isFalse();
        assertThat(committed()).isEmpty();
    }

    @Test
    void shouldStopAJobBeforeItsPartitionGoesToAnotherTrainer() throws InterruptedException {
        // Given
        work = (request, record, signal) -> {
            while (!signal.stopped()) {
                Thread.onSpinWait();
            }
            ran.add("stopped");
            return false;
        };
        send(0, request("moved"));
        awaitThat(() -> loop.activeJob().isPresent());

        // When
        consumer.schedulePollTask(() -> {
            loop.onPartitionsRevoked(List.of(PARTITION));
            ran.add("revoked");
        });

        // Then
        awaitThat(() -> ran.size() == 2);
        assertThat(ran).containsExactly("stopped", "revoked");
        assertThat(committed()).isEmpty();
    }

    @Test
    void shouldCancelOnlyTheJobThatRunsHere() throws InterruptedException {
        // Given
        work = (request, record, signal) -> {
            while (!signal.stopped()) {
                Thread.onSpinWait();
            }
            return true;
        };
        send(0, request("mine"));
        awaitThat(() -> loop.activeJob().isPresent());

        // When and then
        assertThat(loop.cancel("other")).isEmpty();
        assertThat(loop.cancel("mine")).hasValue(true);
        awaitThat(() -> committed().equals(Optional.of(1L)));
    }

    @Test
    void shouldKeepTheRequestWhenItsJobCouldNotBeFollowed() throws InterruptedException {
        // Given
        work = (request, record, signal) -> {
            ran.add(request.jobId());
            throw new KafkaException("the broker is gone");
        };

        // When
        send(0, request("untold"));
        awaitThat(() -> ran.size() == 1 && loop.activeJob().isEmpty());

        // Then
        assertThat(committed()).isEmpty();
        assertThat(loop.failure()).isEmpty();
    }

    private boolean waitForEnd() {
        try {
            jobMayEnd.await();
            return true;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void send(long offset, byte[] value) {
        consumer.schedulePollTask(() -> consumer.addRecord(new ConsumerRecord<>("requests", 0, offset, null, value)));
    }

    private static byte[] request(String jobId) {
        return EventJson.write(new TrainingRequest(
                jobId, "mbert", List.of("sample:en.train"), Map.of(), List.of("PER"), Hyperparameters.paper()));
    }

    private Optional<Long> committed() {
        return consumer.closed()
                ? Optional.empty()
                : Optional.ofNullable(consumer.committed(Set.of(PARTITION)).get(PARTITION))
                        .map(OffsetAndMetadata::offset);
    }

    private static void awaitThat(BooleanSupplier condition) throws InterruptedException {
        Instant end = Instant.now().plusSeconds(10);
        while (!condition.getAsBoolean()) {
            assertThat(Instant.now()).isBefore(end);
            Thread.sleep(5);
        }
    }
}
