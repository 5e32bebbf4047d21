package dev.slicer.service.channels;

import dev.slicer.kafka.access.Denials;
import dev.slicer.kafka.access.Right;
import dev.slicer.kafka.reading.Partitions;
import dev.slicer.kafka.reading.Waiting;
import dev.slicer.kafka.reading.WholeReader;
import io.smallrye.mutiny.Uni;
import io.smallrye.reactive.messaging.kafka.KafkaClientService;
import io.smallrye.reactive.messaging.kafka.KafkaConsumer;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.resource.ResourceType;
import org.eclipse.microprofile.config.Config;
import org.jboss.logging.Logger;

/**
 * Channels whose topics this instance reads whole, each time from their beginning: every instance sees every record. They have no
 * consumer group: {@code assign-seek} gives each the first partition of its topic, and here it gets the others, also those
 * that are added later.
 */
public final class WholeChannels implements WholeReader {
    private static final Logger LOG = Logger.getLogger(WholeChannels.class);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(5);
    private static final Duration SOON = Duration.ofMillis(20);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

    private final Denials denials;
    private final KafkaClientService clients;
    private final HandedOver handedOver;
    private final Map<String, String> topics;
    private final Map<String, Integer> newest;
    private final java.util.function.Consumer<ConsumerRecord<byte[], byte[]>> handler;
    private final PolledChannels polled;
    /** Channels of newest records whose beginnings have been passed over. */
    private final Set<String> begun = ConcurrentHashMap.newKeySet();

    private volatile boolean caughtUpOnce;

    /**
     * @param topics by channel
     * @param newest by channel, where only so many of the newest records matter, about as many of each partition
     * @param handler of records, called by one thread at a time
     */
    WholeChannels(
            KafkaClientService clients,
            HandedOver handedOver,
            Map<String, String> topics,
            Map<String, Integer> newest,
            java.util.function.Consumer<ConsumerRecord<byte[], byte[]>> handler,
            Denials denials) {
        this.denials = denials;
        this.clients = clients;
        this.handedOver = handedOver;
        this.topics = Map.copyOf(topics);
        this.newest = Map.copyOf(newest);
        this.handler = handler;
        this.polled = new PolledChannels(clients, topics.keySet(), this::assignAll);
    }

    static boolean isWhole(Config channel) {
        return channel.getOptionalValue("assign-seek", String.class).isPresent();
    }

    /** Once there are channels, so with the service's own start. */
    @Override
    public void start() {
        polled.start();
        caughtUp().thenRun(() -> caughtUpOnce = true);
    }

    @Override
    public void close() {
        polled.close();
    }

    /** Takes a record that came through one of the channels. */
    public void handle(ConsumerRecord<byte[], byte[]> record) {
        try {
            handler.accept(record);
        } finally {
            handedOver.handled(record.topic());
        }
    }

    /** Completes when all that the topics hold at the time of the call has been handled. */
    public CompletableFuture<Void> caughtUp() {
        List<Uni<Void>> all = consumers().entrySet().stream()
                .map(consumer -> ends(consumer.getKey(), consumer.getValue())
                        .chain(ends -> handled(consumer.getKey(), consumer.getValue(), ends)))
                .toList();
        return joined(all);
    }

    @Override
    public void awaitCaughtUp(Duration limit) {
        await(caughtUp(), limit);
    }

