package dev.slicer.evaluator.promotion;

import dev.slicer.evaluator.gold.GoldRules;
import dev.slicer.events.CheckpointEvent;
import dev.slicer.events.CheckpointEvent.Kind;
import dev.slicer.events.DocumentScored;
import dev.slicer.events.RecordSize;
import dev.slicer.events.Topics;
import dev.slicer.events.TrialDocument;
import dev.slicer.metrics.Comparison;
import dev.slicer.promotion.CheckpointState;
import dev.slicer.promotion.CheckpointState.Candidate;
import dev.slicer.promotion.CheckpointState.OnTrial;
import dev.slicer.promotion.CheckpointState.Open;
import dev.slicer.promotion.CheckpointState.SetAside;
import dev.slicer.promotion.Promotions;
import dev.slicer.service.KafkaClients;
import dev.slicer.service.KafkaEvents;
import dev.slicer.service.PassedOver;
import dev.slicer.service.Shutdown;
import dev.slicer.service.TopicReader;
import dev.slicer.service.transactions.Waiting;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.CloseOptions;
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
 * checkpoint, compares them when both have answered all, and says what came of it. A trial that gets no answers any more
 * is set aside for the next candidate and comes again later. Of several evaluators one decides, the one that Kafka gives
 * the topic of checkpoints to; what two of them say in the moment of a change, everybody who reads the topic resolves
 * alike.
 *
 * <p>A trial is not stored: whoever goes on with it reads from the topics what has been answered already.
 */
public final class PromotionLoop implements TopicReader, Runnable {
    private static final Logger LOG = Logger.getLogger(PromotionLoop.class);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration RETRY_DELAY = Duration.ofSeconds(2);
    private static final Duration CLOSE = Duration.ofSeconds(1);
    private static final Duration NO_DOCUMENTS = Duration.ofSeconds(15);
    private static final Duration LONGEST_PAUSE = Duration.ofDays(1);

    /** Reads the ledger's topics. */
    public interface LedgerTail {
        /** Completes when the ledger has all that its topics hold now. */
        Future<Void> caughtUp();
    }

    /** A trial as it stands in the ledger, and the scores that it follows. */
    private record Sitting(OnTrial place, Trial trial, TopicEnd scores, TrialSchedule patience) {}

    /** Kafka has given the topic to another evaluator. */
    private static final class UnseatedException extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    private final KafkaClients kafka;
    private final Topics topics;
    private final KafkaEvents events;
    private final CheckpointLedger ledger;
    private final LedgerTail tail;
    private final PassedOver passedOver;
    private final BenchmarkDocuments benchmarks;
    private final TrialSettings settings;
    private final String group;
    private final String instance;
    private final Shutdown shutdown = new Shutdown();
    /** Those that are open, for a stop to wake. */
    private final Set<Consumer<byte[], byte[]>> consumers = ConcurrentHashMap.newKeySet();

    private Optional<Consumer<byte[], byte[]>> member = Optional.empty();
    private Optional<Sitting> sitting = Optional.empty();
    private Instant notBefore = Instant.MIN;
    private volatile Optional<Producer<byte[], byte[]>> speaking = Optional.empty();
    private volatile Instant lastPoll = Instant.now();
    private volatile Waiting waiting = Waiting.nowhere();
    private volatile Optional<RuntimeException> failure = Optional.empty();

    /**
     * @param group of the evaluators, of which one decides
     * @param instance as whom it decides
     */
    public PromotionLoop(
            KafkaClients kafka,
            Topics topics,
            KafkaEvents events,
            CheckpointLedger ledger,
            LedgerTail tail,
            PassedOver passedOver,
            GoldRules rules,
            TrialSettings settings,
            String group,
            String instance) {
        this.kafka = kafka;
        this.topics = topics;
        this.events = events;
        this.ledger = ledger;
        this.tail = tail;
        this.passedOver = passedOver;
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
                if (shutdown.hasBegun()) {
                    LOG.debugf(e, "Stopped deciding about checkpoints in the middle of something");
                    return;
                }
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
        consumers.forEach(Consumer::wakeup);
        // Ends a send that waits for a broker; what it did not get rid of is said again by whoever goes on.
        speaking.ifPresent(producer -> producer.close(Duration.ZERO));
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
        Consumer<byte[], byte[]> chosen = open(() -> kafka.member(group, 500));
        Producer<byte[], byte[]> producer = kafka.producer();
        speaking = Optional.of(producer);
        try {
            member = Optional.of(chosen);
            // Only to be chosen; the ledger reads what the topic says.
            chosen.subscribe(List.of(topics.checkpoints()));
            while (!shutdown.hasBegun()) {
                poll(chosen, POLL);
                try {
                    if (chosen.assignment().isEmpty()) {
                        rise();
                    } else if (!lastPoll.isBefore(notBefore)) {
                        decide(producer);
                    }
                } catch (UnseatedException e) {
                    LOG.info("Another evaluator decides about checkpoints");
                    rise();
                }
            }
        } finally {
            member = Optional.empty();
            speaking = Optional.empty();
            producer.close(CLOSE);
            close(chosen);
        }
    }

