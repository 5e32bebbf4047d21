package dev.slicer.service.channels;

import dev.slicer.kafka.reading.TopicReader;
import dev.slicer.kafka.reading.Waiting;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.smallrye.reactive.messaging.kafka.KafkaClientService;
import io.smallrye.reactive.messaging.kafka.KafkaConsumer;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.apache.kafka.clients.consumer.Consumer;
import org.jboss.logging.Logger;

/** Looks every second, on the channels' own threads, how far these are. */
final class PolledChannels implements TopicReader {
    private static final Logger LOG = Logger.getLogger(PolledChannels.class);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

    private final KafkaClientService clients;
    private final BiConsumer<String, Consumer<byte[], byte[]>> onLook;
    private final Map<String, Instant> lastPolls = new ConcurrentHashMap<>();
    private final Map<String, Waiting> waiting = new ConcurrentHashMap<>();
    /** Those whose thread has not come to it yet, as while it waits for brokers. */
    private final Set<String> beingLookedAt = ConcurrentHashMap.newKeySet();

    private Future<?> looking = CompletableFuture.completedFuture(null);

    /** @param onLook called with each channel before its positions are looked at */
    PolledChannels(
            KafkaClientService clients, Set<String> channels, BiConsumer<String, Consumer<byte[], byte[]>> onLook) {
        this.clients = clients;
        this.onLook = onLook;
        channels.forEach(channel -> lastPolls.put(channel, Instant.now()));
    }

    PolledChannels start() {
        looking = Infrastructure.getDefaultWorkerPool()
                .scheduleWithFixedDelay(
                        () -> lastPolls.keySet().forEach(this::look), 0, LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
        return this;
    }

    void close() {
        looking.cancel(false);
    }

    private void look(String channel) {
        KafkaConsumer<byte[], byte[]> consumer = clients.getConsumer(channel);
        if (consumer == null) {
            // The configuration does without the channel, or it is yet to begin.
            lastPolls.put(channel, Instant.now());
        } else if (beingLookedAt.add(channel)) {
            consumer.runOnPollingThread(polling -> {
                        onLook.accept(channel, polling);
                        waiting.put(channel, Waiting.of(polling, polling.assignment()));
                        lastPolls.put(channel, Instant.now());
                    })
                    .onTermination()
                    .invoke(() -> beingLookedAt.remove(channel))
                    .subscribe()
                    .with(seen -> {}, e -> LOG.debugf("How far %s is, is not known: %s", channel, e.getMessage()));
        }
    }

    @Override
    public Instant lastPoll() {
        return lastPolls.values().stream().min(Instant::compareTo).orElseGet(Instant::now);
    }

    @Override
    public Waiting waiting() {
        return Waiting.ofAll(waiting.values());
    }

    /** None: the connector goes on trying, and where a channel has ended all the same its own liveness says so. */
    @Override
    public Optional<RuntimeException> failure() {
        return Optional.empty();
    }
}
