package dev.slicer.evaluator.promotion;

import dev.slicer.evaluator.gold.GoldRules;
import dev.slicer.evaluator.promotion.PromotionDecider.Action;
import dev.slicer.evaluator.promotion.PromotionDecider.AnswersRead;
import dev.slicer.evaluator.promotion.PromotionDecider.Ask;
import dev.slicer.evaluator.promotion.PromotionDecider.AwaitingDocuments;
import dev.slicer.evaluator.promotion.PromotionDecider.CatchingUp;
import dev.slicer.evaluator.promotion.PromotionDecider.DocumentsRead;
import dev.slicer.evaluator.promotion.PromotionDecider.Idle;
import dev.slicer.evaluator.promotion.PromotionDecider.Input;
import dev.slicer.evaluator.promotion.PromotionDecider.LedgerRead;
import dev.slicer.evaluator.promotion.PromotionDecider.Publish;
import dev.slicer.evaluator.promotion.PromotionDecider.Sampling;
import dev.slicer.evaluator.promotion.PromotionDecider.State;
import dev.slicer.evaluator.promotion.PromotionDecider.Step;
import dev.slicer.events.CheckpointEvent;
import dev.slicer.events.Topics;
import dev.slicer.events.TrialAnswer;
import dev.slicer.events.TrialDocument;
import dev.slicer.kafka.clients.Answers;
import dev.slicer.kafka.clients.KafkaClients;
import dev.slicer.kafka.loops.BackOff;
import dev.slicer.kafka.loops.Shutdown;
import dev.slicer.kafka.reading.TopicReader;
import dev.slicer.kafka.reading.Waiting;
import dev.slicer.kafka.reading.WholeTopics;
import dev.slicer.kafka.records.KafkaEvents;
import dev.slicer.promotion.CheckpointState.OnTrial;
import dev.slicer.service.metrics.PassedOver;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.jboss.logging.Logger;
import org.jboss.logging.Logger.Level;

/**
 * Reads what {@link PromotionDecider} decides by and publishes what it decides. Of several evaluators one decides, the one
 * that Kafka gives the topic of checkpoints to; all who read the topic resolve alike what two of them
 * publish while it changes hands.
 *
 * <p>Whatever fails is tried again, with growing pauses, from what the topics hold; {@link #problem} tells it meanwhile.
 */
public final class PromotionLoop implements TopicReader, Runnable {
    private static final Logger LOG = Logger.getLogger(PromotionLoop.class);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration FIRST_RETRY = Duration.ofSeconds(2);
    private static final Duration LONGEST_RETRY = Duration.ofMinutes(1);
    private static final Duration CLOSE = Duration.ofSeconds(1);
    /** Of the evaluator that began the trial and of those that write the answers, at most. */
    private static final Duration CLOCKS_DIFFER = Duration.ofMinutes(10);

    /** Reads the ledger's topics. */
    public interface LedgerTail {
        /** Completes when the ledger has all that its topics hold now. */
        Future<Void> caughtUp();
    }

    /**
     * The answers to a trial's questions.
     *
     * @param trial what they are marked with
     * @param ends of the answers that there were when the reading began
     */
    private record TrialAnswers(
            String trial, Consumer<byte[], byte[]> consumer, WholeTopics topic, Map<TopicPartition, Long> ends) {
        boolean haveCaughtUp() {
            return topic.hasRead(ends);
        }
    }

    /** Kafka has given the topic to another evaluator. */
    private static final class NotChosenException extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    private final KafkaClients kafka;
    private final Topics topics;
    private final KafkaEvents events;
    private final Clock clock;
    private final CheckpointLedger ledger;
    private final LedgerTail tail;
    private final PassedOver passedOver;
    private final BenchmarkDocuments benchmarks;
    private final PromotionDecider decider;
    private final String group;
    private final Shutdown shutdown = new Shutdown();
    private final BackOff retries = new BackOff(FIRST_RETRY, LONGEST_RETRY, new Random());
    /** Those that are open, for a stop to wake. */
    private final Set<Consumer<byte[], byte[]>> consumers = ConcurrentHashMap.newKeySet();

    private Optional<Consumer<byte[], byte[]>> member = Optional.empty();
    private State state = new Idle();
    /** Those of the trial that is being prepared or runs. */
    private Optional<TrialAnswers> answers = Optional.empty();