    private Consumer<byte[], byte[]> open(Supplier<Consumer<byte[], byte[]>> opened) {
        Consumer<byte[], byte[]> consumer = opened.get();
        consumers.add(consumer);
        return consumer;
    }

    private void close(Consumer<byte[], byte[]> consumer) {
        consumers.remove(consumer);
        consumer.close(CloseOptions.timeout(CLOSE));
    }

    /**
     * Keeps the seat while something else takes its time: who does not poll for long is held for gone.
     *
     * @throws UnseatedException where another evaluator has it now
     * @throws WakeupException where the service stops
     */
    private void stay() {
        if (shutdown.hasBegun()) {
            throw new WakeupException();
        }
        Consumer<byte[], byte[]> chosen = member.orElseThrow();
        poll(chosen, Duration.ZERO);
        if (chosen.assignment().isEmpty()) {
            throw new UnseatedException();
        }
    }

    private void poll(Consumer<byte[], byte[]> chosen, Duration limit) {
        chosen.poll(limit);
        lastPoll = Instant.now();
        waiting = Waiting.of(chosen, chosen.assignment());
    }

    private void rise() {
        sitting.ifPresent(present -> close(present.scores().consumer()));
        sitting = Optional.empty();
    }

    private void decide(Producer<byte[], byte[]> producer) {
        if (sitting.isEmpty()) {
            await(tail.caughtUp());
        }
        Promotions promotions = ledger.promotions();
        List<CheckpointState> undecided = promotions.states().stream()
                .filter(Open.class::isInstance)
                .filter(state -> promotions.announcement(state.checkpointId()).isPresent())
                .toList();
        if (undecided.isEmpty()) {
            rise();
        } else if (promotions.promoted().isEmpty()) {
            say(
                    producer,
                    decision(
                            undecided.get(undecided.size() - 1).checkpointId(),
                            Kind.PROMOTED,
                            CheckpointEvent.NO_CHECKPOINT,
                            "there was no promoted checkpoint to compare it with"));
        } else {
            decide(promotions, undecided, promotions.promoted().get(), producer);
        }
    }

    private void decide(
            Promotions promotions, List<CheckpointState> undecided, String current, Producer<byte[], byte[]> producer) {
        Optional<String> older = undecided.stream()
                .map(CheckpointState::checkpointId)
                .filter(id -> isOlder(promotions, id, current))
                .findFirst();
        Optional<CheckpointState> next = next(undecided);
        if (older.isPresent()) {
            say(
                    producer,
                    decision(
                            older.get(),
                            Kind.REFUSED,
                            current,
                            "it was announced before " + current + ", which is promoted"));
        } else if (next.isEmpty()) {
            rise();
        } else if (sitting.filter(present -> present.place().equals(next.get())).isPresent()) {
            goOn(sitting.get(), producer);
        } else {
            rise();
            begin(next.get(), current, producer);
        }
    }

    private static boolean isOlder(Promotions promotions, String candidate, String current) {
        List<String> announced = promotions.states().stream()
                .map(CheckpointState::checkpointId)
                .filter(id -> promotions.announcement(id).isPresent())
                .toList();
        return announced.indexOf(candidate) < announced.indexOf(current);
    }

    /** A trial that is on, else the first new candidate, else one that was set aside and has its turn again. */
    private Optional<CheckpointState> next(List<CheckpointState> undecided) {
        return Stream.of(
                        undecided.stream().filter(OnTrial.class::isInstance),
                        undecided.stream().filter(Candidate.class::isInstance),
                        undecided.stream()
                                .filter(SetAside.class::isInstance)
                                .filter(state -> !now().isBefore(turn(state)))
                                .sorted(Comparator.comparing(CheckpointState::since)))
                .flatMap(states -> states)
                .findFirst();
    }

    /** After the timeout, and each time twice as long, up to a day. */
    private Instant turn(CheckpointState setAside) {
        Duration pause = settings.timeout();
        for (int times = ledger.timesSetAside(setAside.checkpointId());
                times > 1 && pause.compareTo(LONGEST_PAUSE) < 0;
                times--) {
            pause = pause.multipliedBy(2);
        }
        return setAside.since().plus(pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE);
    }

