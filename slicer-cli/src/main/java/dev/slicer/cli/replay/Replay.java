package dev.slicer.cli.replay;

import dev.slicer.events.Topics;
import dev.slicer.kafka.clients.KafkaClients;
import dev.slicer.kafka.reading.Partitions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RecordTooLargeException;

/**
 * Feeds dead letters back to the topics that they came from, each once: the records and the position on the topic of dead
 * letters are committed in one Kafka transaction. A run first takes over the transactional id, so that an earlier run that is
 * still alive can commit nothing more, and only then reads the committed position.
 */
final class Replay {
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int LETTERS_OF_POLL = 50;
    /** Most bytes of a transaction's records, which are in memory together; one record alone may have more. */
    private static final long TRANSACTION_BYTES = 16 * 1024 * 1024;

    private final KafkaClients kafka;
    private final Topics topics;
    private final String group;
    private final Listener listener;
    private long chosen;
    private long passedOver;
    private long homeless;
    private long stuck;

    /** Follows a run, letter by letter. */
    interface Listener {
        /** A letter was fed back, or found by a dry run. */
        void chosen(FoundLetter letter);

        /** @param why it could not be fed back */
        void stuck(FoundLetter letter, String why);
    }

    Replay(KafkaClients kafka, Topics topics, Listener listener) {
        this.kafka = kafka;
        this.topics = topics;
        this.group = topics.prefix() + "replay";
        this.listener = listener;
    }

    /** The topics whose records can become dead letters. */
    static Set<String> sources(Topics topics) {
        return Set.of(topics.documents(), topics.labelledDocuments(), topics.trainingRequests());
    }

    /**
     * Goes through the letters that are there when it begins.
     *
     * @param again whether letters that were fed back before count as if they were not
     * @throws KafkaException when Kafka fails
     */
    ReplayOutcome run(Selection selection, boolean again) {
        try (Producer<byte[], byte[]> producer = kafka.transactionalProducerOfAnySize(group);
                Originals originals = new Originals(kafka);
                Consumer<byte[], byte[]> consumer = kafka.member(group, LETTERS_OF_POLL)) {
            // Aborts what a killed run left open and fences one that still runs: from here on only this run commits.
            producer.initTransactions();
            walk(consumer, selection, again, (records, walks) -> {
                Feeding feeding = new Feeding(producer, consumer, originals, walks);
                choose(records, walks, selection).forEach(feeding::take);
                feeding.flush();
            });
            return outcome();
        }
    }

    /** Finds the letters that {@link #run} would feed back now. */
    ReplayOutcome dryRun(Selection selection, boolean again) {
        try (Consumer<byte[], byte[]> consumer = kafka.member(group, LETTERS_OF_POLL);
                Originals originals = new Originals(kafka)) {
            walk(
                    consumer,
                    selection,
                    again,
                    (records, walks) -> choose(records, walks, selection).forEach(decided -> {
                        Optional<String> problem = decided.letter()
                                .map(originals::of)
                                .filter(Originals.Missing.class::isInstance)
                                .map(missing -> ((Originals.Missing) missing).why());
                        decided.mark(problem.isPresent());
                        decided.letter().map(FoundLetter::of).ifPresent(letter -> {
                            if (problem.isPresent()) {
                                isStuck(letter, problem.get());
                            } else {
                                listener.chosen(letter);
                            }
                        });
                    }));
            return outcome();
        }
    }

    private void isStuck(FoundLetter letter, String why) {
        chosen--;
        stuck++;
        listener.stuck(letter, why);
    }

    private ReplayOutcome outcome() {
        return new ReplayOutcome(chosen, passedOver, homeless, stuck);
    }

    private interface Step {
        void take(ConsumerRecords<byte[], byte[]> records, Map<TopicPartition, PartitionWalk> walks);
    }

    private void walk(Consumer<byte[], byte[]> consumer, Selection selection, boolean again, Step step) {
        List<TopicPartition> partitions = Partitions.of(consumer, topics.deadLetters());
        consumer.assign(partitions);
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        Map<TopicPartition, PartitionWalk> walks = begin(consumer, ends, again);
        Set<TopicPartition> open = new HashSet<>(partitions);
        long patience = System.nanoTime() + PATIENCE.toNanos();
        while (chosen < selection.limit()) {
            open.removeIf(partition -> consumer.position(partition) >= ends.get(partition));
            if (open.isEmpty()) {
                return;
            }
            ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
            if (!records.isEmpty()) {
                step.take(records, walks);
                patience = System.nanoTime() + PATIENCE.toNanos();
            } else if (System.nanoTime() > patience) {
                throw new KafkaException("no letters came from " + open + " for " + PATIENCE.toSeconds() + " s");
            }
        }
    }

    private static Map<TopicPartition, PartitionWalk> begin(
            Consumer<byte[], byte[]> consumer, Map<TopicPartition, Long> ends, boolean again) {
        Map<TopicPartition, Long> beginnings = consumer.beginningOffsets(ends.keySet());
        Map<TopicPartition, OffsetAndMetadata> committed = consumer.committed(ends.keySet());
        Map<TopicPartition, PartitionWalk> walks = new HashMap<>();
        ends.forEach((partition, end) -> {
            long beginning = beginnings.get(partition);
            PartitionProgress before = Optional.ofNullable(committed.get(partition))
                    // Beyond the end it is of a topic of the same name that was there before.
                    .filter(offset -> !again && offset.offset() <= end)
                    .map(PartitionProgress::of)
                    .orElseGet(() -> PartitionProgress.from(beginning));
            walks.put(partition, new PartitionWalk(before));
            consumer.seek(partition, Math.max(before.start(), beginning));
        });
        return walks;
    }

