package dev.slicer.trainer.work;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slicer.checkpoint.FileCheckpointStore;
import dev.slicer.corpus.NamedCorpora;
import dev.slicer.events.EventJson;
import dev.slicer.events.Topics;
import dev.slicer.events.TrainingRequest;
import dev.slicer.events.TrainingStatus;
import dev.slicer.events.TrainingStatus.State;
import dev.slicer.experiments.FakeEngine;
import dev.slicer.hyperparameters.Hyperparameters;
import dev.slicer.jobs.JobFolders;
import dev.slicer.jobs.JobRunner;
import dev.slicer.jobs.Publication;
import dev.slicer.kafka.records.KafkaEvents;
import dev.slicer.kafka.records.RecordSizes;
import dev.slicer.roots.Roots;
import dev.slicer.service.channels.ChannelSender;
import dev.slicer.trainer.board.JobBoard;
import dev.slicer.trainer.sharing.HeldRequest;
import dev.slicer.trainer.topics.TrainingTopics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.smallrye.mutiny.Uni;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class JobLoopTest {
    private static final Topics TOPICS = Topics.defaults();
    private static final TrainingRequest REQUEST = new TrainingRequest(
            "job",
            "mbert",
            List.of("sample:en.train"),
            Map.of(),
            List.of("PER", "ORG", "LOC"),
            Hyperparameters.defaults().withH(4).withMaxSteps(4));
    private static final ConsumerRecord<byte[], byte[]> RECORD =
            new ConsumerRecord<>(TOPICS.trainingRequests(), 0, 17, null, EventJson.write(REQUEST));

    @TempDir
    Path folder;

    private final JobBoard board = new JobBoard();
    private final List<State> reported = new CopyOnWriteArrayList<>();
    private JobWork work;

    @BeforeEach
    void request() {
        board.requested(REQUEST, RECORD);
        board.reported(TrainingStatus.of("job", State.QUEUED, "waits"), Instant.EPOCH);
        Clock clock = Clock.systemUTC();
        ChannelSender sender = this::written;
        work = new JobWork(
                "trainer",
                new JobRunner(
                        new NamedCorpora(new Roots(List.of()), new NamedCorpora.Limits(1 << 24, 1 << 20))::ofOneRequest,
                        new FakeEngine(reference -> reference),
                        new Publication(new FileCheckpointStore(folder.resolve("store")), clock),
                        JobFolders.shared(folder.resolve("work"), folder.resolve("state"), "trainer", 10)),
                board,
                () -> {},
                new TrainingTopics(
                        sender,
                        sender,
                        sender,
                        sender,
                        TOPICS,
                        new KafkaEvents(URI.create("/slicer/trainer-service"), clock),
                        new RecordSizes()),
                new JobMetrics(new SimpleMeterRegistry(), board),
                Duration.ofHours(1),
                clock);
    }

    private Uni<RecordMetadata> written(ProducerRecord<byte[], byte[]> record) {
        if (record.topic().equals(TOPICS.trainingProgress())) {
            reported.add(EventJson.read(record.value(), TrainingStatus.class).state());
        }
        return Uni.createFrom().item(new RecordMetadata(new TopicPartition(record.topic(), 0), 0, 0, 0, 0, 0));
    }

    /** Does something when it is asked for its record first, which is after the open requests were looked at. */
    private static final class Held implements HeldRequest {
        private Optional<Runnable> whenLookedAt;

        Held(Runnable whenLookedAt) {
            this.whenLookedAt = Optional.of(whenLookedAt);
        }

        @Override
        public ConsumerRecord<byte[], byte[]> record() {
            whenLookedAt.ifPresent(Runnable::run);
            whenLookedAt = Optional.empty();
            return RECORD;
        }

        @Override
        public int deliveries() {
            return 1;
        }

        @Override
        public boolean isLastDelivery() {
            return false;
        }

        @Override
        public boolean holds() {
            return true;
        }

        @Override
        public void confirm() {}

        @Override
        public void accept() {}

        @Override
        public void release() {}
    }

    @Test
    void shouldNotTrainWhatIsCancelledWhileItIsTakenUp() {
        // Given: the topic tells of a cancellation when the job is found open, and does not run here yet
        JobLoop[] loop = new JobLoop[1];
        Queue<HeldRequest> requests = new ArrayDeque<>();
        requests.add(new Held(() -> {
            board.reported(TrainingStatus.of("job", State.CANCELLED, "cancelled on request"), Instant.EPOCH);
            loop[0].cancel("job", Optional.empty());
        }));
        loop[0] = JobLoop.alone(
                limit -> {
                    if (requests.isEmpty()) {
                        loop[0].close();
                    }
                    return Optional.ofNullable(requests.poll());
                },
                board,
                work);

        // When
        loop[0].run();

        // Then
        assertThat(reported).endsWith(State.CANCELLED);
        assertThat(board.find("job").orElseThrow().status().state()).isEqualTo(State.CANCELLED);
    }

    @Test
    void shouldGoOnLookingForStragglersWhereSomethingUnexpectedFails() throws Exception {
        // Given
        List<String> looks = new CopyOnWriteArrayList<>();
        Stragglers stragglers = new Stragglers(
                board,
                () -> {},
                () -> {
                    looks.add("look");
                    throw new IllegalStateException("unexpected");
                },
                work,
                System::nanoTime,
                RandomGenerator.getDefault());
        Thread looking = new Thread(stragglers, "stragglers");

        // When
        looking.start();
        while (looks.isEmpty()) {
            Thread.onSpinWait();
        }
        looking.join(200);

        // Then
        assertThat(looking.isAlive()).isTrue();
        stragglers.close();
        looking.join();
    }
}
