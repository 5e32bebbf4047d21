package dev.slicer.inference;

import dev.slicer.checkpoint.CheckpointStore;
import dev.slicer.events.CheckpointPublished;
import dev.slicer.events.InvalidEventException;
import dev.slicer.events.Topics;
import dev.slicer.service.KafkaClients;
import dev.slicer.service.KafkaEvents;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.jboss.logging.Logger;

/** Reads the checkpoints topic from its beginning, in no group, and loads the newest checkpoint announced there. */
final class CheckpointListener implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(CheckpointListener.class);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration RETRY = Duration.ofSeconds(2);

    private final KafkaClients kafka;
    private final Topics topics;
    private final CheckpointStore checkpoints;
    private final Models models;
    /** Newest first. */
    private final Deque<String> announced = new ArrayDeque<>();

    private final CountDownLatch stop = new CountDownLatch(1);
    private final Thread thread = new Thread(this::run, "checkpoint-listener");

    CheckpointListener(KafkaClients kafka, Topics topics, CheckpointStore checkpoints, Models models) {
        this.kafka = kafka;
        this.topics = topics;
        this.checkpoints = checkpoints;
        this.models = models;
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Whether it listens, or has not been told to yet. */
    boolean isAlive() {
        return thread.getState() != Thread.State.TERMINATED;
    }

    @Override
    public void close() {
        stop.countDown();
        try {
            // A checkpoint that is being loaded is not waited for; its thread ends with the process.
            thread.join(POLL.multipliedBy(4).toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        while (stop.getCount() > 0) {
            try (Consumer<byte[], byte[]> consumer = kafka.reader()) {
                announced.clear();
                listen(consumer);
            } catch (InterruptedException | InterruptException e) {
                return;
            } catch (RuntimeException e) {
                LOG.errorf(e, "listening for checkpoints broke; it starts again in %d s", RETRY.toSeconds());
                try {
                    stop.await(RETRY.toMillis(), TimeUnit.MILLISECONDS);
                } catch (InterruptedException interrupted) {
                    return;
                }
            }
        }
    }

    private void listen(Consumer<byte[], byte[]> consumer) throws InterruptedException {
        List<TopicPartition> partitions = partitions(consumer);
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        // Those announced before are looked at only when all are known: just the newest of them is wanted.
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        boolean caughtUp = false;
        while (stop.getCount() > 0) {
            boolean news = false;
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                news |= remember(record);
            }
            boolean justCaughtUp = !caughtUp
                    && ends.entrySet().stream().allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
            caughtUp |= justCaughtUp;
            if (justCaughtUp || caughtUp && news) {
                loadNewest();
            }
        }
    }

    private List<TopicPartition> partitions(Consumer<byte[], byte[]> consumer) throws InterruptedException {
        while (true) {
            List<PartitionInfo> found = consumer.partitionsFor(topics.checkpoints());
            if (found != null && !found.isEmpty()) {
                return found.stream()
                        .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                        .toList();
            }
            LOG.infof("topic %s does not exist yet", topics.checkpoints());
            if (stop.await(RETRY.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new InterruptedException();
            }
        }
    }

    private boolean remember(ConsumerRecord<byte[], byte[]> record) {
        if (record.value() == null) {
            // A checkpoint that was taken back; the model that serves is not stopped for it.
            if (record.key() != null) {
                announced.remove(new String(record.key(), StandardCharsets.UTF_8));
            }
            return false;
        }
        try {
            String id = KafkaEvents.read(record, CheckpointPublished.class).checkpointId();
            announced.remove(id);
            announced.addFirst(id);
            return true;
        } catch (InvalidEventException e) {
            LOG.errorf("record %d of %s announces no checkpoint: %s", record.offset(), record.topic(), e.getMessage());
            return false;
        }
    }

    private void loadNewest() {
        for (String id : announced) {
            if (models.current().filter(model -> model.modelId().equals(id)).isPresent()
                    || models.load(id, () -> checkpoints.fetch(id))
                    // An older one is better than none, but not than the one that serves.
                    || models.current().isPresent()) {
                return;
            }
        }
    }
}