    /**
     * What this run does with a record.
     *
     * @param letter that is to be fed back; empty where nothing is to be done
     * @param gone whether it counts as fed back, now or before
     */
    private record Decided(PartitionWalk walk, long offset, Optional<Letter> letter, boolean gone) {
        void mark(boolean isStuck) {
            if (gone && !isStuck) {
                walk.gone(offset);
            } else {
                walk.stays(offset);
            }
        }
    }

    private List<Decided> choose(
            ConsumerRecords<byte[], byte[]> records, Map<TopicPartition, PartitionWalk> walks, Selection selection) {
        List<Decided> decided = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : records) {
            if (chosen >= selection.limit()) {
                break;
            }
            PartitionWalk walk = walks.get(new TopicPartition(record.topic(), record.partition()));
            Optional<Letter> letter = Letter.of(record).filter(this::hasHome);
            boolean left = walk.isLeft(record.offset());
            Optional<Letter> wanted = letter.filter(found -> left && selection.includes(found));
            decided.add(new Decided(walk, record.offset(), wanted, !left || wanted.isPresent()));
            if (wanted.isPresent()) {
                chosen++;
            } else if (left && letter.isPresent()) {
                passedOver++;
            } else if (left) {
                homeless++;
            }
        }
        return decided;
    }

    private boolean hasHome(Letter letter) {
        return sources(topics).contains(letter.was().topic());
    }

    /** Feeds letters back in their order; one that cannot be fed back does not stop the others. */
    private final class Feeding {
        private final Producer<byte[], byte[]> producer;
        /** Is given no partitions by its group, and commits for it as nobody in particular. */
        private final Consumer<byte[], byte[]> consumer;

        private final Originals originals;
        private final Map<TopicPartition, PartitionWalk> walks;
        private final List<Decided> waiting = new ArrayList<>();
        private final Map<Letter, ProducerRecord<byte[], byte[]>> records = new LinkedHashMap<>();
        private final Map<Letter, String> problems = new HashMap<>();
        private long bytes;

        Feeding(
                Producer<byte[], byte[]> producer,
                Consumer<byte[], byte[]> consumer,
                Originals originals,
                Map<TopicPartition, PartitionWalk> walks) {
            this.producer = producer;
            this.consumer = consumer;
            this.originals = originals;
            this.walks = walks;
        }

        void take(Decided decided) {
            waiting.add(decided);
            decided.letter().ifPresent(this::prepare);
            if (bytes >= TRANSACTION_BYTES) {
                flush();
            }
        }

        private void prepare(Letter letter) {
            Originals.Found found = originals.of(letter);
            if (found instanceof Originals.Original original) {
                records.put(letter, letter.again(original.record()));
                bytes += Math.max(0, original.record().serializedValueSize());
            } else if (found instanceof Originals.Missing missing) {
                problems.put(letter, missing.why());
            }
        }

        void flush() {
            while (!records.isEmpty() && !send()) {
                // Again, without those that are too large for the broker.
                records.keySet().removeAll(problems.keySet());
            }
            waiting.forEach(decided ->
                    decided.mark(decided.letter().filter(problems::containsKey).isPresent()));
            if (!records.isEmpty()) {
                commit();
            }
            records.keySet().stream().map(FoundLetter::of).forEach(listener::chosen);
            problems.forEach((letter, why) -> isStuck(FoundLetter.of(letter), why));
            waiting.clear();
            records.clear();
            problems.clear();
            bytes = 0;
        }

        /** @return whether the broker took all of them; those that were too large are problems */
        private boolean send() {
            producer.beginTransaction();
            Map<Letter, Future<RecordMetadata>> sent = new LinkedHashMap<>();
            Optional<KafkaException> broken = Optional.empty();
            try {
                records.forEach((letter, record) -> sent.put(letter, producer.send(record)));
            } catch (KafkaException e) {
                // After one failure the producer takes no more records.
                broken = Optional.of(e);
            }
            producer.flush();
            int before = problems.size();
            sent.forEach((letter, answer) -> tooLarge(answer).ifPresent(why -> problems.put(letter, why)));
            if (problems.size() > before) {
                producer.abortTransaction();
                return false;
            }
            broken.ifPresent(failure -> {
                throw failure;
            });
            return true;
        }

        private void commit() {
            Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
            walks.forEach(
                    (partition, walk) -> offsets.put(partition, walk.progress().toCommit()));
            producer.sendOffsetsToTransaction(offsets, consumer.groupMetadata());
            producer.commitTransaction();
        }

        /** Any other failure fails the commit. */
        private Optional<String> tooLarge(Future<RecordMetadata> sent) {
            try {
                sent.get();
                return Optional.empty();
            } catch (ExecutionException e) {
                return e.getCause() instanceof RecordTooLargeException
                        ? Optional.of("its topic takes no record of that size: "
                                + e.getCause().getMessage())
                        : Optional.empty();
            } catch (InterruptedException e) {
                throw new InterruptException(e);
            }
        }
    }
}
