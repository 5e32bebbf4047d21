package dev.slicer.inference.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slicer.events.EntitiesEvent;
import dev.slicer.kafka.clients.GroupProtocol;
import dev.slicer.kafka.loops.Shutdown;
import dev.slicer.text.Document;
import dev.slicer.text.TaggedDocument;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.logging.Level;
import java.util.logging.Logger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * A session and a group that takes partitions from it, gives some back, or puts it out without its knowledge, at any
 * moment of a batch's life. All in one thread, so that a seed is a run.
 */
class SharedPartitionsTest {
    private static final String TOPIC = "documents";
    private static final int PARTITIONS = 4;
    private static final int RECORDS = 30;
    private static final int UNREST = 60;
    private static final int LONGEST = 2000;

    /** Each loss is told to operators, and there are thousands here. */
    @BeforeContainer
    static void tellLittle() {
        Logger.getLogger(StreamSession.class.getName()).setLevel(Level.WARNING);
    }

    @AfterContainer
    static void tellAll() {
        Logger.getLogger(StreamSession.class.getName()).setLevel(Level.INFO);
    }

    @Property(tries = 2000)
    void shouldCommitEachRecordOnceInOrderAndRepeatWorkOnLostPartitionsAlone(@ForAll long seed)
            throws InterruptedException {
        // Given
        Group group = new Group(new Random(seed));
        SimpleMeterRegistry registry = new SimpleMeterRegistry();

        // When
        StreamSession session = new StreamSession(
                group.consumer,
                group.producer,
                new StreamSettings(
                        "document",
                        TOPIC,
                        Set.of(),
                        "group",
                        "group-1",
                        GroupProtocol.CLASSIC,
                        5,
                        Integer.MAX_VALUE,
                        2,
                        Duration.ofSeconds(1)),
                group.work,
                group.workers,
                new StreamProgress(Clock.systemUTC()),
                new StreamMetrics(registry),
                group.shutdown);
        session.run();

        // Then
        assertThat(group.written).isEqualTo(group.offsets);
        group.begun.forEach((place, times) -> assertThat(times)
                .as("how often %s was tagged here", place)
                .isLessThanOrEqualTo(
                        1 + group.losses.getOrDefault(new TopicPartition(place.topic(), place.partition()), 0)));
        assertThat(registry.get("slicer.stream.documents.dropped").counter().count())
                .isEqualTo(
                        group.begun.values().stream().mapToInt(times -> times).sum() - group.committedHere);
    }

    private record Place(String topic, int partition, long offset) {}

    /** What Kafka knows, and what the session's consumer has been told of it. */
    private static final class Group {
        final Random random;
        final Shutdown shutdown = new Shutdown();
        final Map<TopicPartition, List<Long>> offsets = new HashMap<>();
        final Map<TopicPartition, List<Long>> written = new HashMap<>();
        final Map<TopicPartition, Integer> losses = new HashMap<>();
        final Map<Place, Integer> begun = new HashMap<>();
        final Consumer consumer = new Consumer();
        final Producer producer = new Producer();
        final Work work = new Work();
        final Workers workers = new Workers();
        private final Map<TopicPartition, Long> committed = new HashMap<>();
        /** Partitions of the session, as Kafka sees it. */
        private final Set<TopicPartition> owned = new HashSet<>();

        private int generation = 1;
        private int toldGeneration = 1;
        int committedHere;
        private int polls;

        Group(Random random) {
            this.random = random;
            for (int i = 0; i < PARTITIONS; i++) {
                TopicPartition partition = new TopicPartition(TOPIC, i);
                // Markers of transactions lie between records.
                List<Long> places = new ArrayList<>();
                long offset = 0;
                for (int record = 0; record < RECORDS; record++) {
                    places.add(offset);
                    offset += 1 + random.nextInt(2);
                }
                offsets.put(partition, places);
                written.put(partition, new ArrayList<>());
                committed.put(partition, 0L);
            }
            consumer.updateBeginningOffsets(committed);
        }

        void step() {
            polls++;
            assertThat(polls).as("polls until all is written").isLessThan(LONGEST);
            othersWork();
            if (polls > UNREST) {
                hearNews();
                give(offsets.keySet());
                if (written.equals(offsets)) {
                    shutdown.begin();
                }
                return;
            }
            switch (random.nextInt(12)) {
                case 0 -> generation++;
                case 1 -> putOut();
                case 2, 3 -> {
                    hearNews();
                    take(some(consumer.assignment()));
                }
                case 4, 5 -> {
                    hearNews();
                    give(some(offsets.keySet()));
                }
                case 6, 7 -> hearNews();
                default -> {}
            }
        }

        /** Those that are not the session's, by whoever has them. */
        private void othersWork() {
            offsets.forEach((partition, all) -> {
                List<Long> done = written.get(partition);
                if (!owned.contains(partition) && done.size() < all.size() && random.nextInt(4) == 0) {
                    done.add(all.get(done.size()));
                    committed.put(partition, done.get(done.size() - 1) + 1);
                }
            });
        }

        /** The group goes on without the session, which only sees that its commits are refused. */
        private void putOut() {
            generation++;
            owned.clear();
        }

        private void hearNews() {
            Set<TopicPartition> lost = new HashSet<>(consumer.assignment());
            lost.removeAll(owned);
            take(lost);
            toldGeneration = generation;
        }

        private void take(Set<TopicPartition> lost) {
            lost.forEach(partition -> losses.merge(partition, 1, Integer::sum));
            Set<TopicPartition> left = new HashSet<>(consumer.assignment());
            left.removeAll(lost);
            // A real consumer forgets by itself that they were paused.
            consumer.resume(lost);
            consumer.rebalance(left);
            owned.removeAll(lost);
        }

