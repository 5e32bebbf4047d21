package dev.slicer.inference.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slicer.events.EntitiesEvent;
import dev.slicer.kafka.clients.GroupProtocol;
import dev.slicer.kafka.loops.Shutdown;
import dev.slicer.kafka.testing.Patience;
import dev.slicer.text.Document;
import dev.slicer.text.TaggedDocument;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is done in which order, with clients that do as they are told. */
@Timeout(60)
class StreamSessionTest {
    private static final String TOPIC = "documents";
    private static final TopicPartition PARTITION = new TopicPartition(TOPIC, 0);
    private static final int IN_BATCH = 2;
    private static final StreamSettings SETTINGS = new StreamSettings(
            "document",
            TOPIC,
            Set.of(),
            "group",
            "group-1",
            GroupProtocol.CLASSIC,
            IN_BATCH,
            Integer.MAX_VALUE,
            2,
            Duration.ofSeconds(1));

    private final Consumer consumer = new Consumer();
    private final Producer producer = new Producer();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final List<Begun> begun = new CopyOnWriteArrayList<>();
    private final List<Outcome> told = new CopyOnWriteArrayList<>();
    private final Shutdown shutdown = new Shutdown();
    private final StreamProgress progress = new StreamProgress(Clock.systemUTC());
    private final Semaphore beginnings = new Semaphore(0);
    /** Begins with batches in the order in which they come. */
    private final ExecutorService workers =
            new ThreadPoolExecutor(0, 10, 1, TimeUnit.SECONDS, new SynchronousQueue<>()) {
                @Override
                public void execute(Runnable batch) {
                    super.execute(batch);
                    beginnings.acquireUninterruptibly();
                }
            };

    private final CompletableFuture<Void> end = new CompletableFuture<>();
    private final Thread thread = new Thread(this::run);

    private record Begun(List<Long> offsets, CompletableFuture<AnsweredBatch> result) {
        void finish() {
            result.complete(new AnsweredBatch(
                    offsets.stream().map(StreamSessionTest::answer).toList(), Duration.ofMillis(1)));
        }
    }

    @AfterEach
    void stop() throws InterruptedException {
        shutdown.begin();
        thread.interrupt();
        thread.join();
        workers.shutdownNow();
    }

    @Test
    void shouldTagTheNextBatchWhileOneIsCommittedAndNeverHaveMoreThanTwoInFlight() {
        // Given
        start(8);
        await("two batches", () -> begun.size() == 2);
        CountDownLatch committing = producer.holdCommits();

        // When: the second is done first, which changes nothing
        begun.get(1).finish();
        assertThat(producer.committed()).isEmpty();
        begun.get(0).finish();

        // Then: as long as the first isn't committed no third is begun, and the second waits its turn
        await("a commit", producer::isCommitting);
        assertThat(begun).hasSize(2);
        committing.countDown();
        await("both to be committed and two more to be begun", () -> begun.size() == 4);
        assertThat(producer.committed()).containsExactly(0L, 1L, 2L, 3L);
        assertThat(producer.offset()).isEqualTo(4);
        assertThat(begun).extracting(Begun::offsets).contains(List.of(4L, 5L), List.of(6L, 7L));
        assertThat(consumer.paused()).containsExactly(PARTITION);
    }

    @Test
    void shouldKeepWhatKafkaRefusedUntilTheGroupHasToldWhatChangedAndThenCommitIt() {
        // Given
        start(6);
        await("two batches", () -> begun.size() == 2);
        producer.refuseGeneration(1);

        // When
        begun.get(0).finish();
        begun.get(1).finish();

        // Then: it is tried once, and not as the same member again
        await("the refusal", () -> aborted() == 1);
        int polls = consumer.polls();
        await("a few polls", () -> consumer.polls() > polls + 2);
        assertThat(aborted()).isEqualTo(1);
        assertThat(producer.committed()).isEmpty();

        // When: the group has a new generation, in which the partition is still ours
        consumer.enterGeneration(2);

        // Then: nothing was tagged in vain
        await("the rest", () -> begun.size() == 3);
        begun.get(2).finish();
        await("all answers", () -> told.size() == 6);
        assertThat(producer.committed()).containsExactly(0L, 1L, 2L, 3L, 4L, 5L);
        assertThat(begun).extracting(Begun::offsets).containsExactly(List.of(0L, 1L), List.of(2L, 3L), List.of(4L, 5L));
        assertThat(dropped("batches")).isZero();
        assertThat(dropped("documents")).isZero();
    }