    private volatile Optional<Producer<byte[], byte[]>> producer = Optional.empty();
    private volatile Instant lastPoll;
    private volatile Waiting waiting = Waiting.nowhere();
    private volatile Optional<String> problem = Optional.empty();
    private volatile Optional<RuntimeException> failure = Optional.empty();

    /**
     * @param clock that events, timeouts and health go by
     * @param group of the evaluators, of which one decides
     * @param instance as whom it decides
     */
    public PromotionLoop(
            KafkaClients kafka,
            Topics topics,
            KafkaEvents events,
            Clock clock,
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
        this.clock = clock;
        this.ledger = ledger;
        this.tail = tail;
        this.passedOver = passedOver;
        this.benchmarks = new BenchmarkDocuments(rules, settings);
        this.decider = new PromotionDecider(settings, instance);
        this.group = group;
        this.lastPoll = clock.instant();
    }

    @Override
    public void run() {
        try {
            while (!shutdown.hasBegun()) {
                try {
                    decideUntilShutdown();
                } catch (WakeupException | InterruptException e) {
                    LOG.debug("Stopped deciding about checkpoints");
                } catch (RuntimeException e) {
                    retryLater(e);
                }
            }
        } catch (Error e) {
            failure = Optional.of(new IllegalStateException("deciding about checkpoints ended", e));
            throw e;
        }
    }

    private void retryLater(RuntimeException e) {
        if (shutdown.hasBegun()) {
            LOG.debugf(e, "Stopped deciding about checkpoints in the middle of something");
            return;
        }
        Duration pause = retries.next();
        problem = Optional.of("deciding about checkpoints fails and is tried again: " + e);
        LOG.logf(
                e instanceof KafkaException ? Level.WARN : Level.ERROR,
                e,
                "Deciding about checkpoints fails, trying again in %s",
                pause);
        shutdown.pause(pause);
    }

    public void close() {
        shutdown.begin();
        consumers.forEach(Consumer::wakeup);
        // Ends a send that waits for a broker; what was not sent, the evaluator that goes on sends again.
        producer.ifPresent(sending -> sending.close(Duration.ZERO));
    }

    @Override
    public Instant lastPoll() {
        return lastPoll;
    }

    @Override
    public Waiting waiting() {
        return waiting;
    }

    /** Why nothing is decided here at present, though it is this evaluator's turn. */
    public Optional<String> problem() {
        return problem;
    }

    @Override
    public Optional<RuntimeException> failure() {
        return failure;
    }

    private void decideUntilShutdown() {
        Consumer<byte[], byte[]> chosen = open(() -> kafka.member(group, 500));
        member = Optional.of(chosen);
        try {
            Producer<byte[], byte[]> sending = kafka.producer();
            producer = Optional.of(sending);
            try {
                // Only to be chosen; the ledger reads what the topic says.
                chosen.subscribe(List.of(topics.checkpoints()));
                while (!shutdown.hasBegun()) {
                    decideWhereChosen(chosen, sending);
                }
            } finally {
                producer = Optional.empty();
                sending.close(CLOSE);
            }
        } finally {
            member = Optional.empty();
            try {
                forgetTrial();
            } finally {
                close(chosen);
            }
        }
    }

    private void decideWhereChosen(Consumer<byte[], byte[]> chosen, Producer<byte[], byte[]> sending) {
        poll(chosen, state.isPreparing() ? Duration.ZERO : POLL);
        try {
            if (!chosen.assignment().isEmpty()) {
                decide(sending);
            } else {
                forgetTrial();
                if (chosen.groupMetadata().generationId() >= 0) {
                    // Another evaluator has the topic; before the group has answered nobody knows.
                    problem = Optional.empty();
                }
            }
        } catch (NotChosenException e) {
            LOG.info("Another evaluator decides about checkpoints");
            forgetTrial();
        }
    }

    private void decide(Producer<byte[], byte[]> sending) {
        Step step = decider.decide(state, read(), now());
        if (step.next() instanceof AwaitingDocuments waitingFor && !step.next().equals(state)) {
            LOG.infof("candidate %s waits for labelled documents to be compared on", waitingFor.candidate());
        }
        for (Action action : step.actions()) {
            perform(action, sending);
        }
        if (!state.isPreparing() && state.getClass() == step.next().getClass()) {
            // What failed while a trial was prepared, or at its first step, has not been tried again before.
            problem = Optional.empty();
            retries.reset();
        }
        state = step.next();
        if (!state.awaited().map(OnTrial::mark).equals(answers.map(TrialAnswers::trial))) {
            forgetAnswers();
        }
    }

