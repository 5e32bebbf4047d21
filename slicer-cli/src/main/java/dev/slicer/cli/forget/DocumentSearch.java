package dev.slicer.cli.forget;

import dev.slicer.events.DocumentEvent;
import dev.slicer.events.Event;
import dev.slicer.events.InvalidEventException;
import dev.slicer.events.LabelledDocument;
import dev.slicer.events.Topics;
import dev.slicer.kafka.clients.KafkaClients;
import dev.slicer.kafka.reading.Partitions;
import dev.slicer.kafka.records.KafkaEvents;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.function.BiConsumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Looks through all topics that may have something of a document. */
final class DocumentSearch {
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String TEXT = "text";
    private static final String COUNTS = "counts";

    private final KafkaClients kafka;
    private final Topics topics;
    private final WantedDocuments wanted;
    private final BiConsumer<String, Long> progress;
    private final Map<String, String> holds;
    private final List<TopicFindings> findings = new ArrayList<>();
    /** Of labelled documents the partitions that have them, by the id under which they are tagged. */
    private final Map<String, Set<Integer>> labelled = new TreeMap<>();
    /** Those of others. */
    private final Set<String> plain = new TreeSet<>();

    /**
     * @param group the evaluator's
     * @param progress is told of a topic and how many of its records have been looked at
     */
    DocumentSearch(
            KafkaClients kafka,
            Topics topics,
            String group,
            WantedDocuments wanted,
            BiConsumer<String, Long> progress) {
        this.kafka = kafka;
        this.topics = topics;
        this.wanted = wanted;
        this.progress = progress;
        this.holds = new LinkedHashMap<>();
        for (String topic : List.of(
                topics.labelledDocuments(),
                topics.goldDocuments(),
                topics.documents(),
                topics.trialDocuments(),
                topics.entities(),
                topics.deadLetters(),
                group + "-gold-changelog",
                group + "-early-changelog")) {
            holds.put(topic, TEXT);
        }
        for (String topic : List.of(topics.scores(), topics.trialAnswers(), group + "-scored-changelog")) {
            holds.put(topic, COUNTS);
        }
    }

    /** @throws KafkaException where a topic of labelled documents cannot be read, or Kafka fails */
    void run() {
        try (Admin admin = kafka.admin();
                Consumer<byte[], byte[]> consumer = kafka.reader()) {
            holds.keySet().forEach(topic -> search(topic, consumer, admin));
        }
    }

    List<TopicFindings> findings() {
        return findings;
    }

    /** Of labelled documents the partitions that have them, none where they are gone from there, by the id under which they are tagged. */
    Map<String, Set<Integer>> labelled() {
        return labelled;
    }

    /** The documents that were found. */
    Set<String> found() {
        Set<String> all = new TreeSet<>(plain);
        all.addAll(labelled.keySet());
        return all;
    }

    private void search(String topic, Consumer<byte[], byte[]> consumer, Admin admin) {
        try {
            List<TopicPartition> partitions = Partitions.of(consumer, topic);
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            search(topic, consumer, consumer.endOffsets(partitions), admin);
        } catch (UnknownTopicOrPartitionException e) {
            // Nobody has made it yet.
            if (topic.equals(topics.labelledDocuments())) {
                throw e;
            }
        } catch (AuthorizationException e) {
            if (topic.equals(topics.labelledDocuments())) {
                throw e;
            }
            findings.add(new TopicFindings(
                    topic, holds.get(topic), 0, Optional.empty(), "not looked into: " + e.getMessage()));
        }
    }

    private void search(String topic, Consumer<byte[], byte[]> consumer, Map<TopicPartition, Long> ends, Admin admin) {
        long seen = 0;
        long found = 0;
        long newest = 0;
        long patience = System.nanoTime() + PATIENCE.toNanos();
        while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                seen++;
                patience = System.nanoTime() + PATIENCE.toNanos();
                if (record.value() != null && isOfThem(record)) {
                    found++;
                    newest = Math.max(newest, record.timestamp());
                }
            }
            if (System.nanoTime() > patience) {
                throw new KafkaException("no records came from " + topic + " for " + PATIENCE.toSeconds() + " s");
            }
            progress.accept(topic, seen);
        }
        if (found > 0) {
            Keeping kept = keeping(topic, Instant.ofEpochMilli(newest), admin);
            findings.add(new TopicFindings(topic, holds.get(topic), found, kept.until(), kept.why()));
        }
    }

    private boolean isOfThem(ConsumerRecord<byte[], byte[]> record) {
        if (record.topic().equals(topics.labelledDocuments())) {
            return isLabelled(record);
        }
        if (record.topic().equals(topics.deadLetters())) {
            return wanted.include(record.key()) || wanted.ids().stream().anyMatch(id -> quotes(record.value(), id));
        }
        Optional<String> id = Optional.ofNullable(record.key())
                .map(key -> new String(key, StandardCharsets.UTF_8))
                .or(() -> read(record, DocumentEvent.class).map(DocumentEvent::id))
                .filter(wanted::include);
        id.ifPresent(one -> {
            if (WantedDocuments.isLabelled(one)) {
                labelled.computeIfAbsent(one, first -> new TreeSet<>());
            } else {
                plain.add(one);
            }
        });
        return id.isPresent();
    }

    /** Its sender's key need not be its id. */
    private boolean isLabelled(ConsumerRecord<byte[], byte[]> record) {
        Optional<String> id = read(record, LabelledDocument.class)
                .map(document -> WantedDocuments.labelled(document.benchmark(), document.language(), document.id()))
                .filter(wanted::include);
        id.ifPresent(
                one -> labelled.computeIfAbsent(one, first -> new TreeSet<>()).add(record.partition()));
        return id.isPresent() || wanted.include(record.key());
    }

    private static <T extends Event> Optional<T> read(ConsumerRecord<byte[], byte[]> record, Class<T> type) {
        try {
            return Optional.of(KafkaEvents.read(record, type));
        } catch (InvalidEventException e) {
            return Optional.empty();
        }
    }

    /** What could not be used need not be JSON. */
    private static boolean quotes(byte[] value, String id) {
        return new String(value, StandardCharsets.UTF_8).contains('"' + id + '"');
    }

    private static Keeping keeping(String topic, Instant newest, Admin admin) {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        try {
            return Keeping.of(
                    topic, admin.describeConfigs(List.of(resource)).all().get().get(resource), newest);
        } catch (ExecutionException e) {
            return Keeping.unknown("not known: " + e.getCause().getMessage());
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }
}