    private void begin(CheckpointState candidate, String current, Producer<byte[], byte[]> producer) {
        BenchmarkDocuments.Sample sample = documents();
        if (sample.documents().isEmpty()) {
            LOG.infof("candidate %s waits for labelled documents to be compared on", candidate.checkpointId());
            notBefore = now().plus(NO_DOCUMENTS);
            return;
        }
        Trial trial = new Trial(candidate.checkpointId(), current, sample);
        Consumer<byte[], byte[]> reader = open(kafka::reader);
        try {
            TopicEnd scores = TopicEnd.assign(reader, topics.scores());
            while (!scores.isReached()) {
                follow(scores, trial);
                stay();
            }
            sitting = place(candidate, current, trial.documents(), producer)
                    .map(place -> new Sitting(
                            place, trial, scores, new TrialSchedule(settings.timeout(), settings.limit(), now())));
        } finally {
            if (sitting.isEmpty()) {
                close(reader);
            }
        }
        if (sitting.isPresent()) {
            ask(trial.questions(), producer);
        }
    }

    private BenchmarkDocuments.Sample documents() {
        Consumer<byte[], byte[]> reader = open(kafka::reader);
        try {
            return benchmarks.read(reader, topics.labelledDocuments(), now(), this::stay);
        } finally {
            close(reader);
        }
    }

    /** The trial that is on, or is begun now; empty where somebody has decided otherwise meanwhile. */
    private Optional<OnTrial> place(
            CheckpointState candidate, String current, int documents, Producer<byte[], byte[]> producer) {
        if (!(candidate instanceof OnTrial trial && trial.current().equals(Optional.of(current)))) {
            say(
                    producer,
                    new CheckpointEvent(
                            candidate.checkpointId(),
                            Kind.TRIAL_BEGUN,
                            now(),
                            instance,
                            Optional.empty(),
                            Optional.of(current),
                            Optional.of(documents),
                            Optional.empty()));
        }
        return ledger.promotions()
                .state(candidate.checkpointId())
                .filter(OnTrial.class::isInstance)
                .map(OnTrial.class::cast)
                .filter(place -> place.current().equals(Optional.of(current)));
    }

    private void ask(List<TrialDocument> questions, Producer<byte[], byte[]> producer) {
        LOG.infof("%d documents are to be tagged for a comparison", questions.size());
        List<Future<?>> sent = new ArrayList<>();
        questions.forEach(question -> sent.add(producer.send(events.write(topics.trialDocuments(), question))));
        sent.forEach(this::await);
    }

    private void goOn(Sitting present, Producer<byte[], byte[]> producer) {
        Trial trial = present.trial();
        if (follow(present.scores(), trial)) {
            present.patience().answered(now());
        }
        if (trial.isComplete()) {
            end(present, producer, trial.compare(settings.tolerances()));
        } else if (present.patience().isOver(now())) {
            end(
                    present,
                    producer,
                    Kind.SET_ASIDE,
                    "there is nothing to compare in " + trial.missing(),
                    Optional.empty());
        } else if (present.patience().asksAgain(now())) {
            ask(trial.questions(), producer);
        }
    }

    /** Whether answers came. */
    private boolean follow(TopicEnd scores, Trial trial) {
        boolean answered = false;
        for (ConsumerRecord<byte[], byte[]> record : scores.poll()) {
            answered |= passedOver
                    .read(record, score -> trial.add(KafkaEvents.read(score, DocumentScored.class)))
                    .orElse(false);
        }
        return answered;
    }

    private void end(Sitting present, Producer<byte[], byte[]> producer, Comparison comparison) {
        List<String> objections = comparison.objections();
        end(
                present,
                producer,
                objections.isEmpty() ? Kind.PROMOTED : Kind.REFUSED,
                objections.isEmpty() ? "nothing falls by more than it may" : String.join("; ", objections),
                Optional.of(comparison));
    }

    private void end(
            Sitting present,
            Producer<byte[], byte[]> producer,
            Kind kind,
            String reason,
            Optional<Comparison> comparison) {
        OnTrial place = present.place();
        say(
                producer,
                new CheckpointEvent(
                        place.checkpointId(),
                        kind,
                        now(),
                        instance,
                        Optional.of(RecordSize.shortened(reason)),
                        place.current(),
                        Optional.empty(),
                        comparison,
                        Optional.of(place.since())));
        rise();
    }

    /** What needs no trial. */
    private CheckpointEvent decision(String candidate, Kind kind, String current, String reason) {
        return new CheckpointEvent(
                candidate,
                kind,
                now(),
                instance,
                Optional.of(reason),
                Optional.of(current),
                Optional.empty(),
                Optional.empty());
    }

    private void say(Producer<byte[], byte[]> producer, CheckpointEvent event) {
        LOG.infof(
                "%s: %s, %s", event.checkpointId(), event.kind(), event.reason().orElse("for a comparison"));
        await(producer.send(record(event)));
        await(tail.caughtUp());
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

    private void await(Future<?> done) {
        while (true) {
            try {
                done.get(POLL.toMillis(), TimeUnit.MILLISECONDS);
                return;
            } catch (TimeoutException e) {
                stay();
            } catch (ExecutionException e) {
                throw new KafkaException(e.getCause());
            } catch (InterruptedException e) {
                throw new InterruptException(e);
            }
        }
    }

    private Instant now() {
        return events.clock().instant();
    }
}