    /** What the state waits for. */
    private Input read() {
        if (state instanceof Sampling) {
            return new DocumentsRead(documents());
        }
        Optional<OnTrial> awaited = state.awaited();
        if (awaited.isPresent()) {
            return answers(awaited.get());
        }
        await(tail.caughtUp());
        return new LedgerRead(ledger.view());
    }

    private BenchmarkDocuments.Sample documents() {
        Consumer<byte[], byte[]> reader = open(kafka::reader);
        try {
            return benchmarks.read(reader, topics.labelledDocuments(), now(), this::stayChosen);
        } finally {
            close(reader);
        }
    }

    private AnswersRead answers(OnTrial trial) {
        TrialAnswers following = answers.orElseGet(() -> beginWithAnswers(trial));
        answers = Optional.of(following);
        List<TrialAnswer> next = new ArrayList<>();
        if (!(state instanceof CatchingUp && following.haveCaughtUp())) {
            for (ConsumerRecord<byte[], byte[]> record : following.topic().poll(POLL)) {
                passedOver
                        .read(record, answer -> KafkaEvents.read(answer, TrialAnswer.class))
                        .filter(answer -> answer.trial().equals(following.trial()))
                        .ifPresent(next::add);
            }
        }
        return new AnswersRead(ledger.view(), next, following.haveCaughtUp());
    }

    private TrialAnswers beginWithAnswers(OnTrial trial) {
        Consumer<byte[], byte[]> reader = open(kafka::reader);
        try {
            WholeTopics topic =
                    WholeTopics.since(trial.answersFrom().minus(CLOCKS_DIFFER), reader, Set.of(topics.trialAnswers()));
            return new TrialAnswers(trial.mark(), reader, topic, topic.ends());
        } catch (RuntimeException e) {
            close(reader);
            throw e;
        }
    }

    private void perform(Action action, Producer<byte[], byte[]> sending) {
        if (action instanceof Publish publish) {
            // What is decided about is what was announced, or pinned by the trial's beginning, not what may be
            // announced later.
            CheckpointEvent event = publish.event()
                    .withDigest(ledger.promotions().digest(publish.event().checkpointId()));
            LOG.infof(
                    "%s: %s, %s",
                    event.checkpointId(), event.kind(), event.reason().orElse("for a comparison"));
            await(sending.send(record(event)));
        } else if (action instanceof Ask ask) {
            LOG.infof(
                    "%d documents are to be tagged for a comparison",
                    ask.questions().size());
            List<Future<?>> sent = new ArrayList<>();
            ask.questions().forEach(question -> sent.add(sending.send(marked(ask.trial(), question))));
            sent.forEach(this::await);
        }
    }

    private ProducerRecord<byte[], byte[]> marked(String trial, TrialDocument question) {
        ProducerRecord<byte[], byte[]> record = events.write(topics.trialDocuments(), question);
        record.headers().add(TrialAnswer.HEADER, trial.getBytes(StandardCharsets.UTF_8));
        return record;
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

    private Consumer<byte[], byte[]> open(Supplier<Consumer<byte[], byte[]>> opened) {
        Consumer<byte[], byte[]> consumer = opened.get();
        consumers.add(consumer);
        return consumer;
    }

    private void close(Consumer<byte[], byte[]> consumer) {
        consumers.remove(consumer);
        consumer.close(CloseOptions.timeout(CLOSE));
    }

    private void forgetTrial() {
        state = new Idle();
        forgetAnswers();
    }

    private void forgetAnswers() {
        Optional<TrialAnswers> following = answers;
        answers = Optional.empty();
        following.ifPresent(read -> close(read.consumer()));
    }

    /**
     * Keeps the topic while something else takes its time: Kafka gives it away when a member does not poll for long.
     *
     * @throws NotChosenException where another evaluator has it now
     * @throws WakeupException where the service stops
     */
    private void stayChosen() {
        if (shutdown.hasBegun()) {
            throw new WakeupException();
        }
        Consumer<byte[], byte[]> chosen = member.orElseThrow();
        poll(chosen, Duration.ZERO);
        if (chosen.assignment().isEmpty()) {
            throw new NotChosenException();
        }
    }

    private void poll(Consumer<byte[], byte[]> chosen, Duration limit) {
        chosen.poll(limit);
        lastPoll = now();
        waiting = Waiting.of(chosen, chosen.assignment());
    }

    private void await(Future<?> done) {
        Answers.of(done, POLL, this::stayChosen);
    }

    private Instant now() {
        return clock.instant();
    }
}