    @Test
    void shouldGiveUpWhatKafkaRefusedWhenThePartitionTurnsOutToBeLost() {
        // Given
        start(4);
        await("two batches", () -> begun.size() == 2);
        producer.refuseGeneration(1);
        begun.get(0).finish();
        await("the refusal", () -> aborted() == 1);

        // When: others had it and have done the first batch
        consumer.schedulePollTask(() -> {
            consumer.rebalance(Set.of());
            consumer.commitSync(Map.of(PARTITION, new OffsetAndMetadata(2)));
            consumer.enterGeneration(2);
            consumer.rebalance(Set.of(PARTITION));
        });

        // Then
        await("the other one to be given up", begun.get(1).result()::isCancelled);
        await("the second batch to be begun again", () -> begun.size() == 3);
        begun.get(2).finish();
        await("its answers", () -> told.size() == 2);
        assertThat(producer.committed()).containsExactly(2L, 3L);
        assertThat(dropped("documents")).isEqualTo(4);
    }

    @Test
    void shouldGoOnBehindWhatIsCommittedWhenAPartitionWasTakenAwayAndComesBack() {
        // Given
        start(6);
        await("two batches", () -> begun.size() == 2);
        begun.get(0).finish();
        await("a commit", () -> producer.committed().size() == 2);
        await("the third batch", () -> begun.size() == 3);

        // When
        consumer.schedulePollTask(() -> {
            consumer.rebalance(Set.of());
            consumer.rebalance(Set.of(PARTITION));
        });

        // Then
        await("both to be begun again", () -> begun.size() >= 5);
        await("the other one to be given up", begun.get(1).result()::isCancelled);
        assertThat(begun.get(3).offsets()).containsExactly(2L, 3L);
        begun.subList(3, 5).forEach(Begun::finish);
        await("all answers", () -> producer.committed().size() == 6);
        assertThat(producer.committed()).containsExactly(0L, 1L, 2L, 3L, 4L, 5L);
        assertThat(dropped("documents")).isEqualTo(4);
    }

    @Test
    void shouldFinishWhatIsInFlightBeforeItStops() throws Exception {
        // Given
        start(8);
        await("two batches", () -> begun.size() == 2);

        // When
        shutdown.begin();
        begun.get(1).finish();
        begun.get(0).finish();
        end.get();

        // Then
        assertThat(producer.committed()).containsExactly(0L, 1L, 2L, 3L);
        assertThat(begun).hasSize(2);
    }

    @Test
    void shouldEndWhereTheBrokerOrTheModelFails() {
        // Given
        start(4);
        await("two batches", () -> begun.size() == 2);

        // When
        producer.commitTransactionException = new TimeoutException("no broker");
        begun.get(0).finish();

        // Then
        assertThatThrownBy(end::join).hasCauseInstanceOf(KafkaException.class).hasMessageContaining("no broker");
        Patience.await("the other one to be given up").until(begun.get(1).result()::isCancelled);
    }

    private double aborted() {
        return registry.get("slicer.stream.transactions.aborted").counter().count();
    }

    private double dropped(String what) {
        return registry.get("slicer.stream." + what + ".dropped").counter().count();
    }

    /** A session that has ended will do nothing more. */
    private void await(String what, BooleanSupplier condition) {
        Patience.await(what).until(() -> {
            if (end.isCompletedExceptionally()) {
                end.join();
            }
            return condition.getAsBoolean();
        });
    }

    private void start(int records) {
        consumer.begin(records);
        thread.start();
    }

