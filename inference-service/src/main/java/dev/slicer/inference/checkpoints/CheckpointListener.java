package dev.slicer.inference.checkpoints;

import dev.slicer.checkpoint.CheckpointStore;
import dev.slicer.checkpoint.files.CheckpointException.Kind;
import dev.slicer.events.CheckpointTelemetry;
import dev.slicer.events.Topics;
import dev.slicer.events.envelope.RecordSize;
import dev.slicer.inference.checkpoints.WantedCheckpoints.News;
import dev.slicer.inference.config.InferenceConfig;
import dev.slicer.inference.model.CheckpointRef;
import dev.slicer.inference.model.FailedLoad;
import dev.slicer.inference.model.Load;
import dev.slicer.inference.model.LoadedModel;
import dev.slicer.inference.model.ServingModel;
import dev.slicer.inference.model.UntoldLoads;
import dev.slicer.kafka.loops.BackOff;
import dev.slicer.kafka.loops.Shutdown;
import dev.slicer.kafka.records.KafkaEvents;
import dev.slicer.service.channels.ChannelSender;
import dev.slicer.service.channels.Channels;
import dev.slicer.service.channels.WholeChannels;
import io.smallrye.reactive.messaging.MutinyEmitter;
import io.smallrye.reactive.messaging.annotations.Blocking;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.jboss.logging.Logger;

/**
 * Takes what topics say of checkpoints, from their beginning, and loads the one that is to serve, on a thread of its own. Tells on
 * another topic which one does.
 */
@Singleton
public class CheckpointListener {
    private static final String CHECKPOINTS = "checkpoints-in";
    private static final String CHECKPOINT_EVENTS = "checkpoint-events-in";

    private static final Logger LOG = Logger.getLogger(CheckpointListener.class);
    private static final Duration PAUSE = Duration.ofMillis(500);
    private static final Duration RETRY = Duration.ofSeconds(2);

    private final WantedCheckpoints wanted;
    private final CheckpointStore checkpoints;
    private final ServingModel models;
    private final UntoldLoads untold;
    private final ChannelSender telemetry;
    private final WholeChannels reading;
    private final Topics topics;
    private final KafkaEvents events;
    private final String instance;
    private final BackOff backOff;
    private final Clock clock;
    /** Checkpoints that turned out not to be what they should be, since the last news. */
    private final Set<CheckpointRef> refused = new HashSet<>();

    private final Object news = new Object();
    private final Shutdown shutdown = new Shutdown();
    private final Thread thread = new Thread(this::run, "checkpoint-listener");
    private boolean caughtUp;
    private boolean isNews;

    @Inject
    CheckpointListener(
            InferenceConfig config,
            CheckpointStore checkpoints,
            ServingModel models,
            UntoldLoads untold,
            Topics topics,
            KafkaEvents events,
            Channels channels,
            @Channel("checkpoint-telemetry-out") MutinyEmitter<ProducerRecord<byte[], byte[]>> telemetry,
            BackOff backOff,
            Clock clock) {
        this.wanted = switch (config.serve()) {
            case PROMOTED -> new PromotedCheckpoints(topics);
            case NEWEST -> new NewestCheckpoints(topics);
        };
        this.checkpoints = checkpoints;
        this.models = models;
        this.untold = untold;
        this.telemetry = channels.sender(telemetry);
        this.topics = topics;
        this.events = events;
        this.instance = config.instance();
        this.backOff = backOff;
        this.clock = clock;
        Map<String, String> read =
                new HashMap<>(Map.of(CHECKPOINTS, topics.checkpoints(), CHECKPOINT_EVENTS, topics.checkpointEvents()));
        read.values().retainAll(wanted.topics());
        this.reading = channels.whole(read, this::handle);
        thread.setDaemon(true);
    }

    /** Once there are topics and channels. */
    public void start() {
        reading.start();
        reading.caughtUp().thenRun(this::caughtUp);
        thread.start();
    }

    /** Whether it listens, or has not been told to yet. */
    public boolean isAlive() {
        return thread.getState() != Thread.State.TERMINATED;
    }