    @Override
    public void awaitHandled(Map<TopicPartition, Long> ends, Duration limit) {
        List<Uni<Void>> all = consumers().entrySet().stream()
                .map(consumer -> handled(
                        consumer.getKey(),
                        consumer.getValue(),
                        ends.entrySet().stream()
                                .filter(end -> end.getKey().topic().equals(topics.get(consumer.getKey())))
                                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue))))
                .toList();
        await(joined(all), limit);
    }

    @Override
    public boolean hasCaughtUp() {
        return caughtUpOnce;
    }

    @Override
    public Instant lastPoll() {
        return polled.lastPoll();
    }

    @Override
    public Waiting waiting() {
        return polled.waiting();
    }

    @Override
    public Optional<RuntimeException> failure() {
        return polled.failure();
    }

    private Map<String, KafkaConsumer<byte[], byte[]>> consumers() {
        Map<String, KafkaConsumer<byte[], byte[]>> consumers = new ConcurrentHashMap<>();
        topics.keySet().forEach(channel -> {
            KafkaConsumer<byte[], byte[]> consumer = clients.getConsumer(channel);
            if (consumer != null) {
                consumers.put(channel, consumer);
            }
        });
        return consumers;
    }

    private Uni<Map<TopicPartition, Long>> ends(String channel, KafkaConsumer<byte[], byte[]> consumer) {
        return consumer.runOnPollingThread(polling -> {
                    assignAll(channel, polling);
                    return polling.endOffsets(polling.assignment(), ANSWER_LIMIT);
                })
                .onFailure()
                .transform(e -> e instanceof RuntimeException failure
                        ? denials.named(failure, Right.on(ResourceType.TOPIC, topics.get(channel), AclOperation.READ))
                        : e)
                .onFailure()
                .invoke(e -> LOG.warnf("Reading %s is held up: %s", topics.get(channel), e.getMessage()))
                .onFailure()
                .retry()
                .withBackOff(LOOK_EVERY, LONGEST_PAUSE)
                .indefinitely();
    }

    private Uni<Void> handled(String channel, KafkaConsumer<byte[], byte[]> consumer, Map<TopicPartition, Long> ends) {
        return consumer.runOnPollingThread(polling -> {
                    if (!polling.assignment().containsAll(ends.keySet())) {
                        assignAll(channel, polling);
                    }
                    return hasPolled(polling, ends);
                })
                .onFailure()
                .recoverWithItem(false)
                .repeat()
                .withDelay(SOON)
                .until(polled -> polled)
                .onItem()
                .ignore()
                .toUni()
                .chain(() -> Uni.createFrom().completionStage(() -> handedOver.allHandled(topics.get(channel))));
    }

    private static boolean hasPolled(Consumer<byte[], byte[]> polling, Map<TopicPartition, Long> ends) {
        return ends.entrySet().stream()
                .allMatch(end -> polling.position(end.getKey(), Duration.ZERO) >= end.getValue());
    }

    private void assignAll(String channel, Consumer<byte[], byte[]> polling) {
        Collection<TopicPartition> all = Partitions.of(polling, topics.get(channel));
        Set<TopicPartition> known = polling.assignment();
        if (!known.containsAll(all)) {
            Set<TopicPartition> added = new HashSet<>(all);
            added.removeAll(known);
            boolean paused = !polling.paused().isEmpty();
            polling.assign(all);
            polling.seekToBeginning(added);
            if (paused) {
                // The connector resumes all of them when it takes more.
                polling.pause(added);
            }
        }
        if (newest.containsKey(channel) && !begun.contains(channel)) {
            passOverTheOldest(polling, newest.get(channel) / all.size());
            begun.add(channel);
        }
    }

    private static void passOverTheOldest(Consumer<byte[], byte[]> polling, int ofEachPartition) {
        polling.endOffsets(polling.assignment(), ANSWER_LIMIT).forEach((partition, end) -> {
            long from = end - ofEachPartition;
            if (from > polling.position(partition, ANSWER_LIMIT)) {
                polling.seek(partition, from);
            }
        });
    }

    private static CompletableFuture<Void> joined(List<Uni<Void>> all) {
        return all.isEmpty()
                ? CompletableFuture.completedFuture(null)
                : Uni.combine().all().unis(all).discardItems().subscribeAsCompletionStage();
    }

    private void await(CompletableFuture<Void> reached, Duration limit) {
        try {
            reached.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            reached.cancel(true);
            throw new KafkaException("reading " + topics.values() + " takes longer than " + limit, e);
        } catch (ExecutionException e) {
            throw new KafkaException(topics.values() + " cannot be read", e.getCause());
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }
}
