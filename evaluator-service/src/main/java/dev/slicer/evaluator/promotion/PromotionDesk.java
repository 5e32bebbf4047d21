package dev.slicer.evaluator.promotion;

import dev.slicer.evaluator.gold.GoldDocument;
import dev.slicer.evaluator.gold.GoldRules;
import dev.slicer.events.CheckpointEvent;
import dev.slicer.events.CheckpointEvent.Kind;
import dev.slicer.events.DocumentScored;
import dev.slicer.events.InvalidEventException;
import dev.slicer.events.RecordSize;
import dev.slicer.events.Topics;
import dev.slicer.events.TrialDocument;
import dev.slicer.metrics.Comparison;
import dev.slicer.promotion.CheckpointState;
import dev.slicer.promotion.Promotions;
import dev.slicer.service.KafkaClients;
import dev.slicer.service.KafkaEvents;
import dev.slicer.service.Shutdown;
import dev.slicer.service.TopicReader;
import dev.slicer.service.transactions.Waiting;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.jboss.logging.Logger;

/**
 * Decides about candidates, one after the other: has the labelled documents tagged by the candidate and by the promoted
 * checkpoint, compares them, and says what came of it. Of several evaluators one decides, the one that Kafka gives the
 * topic of checkpoints to; what two of them say in the moment of a change, everybody who reads the topic resolves alike.
 *
 * <p>A trial is not stored: whoever goes on with it reads from the topics what has been answered already.
 */
public final class PromotionDesk implements TopicReader, Runnable {
    private static final Logger LOG = Logger.getLogger(PromotionDesk.class);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration RETRY_DELAY = Duration.ofSeconds(2);
    private static final Duration NO_DOCUMENTS = Duration.ofSeconds(15);
    private static final Duration LEDGER_LIMIT = Duration.ofSeconds(30);

    /** Waits until the ledger has all that its topics hold. */
    public interface LedgerTail {
        void awaitCaughtUp(Duration limit);
    }

    /** A trial and the scores that it follows. */
    private record Sitting(Trial trial, TopicEnd scores) implements AutoCloseable {
        @Override
        public void close() {
            scores.consumer().close();
        }
    }

    private final KafkaClients kafka;
    private final Topics topics;
    private final KafkaEvents events;
    private final CheckpointLedger ledger;
    private final LedgerTail tail;
    private final BenchmarkDocuments benchmarks;
    private final TrialSettings settings;
    private final String group;
    private final String instance;
    private final Shutdown shutdown = new Shutdown();
    private Optional<Sitting> sitting = Optional.empty();
    private Instant notBefore = Instant.MIN;
    private volatile Instant lastPoll = Instant.now();
    private volatile Waiting waiting = Waiting.nowhere();
    private volatile Optional<Consumer<byte[], byte[]>> polled = Optional.empty();
    private volatile Optional<RuntimeException> failure = Optional.empty();

    /**
     * @param group of the evaluators, of which one decides
     * @param instance as whom it decides
     */
    public PromotionDesk(
            KafkaClients kafka,
            Topics topics,
            KafkaEvents events,
            CheckpointLedger ledger,
            LedgerTail tail,
            GoldRules rules,
            TrialSettings settings,
            String group,
            String instance) {
        this.kafka = kafka;
        this.topics = topics;
        this.events = events;
        this.ledger = ledger;
        this.tail = tail;
        this.benchmarks = new BenchmarkDocuments(rules, settings);
        this.settings = settings;
        this.group = group;
        this.instance = instance;
    }

    @Override
    public void run() {
        while (!shutdown.hasBegun()) {
            try {
                workUntilShutdown();
            } catch (WakeupException | InterruptException e) {
                LOG.debug("Stopped deciding about checkpoints");
            } catch (KafkaException e) {
                if (!shutdown.hasBegun()) {
                    LOG.warnf(e, "Deciding about checkpoints is held up, trying again in %s", RETRY_DELAY);
                    shutdown.pause(RETRY_DELAY);
                }
            } catch (RuntimeException e) {
                LOG.error("Nobody decides about checkpoints here any more", e);
                failure = Optional.of(e);
                return;
            } finally {
                rise();
            }
        }
    }

    public void close() {
        shutdown.begin();
        polled.ifPresent(Consumer::wakeup);
    }

    @Override
    public Instant lastPoll() {
        return lastPoll;
    }

    @Override
    public Waiting waiting() {
        return waiting;
    }

    @Override
    public Optional<RuntimeException> failure() {
        return failure;
    }

    private void workUntilShutdown() {
        try (Consumer<byte[], byte[]> member = kafka.member(group, 500);
                Producer<byte[], byte[]> producer = kafka.producer()) {
            polled = Optional.of(member);
            // Only to be chosen; the ledger reads what the topic says.
            member.subscribe(List.of(topics.checkpoints()));
            while (!shutdown.hasBegun()) {
                member.poll(POLL);
                lastPoll = Instant.now();
                waiting = Waiting.of(member, member.assignment());
                if (member.assignment().isEmpty()) {
                    rise();
                } else if (!lastPoll.isBefore(notBefore)) {
                    decide(producer);
                }
            }
        }
    }

    private void rise() {
        sitting.ifPresent(Sitting::close);
        sitting = Optional.empty();
    }

    private void decide(Producer<byte[], byte[]> producer) {
        if (sitting.isEmpty()) {
            tail.awaitCaughtUp(LEDGER_LIMIT);
        }
        Promotions promotions = ledger.promotions();
        List<String> candidates = promotions.candidates();
        if (candidates.isEmpty()) {
            rise();
        } else if (promotions.promoted().isEmpty()) {
            String newest = candidates.get(candidates.size() - 1);
            say(
                    producer,
                    CheckpointEvent.of(
                            newest,
                            Kind.PROMOTED,
                            now(),
                            instance,
                            "there was no promoted checkpoint to compare it with"));
        } else {
            decide(promotions, candidates.get(0), promotions.promoted().get(), producer);
        }
    }