    public void close() {
        shutdown.begin();
        tell();
        try {
            // A checkpoint that is being loaded is not waited for; its thread ends with the process.
            thread.join(PAUSE.multipliedBy(4).toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        reading.close();
    }

    @Incoming(CHECKPOINTS)
    @Incoming(CHECKPOINT_EVENTS)
    @Blocking
    void read(ConsumerRecord<byte[], byte[]> record) {
        reading.handle(record);
    }

    /** Takes a record in, without waiting for what is being loaded. */
    private void handle(ConsumerRecord<byte[], byte[]> record) {
        synchronized (news) {
            News what = wanted.read(record);
            if (caughtUp && what != News.NONE) {
                if (what == News.OTHER) {
                    models.reconsider();
                }
                tell();
            }
        }
    }

    /** What was said before is looked at only now that all of it is known. */
    private void caughtUp() {
        synchronized (news) {
            caughtUp = true;
            tell();
        }
    }

    private void tell() {
        synchronized (news) {
            isNews = true;
            news.notifyAll();
        }
    }

    private void run() {
        while (!shutdown.hasBegun()) {
            try {
                if (awaitNews()) {
                    backOff.reset();
                    refused.clear();
                    loadBest();
                } else if (isTimeToTryAgain()) {
                    loadBest();
                }
                tellLoads();
            } catch (InterruptedException | InterruptException e) {
                return;
            } catch (KafkaException e) {
                LOG.warnf("which model serves is told in %d s: %s", RETRY.toSeconds(), e.getMessage());
                shutdown.pause(RETRY);
            } catch (RuntimeException e) {
                LOG.errorf(e, "listening for checkpoints broke; it goes on in %d s", RETRY.toSeconds());
                shutdown.pause(RETRY);
            }
        }
    }

    private boolean awaitNews() throws InterruptedException {
        synchronized (news) {
            if (!isNews) {
                news.wait(PAUSE.toMillis());
            }
            boolean came = isNews && !shutdown.hasBegun();
            isNews = false;
            return came;
        }
    }

    private List<CheckpointRef> bestFirst() {
        synchronized (news) {
            return wanted.bestFirst();
        }
    }

    /** What cannot be loaded now is tried again; what is not what it should be only when it is spoken of again. */
    private void loadBest() {
        boolean triedAgain = false;
        for (CheckpointRef next : bestFirst()) {
            if (refused.contains(next)) {
                continue;
            }
            if (models.load(
                    next.id(), () -> checkpoints.fetch(next.id(), next.digest()).files())) {
                break;
            }
            Optional<Kind> failure = models.lastFailure(next.id());
            triedAgain |= failure.equals(Optional.of(Kind.UNAVAILABLE));
            if (failure.equals(Optional.of(Kind.CORRUPT))) {
                refused.add(next);
            }
            if (models.current().isPresent()) {
                // Another one is better than none, but not than the one that serves.
                break;
            }
        }
        models.tryAgainAt(triedAgain ? Optional.of(clock.instant().plus(backOff.next())) : Optional.empty());
    }

    private boolean isTimeToTryAgain() {
        return models.nextAttempt()
                .filter(time -> !clock.instant().isBefore(time))
                .isPresent();
    }

    private void tellLoads() {
        for (Optional<Load> next = untold.oldest(); next.isPresent(); next = untold.oldest()) {
            telemetry.send(events.write(topics.checkpointTelemetry(), telemetry(next.get())));
            untold.removeOldest();
        }
    }

    private CheckpointTelemetry telemetry(Load load) {
        if (load instanceof FailedLoad failure) {
            return new CheckpointTelemetry(
                    failure.modelId(),
                    CheckpointTelemetry.Kind.LOAD_FAILED,
                    failure.at(),
                    instance,
                    Optional.of(RecordSize.shortened(failure.reason())));
        }
        LoadedModel model = (LoadedModel) load;
        return new CheckpointTelemetry(
                model.modelId(),
                CheckpointTelemetry.Kind.SERVED,
                model.loadedAt(),
                instance,
                Optional.of(String.format(
                        Locale.ROOT,
                        "%sloaded in %.1f s",
                        model.switchedToBy()
                                .map(name -> "switched to by " + name + ", ")
                                .orElse(""),
                        model.loadSeconds())));
    }
}
