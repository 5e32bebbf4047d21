package dev.slicer.cli.replay;

import dev.slicer.cli.kafka.Clients;
import dev.slicer.events.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * Feeds dead letters back to the topics that they came from, each once: what is fed back and what is left are one Kafka
 * transaction. A run takes the transactional id from the one before it, which so can commit nothing more, and only then
 * reads how far that one came.
 */
public final class Replay {
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int LETTERS_IN_TRANSACTION = 500;

    private final Clients kafka;
    private final Topics topics;
    private final String group;
    private final Consumer<FoundLetter> listener;
    private long chosen;
    private long passedOver;
    private long homeless;

    /**
     * @param listener is told of each letter once it is fed back, or found by a dry run
     */
    public Replay(Clients kafka, Topics topics, Consumer<FoundLetter> listener) {
        this.kafka = kafka;
        this.topics = topics;
        this.group = topics.prefix() + "replay";
        this.listener = listener;
    }

    /** The topics whose records can become dead letters. */
    public static Set<String> sources(Topics topics) {
        return Set.of(topics.documents(), topics.labelledDocuments(), topics.trainingRequests());
    }

    /**
     * Goes through the letters that are there when it begins.
     *
     * @param again whether letters that were fed back before count as if they were not
     * @throws KafkaException where Kafka does not do its part
     */
    public ReplayOutcome run(Selection selection, boolean again) {
        try (Producer<byte[], byte[]> producer = kafka.transactionalProducer(group);
                KafkaConsumer<byte[], byte[]> consumer = kafka.member(group, LETTERS_IN_TRANSACTION)) {
            // Ends what a killed run left open and shuts out one that still runs: from here on nothing changes but by
            // us.
            producer.initTransactions();
            walk(consumer, selection, again, (records, walks) -> {
                List<Letter> letters = choose(records, walks, selection);
                if (!letters.isEmpty()) {
                    feed(producer, letters, walks);
                    tell(letters);
                }
            });
            return new ReplayOutcome(chosen, passedOver, homeless);
        }
    }

    /** Finds the letters that {@link #run} would feed back now. */
    public ReplayOutcome dryRun(Selection selection, boolean again) {
        try (KafkaConsumer<byte[], byte[]> consumer = kafka.member(group, LETTERS_IN_TRANSACTION)) {
            walk(consumer, selection, again, (records, walks) -> tell(choose(records, walks, selection)));
            return new ReplayOutcome(chosen, passedOver, homeless);
        }
    }

    private interface Step {
        void take(ConsumerRecords<byte[], byte[]> records, Map<TopicPartition, PartitionWalk> walks);
    }

    private void walk(KafkaConsumer<byte[], byte[]> consumer, Selection selection, boolean again, Step step) {
        List<TopicPartition> partitions = Clients.partitions(consumer, topics.deadLetters());
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
            KafkaConsumer<byte[], byte[]> consumer, Map<TopicPartition, Long> ends, boolean again) {
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

    private List<Letter> choose(
            ConsumerRecords<byte[], byte[]> records, Map<TopicPartition, PartitionWalk> walks, Selection selection) {
        List<Letter> letters = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : records) {
            if (chosen >= selection.limit()) {
                break;
            }
            PartitionWalk walk = walks.get(new TopicPartition(record.topic(), record.partition()));
            Optional<Letter> letter = Letter.of(record).filter(this::hasHome);
            if (!walk.isLeft(record.offset())) {
                walk.gone(record.offset());
            } else if (letter.filter(selection::includes).isPresent()) {
                letters.add(letter.get());
                chosen++;
                walk.gone(record.offset());
            } else {
                walk.stays(record.offset());
                if (letter.isPresent()) {
                    passedOver++;
                } else {
                    homeless++;
                }
            }
        }
        return letters;
    }

    private boolean hasHome(Letter letter) {
        return sources(topics).contains(letter.was().topic());
    }

    private void feed(
            Producer<byte[], byte[]> producer, List<Letter> letters, Map<TopicPartition, PartitionWalk> walks) {
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        walks.forEach(
                (partition, walk) -> offsets.put(partition, walk.progress().toCommit()));
        producer.beginTransaction();
        // A failed send fails the commit, so the futures need not be looked at.
        letters.forEach(letter -> producer.send(letter.again()));
        producer.sendOffsetsToTransaction(offsets, new ConsumerGroupMetadata(group));
        producer.commitTransaction();
    }

    private void tell(List<Letter> letters) {
        letters.stream().map(FoundLetter::of).forEach(listener);
    }
}