    private void decide(Promotions promotions, String candidate, String current, Producer<byte[], byte[]> producer) {
        if (isOlder(promotions, candidate, current)) {
            say(
                    producer,
                    CheckpointEvent.of(
                            candidate,
                            Kind.REFUSED,
                            now(),
                            instance,
                            "it was announced before " + current + ", which is promoted"));
        } else if (sitting.filter(present -> present.trial().isBetween(candidate, current))
                .isEmpty()) {
            rise();
            begin(promotions.state(candidate).orElseThrow(), current, producer);
        } else {
            goOn(sitting.get(), producer, candidate, current);
        }
    }

    private static boolean isOlder(Promotions promotions, String candidate, String current) {
        List<String> announced = promotions.states().stream()
                .map(CheckpointState::checkpointId)
                .filter(id -> promotions.announcement(id).isPresent())
                .toList();
        return announced.indexOf(candidate) < announced.indexOf(current);
    }

    private void begin(CheckpointState candidate, String current, Producer<byte[], byte[]> producer) {
        Map<String, GoldDocument> documents;
        try (Consumer<byte[], byte[]> reader = kafka.reader()) {
            documents = benchmarks.read(reader, topics.labelledDocuments(), now());
        }
        if (documents.isEmpty()) {
            LOG.infof("candidate %s waits for labelled documents to be compared on", candidate.checkpointId());
            notBefore = now().plus(NO_DOCUMENTS);
            return;
        }
        Trial trial = new Trial(candidate.checkpointId(), current, now(), documents);
        Consumer<byte[], byte[]> reader = kafka.reader();
        try {
            TopicEnd scores = TopicEnd.assign(reader, topics.scores());
            while (!scores.isReached()) {
                follow(scores, trial);
            }
            sitting = Optional.of(new Sitting(trial, scores));
        } finally {
            if (sitting.isEmpty()) {
                reader.close();
            }
        }
        if (!isOnTrialAgainst(candidate, current)) {
            say(
                    producer,
                    new CheckpointEvent(
                            candidate.checkpointId(),
                            Kind.TRIAL_BEGUN,
                            trial.begun(),
                            instance,
                            Optional.empty(),
                            Optional.of(current),
                            Optional.of(trial.documents()),
                            Optional.empty()));
        }
        ask(trial.questions(), producer);
    }

    private static boolean isOnTrialAgainst(CheckpointState state, String current) {
        return state instanceof CheckpointState.OnTrial trial && trial.current().equals(Optional.of(current));
    }

    private void ask(List<TrialDocument> questions, Producer<byte[], byte[]> producer) {
        LOG.infof("%d documents are to be tagged for a comparison", questions.size());
        List<Future<?>> sent = new ArrayList<>();
        questions.forEach(question -> sent.add(producer.send(events.write(topics.trialDocuments(), question))));
        sent.forEach(PromotionDesk::await);
    }

    private void goOn(Sitting present, Producer<byte[], byte[]> producer, String candidate, String current) {
        Trial trial = present.trial();
        follow(present.scores(), trial);
        boolean over = now().isAfter(trial.begun().plus(settings.timeout()));
        if (trial.isComplete() && trial.isComparable() || over && trial.isComparable()) {
            say(producer, verdict(trial.compare(settings.tolerances()), candidate, current));
            rise();
        } else if (over) {
            LOG.warnf(
                    "%s and %s did not both answer within %s; the comparison begins anew",
                    candidate, current, settings.timeout());
            rise();
        }
    }

    private void follow(TopicEnd scores, Trial trial) {
        for (ConsumerRecord<byte[], byte[]> record : scores.poll()) {
            try {
                trial.add(KafkaEvents.read(record, DocumentScored.class));
            } catch (InvalidEventException e) {
                LOG.errorf(
                        "%s-%d offset %d is no score: %s",
                        record.topic(), record.partition(), record.offset(), e.getMessage());
            }
        }
    }

    private CheckpointEvent verdict(Comparison comparison, String candidate, String current) {
        List<String> objections = comparison.objections();
        return new CheckpointEvent(
                candidate,
                objections.isEmpty() ? Kind.PROMOTED : Kind.REFUSED,
                now(),
                instance,
                Optional.of(
                        objections.isEmpty()
                                ? "nothing falls by more than it may"
                                : RecordSize.shortened(String.join("; ", objections))),
                Optional.of(current),
                Optional.empty(),
                Optional.of(comparison));
    }

    private void say(Producer<byte[], byte[]> producer, CheckpointEvent event) {
        LOG.infof(
                "%s: %s, %s", event.checkpointId(), event.kind(), event.reason().orElse("for a comparison"));
        await(producer.send(record(event)));
        tail.awaitCaughtUp(LEDGER_LIMIT);
    }

    /** Without the comparison's table where that has more rows than fit into a record: the verdict counts even so. */
    private ProducerRecord<byte[], byte[]> record(CheckpointEvent event) {
        ProducerRecord<byte[], byte[]> whole = events.write(topics.checkpointEvents(), event);
        if (kafka.sizes().fits(whole)) {
            return whole;
        }
        LOG.warnf(
                "the comparison of %s takes more than fits into a record of %s and is left out",
                event.checkpointId(), topics.checkpointEvents());
        return events.write(topics.checkpointEvents(), event.withoutComparison());
    }

    private static void await(Future<?> sent) {
        try {
            sent.get();
        } catch (ExecutionException e) {
            throw new KafkaException(e.getCause());
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    private Instant now() {
        return events.clock().instant();
    }
}
