package dev.slicer.inference.checkpoints;

import dev.slicer.checkpoint.CheckpointStore;
import dev.slicer.checkpoint.files.CheckpointException.Kind;
import dev.slicer.events.CheckpointEvent;
import dev.slicer.events.Topics;
import dev.slicer.inference.checkpoints.WantedCheckpoints.News;
import dev.slicer.inference.model.LoadedModel;
import dev.slicer.inference.model.ServingModel;
import dev.slicer.inference.model.UnannouncedModels;
import dev.slicer.kafka.clients.AwaitedSend;
import dev.slicer.kafka.clients.KafkaClients;
import dev.slicer.kafka.loops.BackOff;
import dev.slicer.kafka.reading.WholeTopics;
import dev.slicer.kafka.records.KafkaEvents;
import dev.slicer.service.metrics.PassedOver;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jboss.logging.Logger;

/**
 * Reads what topics say of checkpoints from the beginning, in no group, and loads the one that is to serve. Tells on
 * another topic which one does.
 */
public final class CheckpointListener implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(CheckpointListener.class);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration RETRY = Duration.ofSeconds(2);

    private final KafkaClients kafka;
    private final Supplier<WantedCheckpoints> choice;
    private final CheckpointStore checkpoints;
    private final ServingModel models;
    private final UnannouncedModels unannounced;
    private final Topics topics;
    private final KafkaEvents events;
    private final String instance;
    private final PassedOver passedOver;
    private final BackOff backOff;
    private final Clock clock;
    /** Checkpoints that turned out not to be what they should be, since the last news. */
    private final Set<String> refused = new HashSet<>();

    private final CountDownLatch stop = new CountDownLatch(1);
    private final Thread thread = new Thread(this::run, "checkpoint-listener");

    /**
     * @param choice gives one that has read nothing yet
     * @param instance in whose name it tells
     * @param backOff before what could not be loaded is tried again
     */
    public CheckpointListener(
            KafkaClients kafka,
            Supplier<WantedCheckpoints> choice,
            CheckpointStore checkpoints,
            ServingModel models,
            UnannouncedModels unannounced,
            Topics topics,
            KafkaEvents events,
            String instance,
            PassedOver passedOver,
            BackOff backOff,
            Clock clock) {
        this.kafka = kafka;
        this.choice = choice;
        this.checkpoints = checkpoints;
        this.models = models;
        this.unannounced = unannounced;
        this.topics = topics;
        this.events = events;
        this.instance = instance;
        this.passedOver = passedOver;
        this.backOff = backOff;
        this.clock = clock;
        thread.setDaemon(true);
    }

    public void start() {
        thread.start();
    }

    /** Whether it listens, or has not been told to yet. */
    public boolean isAlive() {
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
            try (Consumer<byte[], byte[]> consumer = kafka.reader();
                    Producer<byte[], byte[]> producer = kafka.producer()) {
                listen(consumer, producer, choice.get());
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

    private void listen(Consumer<byte[], byte[]> consumer, Producer<byte[], byte[]> producer, WantedCheckpoints wanted)
            throws InterruptedException {
        passedOver.watch(wanted.topics());
        WholeTopics reading = new WholeTopics(consumer, wanted.topics());
        // What was said before is looked at only when all of it is known.
        Map<TopicPartition, Long> ends = ends(reading);
        boolean caughtUp = false;
        while (stop.getCount() > 0) {
            EnumSet<News> news = EnumSet.noneOf(News.class);
            for (ConsumerRecord<byte[], byte[]> record : reading.poll(POLL)) {
                news.add(read(wanted, record));
            }
            if (caughtUp && news.contains(News.OTHER)) {
                models.reconsider();
            }
            boolean justCaughtUp = !caughtUp && reading.hasRead(ends);
            caughtUp |= justCaughtUp;
            if (justCaughtUp || caughtUp && (news.contains(News.OTHER) || news.contains(News.SAME))) {
                backOff.reset();
                refused.clear();
                loadBest(wanted);
            } else if (caughtUp && isTimeToTryAgain()) {
                loadBest(wanted);
            }
            tellServed(producer);
        }
    }

    /** Waits until the topics exist. */
    private Map<TopicPartition, Long> ends(WholeTopics reading) throws InterruptedException {
        while (true) {
            try {
                return reading.ends();
            } catch (UnknownTopicOrPartitionException e) {
                LOG.infof("%s yet", e.getMessage());
                if (stop.await(RETRY.toMillis(), TimeUnit.MILLISECONDS)) {
                    throw new InterruptedException();
                }
            }
        }
    }

    private News read(WantedCheckpoints wanted, ConsumerRecord<byte[], byte[]> record) {
        return passedOver.read(record, wanted::read).orElse(News.NONE);
    }

    /** What cannot be loaded now is tried again; what is not what it should be only when it is spoken of again. */
    private void loadBest(WantedCheckpoints wanted) {
        boolean triedAgain = false;
        for (String id : wanted.bestFirst()) {
            if (refused.contains(id)) {
                continue;
            }
            if (models.load(id, () -> checkpoints.fetch(id))) {
                break;
            }
            Optional<Kind> failure = models.lastFailure(id);
            triedAgain |= failure.equals(Optional.of(Kind.UNAVAILABLE));
            if (failure.equals(Optional.of(Kind.CORRUPT))) {
                refused.add(id);
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

    private void tellServed(Producer<byte[], byte[]> producer) {
        for (Optional<LoadedModel> next = unannounced.oldest(); next.isPresent(); next = unannounced.oldest()) {
            LoadedModel model = next.get();
            CheckpointEvent served = CheckpointEvent.of(
                    model.modelId(),
                    CheckpointEvent.Kind.SERVED,
                    model.loadedAt(),
                    instance,
                    String.format(Locale.ROOT, "loaded in %.1f s", model.loadSeconds()));
            AwaitedSend.send(producer, events.write(topics.checkpointEvents(), served));
            unannounced.removeOldest();
        }
    }
}