    private void run() {
        try {
            producer.initTransactions();
            new StreamSession(
                            consumer,
                            producer,
                            SETTINGS,
                            new Work(),
                            workers,
                            progress,
                            new StreamMetrics(registry),
                            shutdown)
                    .run();
            end.complete(null);
        } catch (RuntimeException | InterruptedException e) {
            end.completeExceptionally(e);
        }
    }

    private final class Work implements DocumentWork {
        @Override
        public boolean awaitReady(Duration timeout) {
            return true;
        }

        @Override
        public AnsweredBatch answer(List<ConsumerRecord<byte[], byte[]>> records) throws InterruptedException {
            Begun next = new Begun(records.stream().map(ConsumerRecord::offset).toList(), new CompletableFuture<>());
            begun.add(next);
            beginnings.release();
            try {
                return next.result().get();
            } catch (InterruptedException e) {
                next.result().cancel(true);
                throw e;
            } catch (ExecutionException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void committed(AnsweredBatch batch, Duration commit) {
            told.addAll(batch.outcomes());
        }
    }

    private static Outcome answer(long offset) {
        TaggedDocument nothing = new TaggedDocument(Document.of("d", ""), List.of(), List.of(), List.of());
        byte[] value = ByteBuffer.allocate(Long.BYTES).putLong(offset).array();
        return new Outcome.Tagged(nothing, new ProducerRecord<>(EntitiesEvent.class.getSimpleName(), value));
    }

    /** One partition that gives {@link #IN_BATCH} records a poll from where it stands, unless it is paused. */
    private static final class Consumer extends MockConsumer<byte[], byte[]> {
        private int records;
        private volatile int generation = 1;
        private volatile int polls;

        Consumer() {
            super("earliest");
        }

        void enterGeneration(int next) {
            generation = next;
        }

        int polls() {
            return polls;
        }

        /** Kafka has an interface in its place from 5.0 on. */
        @Override
        @SuppressWarnings("removal")
        public ConsumerGroupMetadata groupMetadata() {
            return new ConsumerGroupMetadata("group", generation, "member", Optional.empty());
        }

        void begin(int count) {
            records = count;
            updateBeginningOffsets(Map.of(PARTITION, 0L));
            schedulePollTask(() -> {
                rebalance(Set.of(PARTITION));
                commitSync(Map.of(PARTITION, new OffsetAndMetadata(0)));
            });
        }

        @Override
        public synchronized org.apache.kafka.clients.consumer.ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
            polls++;
            if (assignment().contains(PARTITION) && !paused().contains(PARTITION)) {
                long from = position(PARTITION);
                LongStream.range(from, Math.min(records, from + IN_BATCH))
                        .forEach(offset ->
                                addRecord(new ConsumerRecord<>(TOPIC, 0, offset, new byte[0], new byte[] {1})));
            }
            return super.poll(timeout);
        }
    }

    private final class Producer extends MockProducer<byte[], byte[]> {
        private volatile CountDownLatch commits = new CountDownLatch(0);
        private volatile boolean committing;
        private volatile int refusedGeneration;

        Producer() {
            super(true, null, new ByteArraySerializer(), new ByteArraySerializer());
        }

        CountDownLatch holdCommits() {
            commits = new CountDownLatch(1);
            return commits;
        }

        void refuseGeneration(int generation) {
            refusedGeneration = generation;
        }

        boolean isCommitting() {
            return committing;
        }

        @Override
        public void sendOffsetsToTransaction(
                Map<TopicPartition, OffsetAndMetadata> offsets, ConsumerGroupMetadata group) {
            if (group.generationId() == refusedGeneration) {
                throw new CommitFailedException("another generation");
            }
            super.sendOffsetsToTransaction(offsets, group);
            consumer.commitSync(new HashMap<>(offsets));
        }

        @Override
        public void commitTransaction() {
            committing = true;
            try {
                commits.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            super.commitTransaction();
            committing = false;
        }

        List<Long> committed() {
            List<Long> offsets = new ArrayList<>();
            history()
                    .forEach(record ->
                            offsets.add(ByteBuffer.wrap(record.value()).getLong()));
            return offsets;
        }

        long offset() {
            return consumer.committed(Set.of(PARTITION)).get(PARTITION).offset();
        }
    }
}