        private void give(Collection<TopicPartition> more) {
            Map<TopicPartition, OffsetAndMetadata> known = new HashMap<>();
            committed.forEach((partition, offset) -> known.put(partition, new OffsetAndMetadata(offset)));
            Set<TopicPartition> all = new HashSet<>(consumer.assignment());
            all.addAll(more);
            consumer.commitSync(known);
            consumer.rebalance(all);
            owned.addAll(more);
        }

        private Set<TopicPartition> some(Set<TopicPartition> partitions) {
            Set<TopicPartition> chosen = new HashSet<>(partitions);
            chosen.removeIf(any -> random.nextBoolean());
            return chosen;
        }

        private final class Consumer extends MockConsumer<byte[], byte[]> {
            Consumer() {
                super("earliest");
            }

            @Override
            public synchronized ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
                step();
                Set<TopicPartition> read = new HashSet<>(assignment());
                read.removeAll(paused());
                for (TopicPartition partition : read) {
                    long from = position(partition);
                    offsets.get(partition).stream()
                            .filter(offset -> offset >= from)
                            .limit(random.nextInt(4))
                            .forEach(offset -> addRecord(new ConsumerRecord<>(
                                    TOPIC, partition.partition(), offset, new byte[0], new byte[] {1})));
                }
                return super.poll(timeout);
            }

            /** Kafka has an interface in its place from 5.0 on. */
            @Override
            @SuppressWarnings("removal")
            public ConsumerGroupMetadata groupMetadata() {
                return new ConsumerGroupMetadata("group", toldGeneration, "member", Optional.empty());
            }
        }

        private final class Producer extends MockProducer<byte[], byte[]> {
            private final Map<TopicPartition, OffsetAndMetadata> sent = new HashMap<>();
            private int seen;

            Producer() {
                super(true, null, new ByteArraySerializer(), new ByteArraySerializer());
                initTransactions();
            }

            @Override
            public void sendOffsetsToTransaction(
                    Map<TopicPartition, OffsetAndMetadata> transaction, ConsumerGroupMetadata member) {
                if (member.generationId() != generation) {
                    throw new CommitFailedException("another generation");
                }
                assertThat(owned).containsAll(transaction.keySet());
                super.sendOffsetsToTransaction(transaction, member);
                sent.putAll(transaction);
            }

            @Override
            public void abortTransaction() {
                super.abortTransaction();
                sent.clear();
            }

            @Override
            public void commitTransaction() {
                super.commitTransaction();
                history().subList(seen, history().size()).forEach(record -> {
                    ByteBuffer value = ByteBuffer.wrap(record.value());
                    written.get(new TopicPartition(TOPIC, value.getInt())).add(value.getLong());
                    committedHere++;
                });
                seen = history().size();
                sent.forEach((partition, offset) -> committed.put(partition, offset.offset()));
                sent.clear();
            }
        }

        private final class Work implements DocumentWork {
            @Override
            public boolean awaitReady(Duration timeout) {
                return true;
            }

            @Override
            public AnsweredBatch answer(List<ConsumerRecord<byte[], byte[]>> records) {
                records.forEach(record ->
                        begun.merge(new Place(record.topic(), record.partition(), record.offset()), 1, Integer::sum));
                return new AnsweredBatch(records.stream().map(Group::answer).toList(), Duration.ZERO);
            }

            @Override
            public void committed(AnsweredBatch batch, Duration commit) {}
        }

        private static Outcome answer(ConsumerRecord<?, ?> record) {
            TaggedDocument nothing = new TaggedDocument(Document.of("d", ""), List.of(), List.of(), List.of());
            byte[] value = ByteBuffer.allocate(Integer.BYTES + Long.BYTES)
                    .putInt(record.partition())
                    .putLong(record.offset())
                    .array();
            return new Outcome.Tagged(nothing, new ProducerRecord<>(EntitiesEvent.class.getSimpleName(), value));
        }

        /** A batch is done when it has been asked for a few times. */
        private final class Workers extends AbstractExecutorService {
            @Override
            public <T> Future<T> submit(Callable<T> task) {
                try {
                    return new Answer<>(task.call(), random.nextInt(6));
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
            }

            @Override
            public void execute(Runnable command) {
                throw new UnsupportedOperationException("batches are submitted");
            }

            @Override
            public void shutdown() {}

            @Override
            public List<Runnable> shutdownNow() {
                return List.of();
            }

            @Override
            public boolean isShutdown() {
                return false;
            }

            @Override
            public boolean isTerminated() {
                return false;
            }

            @Override
            public boolean awaitTermination(long timeout, TimeUnit unit) {
                return true;
            }
        }
    }

    private static final class Answer<T> implements Future<T> {
        private final T value;
        private int left;
        private boolean cancelled;

        Answer(T value, int questions) {
            this.value = value;
            this.left = questions;
        }

        @Override
        public boolean isDone() {
            left--;
            return left <= 0;
        }

        @Override
        public T get() throws ExecutionException {
            if (cancelled) {
                throw new CancellationException();
            }
            return value;
        }

        @Override
        public T get(long timeout, TimeUnit unit) throws TimeoutException {
            if (!isDone()) {
                throw new TimeoutException();
            }
            return value;
        }

        @Override
        public boolean cancel(boolean interrupt) {
            cancelled = true;
            return true;
        }

        @Override
        public boolean isCancelled() {
            return cancelled;
        }
    }
}
