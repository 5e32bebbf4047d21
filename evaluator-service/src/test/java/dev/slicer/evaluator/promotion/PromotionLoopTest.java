package dev.slicer.evaluator.promotion;

import static dev.slicer.kafka.testing.Patience.await;
import static dev.slicer.kafka.testing.TestTopics.key;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slicer.evaluator.gold.GoldRules;
import dev.slicer.evaluator.promotion.PromotionLoop.LedgerTail;
import dev.slicer.events.CheckpointEvent;
import dev.slicer.events.CheckpointEvent.Kind;
import dev.slicer.events.CheckpointPublished;
import dev.slicer.events.CheckpointTelemetry;
import dev.slicer.events.Event;
import dev.slicer.events.LabelledDocument;
import dev.slicer.events.Topics;
import dev.slicer.events.TrialAnswer;
import dev.slicer.events.TrialDocument;
import dev.slicer.kafka.clients.KafkaClients;
import dev.slicer.kafka.reading.TopicTail;
import dev.slicer.kafka.records.KafkaEvents;
import dev.slicer.kafka.testing.TestTopics;
import dev.slicer.metrics.Comparison;
import dev.slicer.metrics.Counts;
import dev.slicer.metrics.Tolerances;
import dev.slicer.promotion.CheckpointState.OnTrial;
import dev.slicer.promotion.CheckpointState.Open;
import dev.slicer.promotion.Promotions;
import dev.slicer.service.metrics.BoundedLabels;
import dev.slicer.service.metrics.LanguageLabels;
import dev.slicer.service.metrics.PassedOver;
import dev.slicer.testbroker.TestBroker;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Deciding evaluators on a real broker; the test plays all other services. Each test has topics of its own. */
class PromotionLoopTest {
    private static final Duration SHORT = Duration.ofMillis(1500);
    private static final Duration LONG = Duration.ofMinutes(5);
    private static final Duration STOP = Duration.ofSeconds(5);
    private static final AtomicInteger TESTS = new AtomicInteger();

    private static TestBroker broker;

    private final Topics topics = new Topics("promotion" + TESTS.incrementAndGet() + ".");
    private final KafkaEvents events = new KafkaEvents(URI.create("/test"), Clock.systemUTC());
    private final List<Evaluator> evaluators = new ArrayList<>();
    private TestTopics records;

    @BeforeAll
    static void startBroker(@TempDir Path folder) {
        broker = TestBroker.start(folder);
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @BeforeEach
    void createTopics() throws ExecutionException, InterruptedException {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            admin.createTopics(topics.all().stream()
                            .map(topic -> new NewTopic(topic.name(), topic.ordered() ? 1 : 3, (short) 1))
                            .toList())
                    .all()
                    .get();
        }
        records = new TestTopics(clients(Map.of()));
    }

    @AfterEach
    void stop() throws InterruptedException {
        for (Evaluator evaluator : evaluators) {
            evaluator.stop();
        }
        records.close();
    }

    @Test
    void shouldGoOnWithTheTrialOfAnEvaluatorThatIsGoneAndDecideOnce() throws InterruptedException {
        // Given: two evaluators, one of which has begun a trial
        promoted("first");
        gold("sw", "1");
        gold("yo", "1");
        announce("second");
        List<Evaluator> both = List.of(evaluator(LONG), evaluator(LONG));
        await("the questions").until(() -> questions("second").size() == 2);
        answered("first", "sw", "1");
        String begunBy = event("second", Kind.TRIAL_BEGUN).by();

        // When: it goes
        Evaluator gone = both.get(begunBy.equals("evaluator-0") ? 0 : 1);
        gone.stop();

        // Then: the other one asks for what is missing, and decides about the same trial
        await("the questions of the other").until(() -> questions("second").size() == 4);
        await("the questions of the other to first")
                .until(() -> questions("first").size() == 3);
        assertThat(questions("first"))
                .extracting(question -> question.document().id())
                .containsExactlyInAnyOrder("evaluation/b/sw/1", "evaluation/b/yo/1", "evaluation/b/yo/1");
        assertThat(questions("first")).allMatch(question -> question.digest().equals(Optional.of(digest("first"))));
        assertThat(questions("second")).allMatch(question -> question.digest().equals(Optional.of(digest("second"))));
        assertThat(event("second", Kind.TRIAL_BEGUN).digest()).hasValue(digest("second"));
        answered("first", "yo", "1");
        answered("second", "sw", "1");
        answered("second", "yo", "1");
        CheckpointEvent promoted = event("second", Kind.PROMOTED);
        assertThat(promoted.digest()).hasValue(digest("second"));
        assertThat(promoted.by()).isNotEqualTo(begunBy);
        assertThat(promoted.trial()).hasValue(event("second", Kind.TRIAL_BEGUN).at());
        assertThat(kinds("second")).containsExactly(Kind.TRIAL_BEGUN, Kind.PROMOTED);
    }

    @Test
    void shouldBlockByTheNameOfTheLanguageThatIsNotAnsweredAndLetOthersGoOn() {
        // Given: a candidate that has not answered Yoruba, and one behind it
        promoted("first");
        gold("sw", "1");
        gold("yo", "1");
        announce("second");
        evaluator(SHORT);
        event("second", Kind.TRIAL_BEGUN);
        answered("first", "sw", "1");
        answered("first", "yo", "1");
        answered("second", "sw", "1");
        announce("third");

        // When: nothing comes any more
        CheckpointEvent aside = event("second", Kind.SET_ASIDE);

        // Then
        assertThat(aside.reason())
                .hasValue("there is nothing to compare in b/yo (of 1 documents second answered 0 and first 1)");
        event("third", Kind.TRIAL_BEGUN);
        for (String model : List.of("first", "third")) {
            answered(model, "sw", "1");
            answered(model, "yo", "1");
        }
        assertThat(event("third", Kind.PROMOTED).comparison().orElseThrow().rows())
                .extracting(Comparison.Row::language)
                .containsExactly("sw", "yo");

        // And: what was announced before the promoted one is refused, wherever it stands
        assertThat(event("second", Kind.REFUSED).reason()).hasValue("it was announced before third, which is promoted");
        assertThat(event("second", Kind.REFUSED).current()).hasValue("third");
    }

    @Test
    void shouldComeBackToWhatWasSetAsideAndTakeAnswersThatCameLate() {
        // Given
        promoted("first");
        gold("sw", "1");
        announce("second");
        evaluator(SHORT);
        CheckpointEvent aside = event("second", Kind.SET_ASIDE);
        assertThat(aside.reason().orElseThrow()).endsWith("b/sw (of 1 documents second answered 0 and first 0)");

        // When
        answered("first", "sw", "1");
        answered("second", "sw", "1");

        // Then
        assertThat(event("second", Kind.PROMOTED).comparison()).isPresent();
        assertThat(kinds("second"))
                .startsWith(Kind.TRIAL_BEGUN, Kind.SET_ASIDE, Kind.TRIAL_BEGUN)
                .endsWith(Kind.PROMOTED);
    }

    @Test
    void shouldAskAgainForWhatWasNotAnswered() {
        // Given
        promoted("first");
        gold("sw", "1");
        gold("sw", "2");
        announce("second");
        evaluator(Duration.ofSeconds(15));
        await("the questions").until(() -> questions("second").size() == 2);
        answered("first", "sw", "1");
        answered("first", "sw", "2");

        // When: one is answered, the other gets lost
        answered("second", "sw", "1");

        // Then
        await("another question").until(() -> questions("second").size() == 3);
        assertThat(questions("second"))
                .extracting(question -> question.document().id())
                .containsExactlyInAnyOrder("evaluation/b/sw/1", "evaluation/b/sw/2", "evaluation/b/sw/2");
        answered("second", "sw", "2");
        assertThat(event("second", Kind.PROMOTED).reason()).hasValue("nothing falls by more than it may");
    }

    @Test
    void shouldWaitForATrialThatGetsOnHoweverLongItTakes() throws InterruptedException {
        // Given
        Duration timeout = Duration.ofSeconds(4);
        promoted("first");
        for (int i = 0; i < 5; i++) {
            gold("sw", "" + i);
        }
        announce("second");
        evaluator(timeout);
        event("second", Kind.TRIAL_BEGUN);
        for (int i = 0; i < 5; i++) {
            answered("first", "sw", "" + i);
        }

        // When: all in all longer than the timeout
        for (int i = 0; i < 5; i++) {
            Thread.sleep(timeout.dividedBy(4).toMillis());
            answered("second", "sw", "" + i);
        }

        // Then
        event("second", Kind.PROMOTED);
        assertThat(kinds("second")).containsExactly(Kind.TRIAL_BEGUN, Kind.PROMOTED);
    }

    @Test
    void shouldCompareWithWhatAPersonPromotedMeanwhile() {
        // Given: a trial against the first
        announce("other");
        promoted("first");
        gold("sw", "1");
        send(topics.checkpointEvents(), CheckpointEvent.of("other", Kind.REFUSED, Instant.now(), "inference-0", "no"));
        announce("second");
        evaluator(LONG);
        event("second", Kind.TRIAL_BEGUN);

        // When
        answered("second", "sw", "1");
        send(topics.checkpointEvents(), CheckpointEvent.of("other", Kind.PROMOTED, Instant.now(), "asha", "by hand"));

        // Then: both are asked anew
        await("a trial against the other").until(() -> !questions("other").isEmpty());
        assertThat(questions("second")).hasSize(2);
        answered("other", "sw", "1");
        answered("second", "sw", "1");
        CheckpointEvent promoted = event("second", Kind.PROMOTED);
        assertThat(promoted.current()).hasValue("other");
        assertThat(kinds("second")).containsExactly(Kind.TRIAL_BEGUN, Kind.TRIAL_BEGUN, Kind.PROMOTED);
    }

    @Test
    void shouldRefuseWhatAnInstanceOfInferenceCannotTry() {
        // Given
        promoted("first");
        gold("sw", "1");
        announce("second");
        evaluator(LONG);
        event("second", Kind.TRIAL_BEGUN);

        // When
        send(
                topics.checkpointTelemetry(),
                new CheckpointTelemetry(
                        "second",
                        CheckpointTelemetry.Kind.UNUSABLE,
                        Instant.now(),
                        "inference-0",
                        Optional.of("it is cut off")));

        // Then: the word on the topic of decisions is the evaluator's
        CheckpointEvent refused = event("second", Kind.REFUSED);
        assertThat(refused.reason()).hasValue("inference-0: it is cut off");
        assertThat(refused.by()).isNotEqualTo("inference-0");
        assertThat(refused.current()).hasValue("first");
    }

    @Test
    void shouldPromoteTheNewestWhereNoneIsPromotedAndRefuseTheOlder() {
        // Given
        announce("first");
        announce("second");

        // When
        evaluator(LONG);

        // Then
        assertThat(event("second", Kind.PROMOTED).current()).hasValue(CheckpointEvent.NO_CHECKPOINT);
        assertThat(event("first", Kind.REFUSED).reason()).hasValue("it was announced before second, which is promoted");
    }

    @Test
    void shouldWaitForLabelledDocuments() {
        // Given: nothing to compare on
        promoted("first");
        announce("second");
        evaluator(LONG);
        await("time in which it looks twice")
                .during(SHORT.multipliedBy(2))
                .until(() -> kinds("second").isEmpty());

        // When
        gold("sw", "1");

        // Then: it looks again from time to time
        assertThat(event("second", Kind.TRIAL_BEGUN).documents()).hasValue(1);
    }

    @Test
    void shouldKeepItsPlaceWhileItReadsForLongerThanAMemberMayBeSilent() {
        // Given: a ledger that takes twice as long to be read as Kafka waits for a member
        promoted("first");
        gold("sw", "1");
        announce("second");

        // When
        evaluator(
                LONG,
                Map.of("max.poll.interval.ms", "1000"),
                tail -> () -> CompletableFuture.supplyAsync(
                        () -> null, CompletableFuture.delayedExecutor(2, TimeUnit.SECONDS)));

        // Then
        event("second", Kind.TRIAL_BEGUN);
        answered("first", "sw", "1");
        answered("second", "sw", "1");
        event("second", Kind.PROMOTED);
    }

    @Test
    void shouldStopAtOnceWhileItWaitsForTheLedger() throws InterruptedException {
        // Given
        AtomicInteger asked = new AtomicInteger();
        Evaluator evaluator = evaluator(LONG, Map.of(), tail -> () -> {
            asked.incrementAndGet();
            return new CompletableFuture<>();
        });
        await("it to ask").until(() -> asked.get() > 0);

        // When
        evaluator.loop.close();

        // Then
        evaluator.deciding.join(STOP.toMillis());
        assertThat(evaluator.deciding.isAlive()).isFalse();
    }

    @Test
    void shouldStopAtOnceWhileTheBrokerHangs() throws InterruptedException {
        // Given: a trial that is on
        promoted("first");
        gold("sw", "1");
        announce("second");
        Evaluator evaluator = evaluator(LONG);
        event("second", Kind.TRIAL_BEGUN);
        broker.hang();
        try {
            // When
            evaluator.loop.close();

            // Then
            evaluator.deciding.join(STOP.toMillis());
            assertThat(evaluator.deciding.isAlive()).isFalse();
        } finally {
            broker.resume();
        }
    }

    @Test
    void shouldTellAnErrorOfItsOwnAndGoOnOnceItIsGone() {
        // Given: a ledger that fails with what is no fault of Kafka's
        AtomicBoolean fails = new AtomicBoolean(true);
        AtomicInteger tries = new AtomicInteger();
        announce("first");
        Evaluator evaluator = evaluator(LONG, Map.of(), tail -> () -> {
            if (fails.get()) {
                tries.incrementAndGet();
                throw new IllegalStateException("a bug");
            }
            return tail.caughtUp();
        });
        await("the problem").until(() -> evaluator.loop.problem().isPresent());
        assertThat(evaluator.loop.problem())
                .hasValue(
                        "deciding about checkpoints fails and is tried again: java.lang.IllegalStateException: a bug");
        assertThat(heldUp(evaluator)).isEqualTo(1);

        // And: it is told for as long as it lasts, also while it is tried again
        await("three tries")
                .failFast(
                        "the problem is not told",
                        () -> evaluator.loop.problem().isEmpty())
                .until(() -> tries.get() >= 3);

        // When
        fails.set(false);

        // Then
        event("first", Kind.PROMOTED);
        await("the problem to be gone").until(() -> evaluator.loop.problem().isEmpty());
        assertThat(heldUp(evaluator)).isZero();
        assertThat(evaluator.loop.failure()).isEmpty();
    }

    private static double heldUp(Evaluator evaluator) {
        return evaluator
                .registry
                .get("slicer.stream.held.up")
                .tag("stream", "promotion")
                .gauge()
                .value();
    }

    private interface TailOf {
        LedgerTail of(TopicTail tail);
    }

    private final class Evaluator {
        private final CheckpointLedger ledger = new CheckpointLedger(topics);
        private final MeterRegistry registry = new SimpleMeterRegistry();
        private final PassedOver passedOver = new PassedOver(registry);
        private final TopicTail tail;
        private final PromotionLoop loop;
        private final Thread reading;
        private final Thread deciding;

        Evaluator(String name, Duration timeout, KafkaClients clients, TailOf tailOf) {
            Set<String> read = CheckpointLedger.topics(topics);
            tail = new TopicTail(clients.reader(), read, passedOver.handling(read, ledger::read));
            loop = new PromotionLoop(
                    clients,
                    topics,
                    events,
                    Clock.systemUTC(),
                    ledger,
                    tailOf.of(tail),
                    passedOver,
                    new GoldRules(Set.of(), Set.of(), false),
                    new TrialSettings(
                            new Tolerances(0.01, 0.05, Map.of()),
                            Set.of(),
                            10,
                            timeout,
                            Duration.ofDays(1),
                            Duration.ofDays(90)),
                    topics.prefix() + "promotion",
                    name);
            new PromotionMetrics(registry, ledger, new LanguageLabels(), new BoundedLabels(32), 20).watch(loop);
            reading = new Thread(tail, name + "-reading");
            deciding = new Thread(loop, name + "-deciding");
            reading.start();
            deciding.start();
        }

        void stop() throws InterruptedException {
            loop.close();
            deciding.join(STOP.toMillis());
            tail.close();
            reading.join(STOP.toMillis());
            assertThat(loop.failure()).isEmpty();
        }
    }

    private Evaluator evaluator(Duration timeout) {
        return evaluator(timeout, Map.of(), tail -> tail::caughtUp);
    }

    private Evaluator evaluator(Duration timeout, Map<String, Object> kafka, TailOf tailOf) {
        Evaluator evaluator = new Evaluator("evaluator-" + evaluators.size(), timeout, clients(kafka), tailOf);
        evaluators.add(evaluator);
        return evaluator;
    }

    private static KafkaClients clients(Map<String, Object> more) {
        Map<String, Object> all = new HashMap<>(more);
        all.put("bootstrap.servers", broker.bootstrapServers());
        return new KafkaClients(all);
    }

    /** By a person. */
    private void promoted(String id) {
        announce(id);
        send(topics.checkpointEvents(), CheckpointEvent.of(id, Kind.PROMOTED, Instant.now(), "asha", "to begin with"));
    }

    private void announce(String id) {
        send(
                topics.checkpoints(),
                new CheckpointPublished(
                        id,
                        URI.create("file:///checkpoints/" + id),
                        "mbert",
                        OptionalInt.empty(),
                        List.of("O", "B-PER"),
                        Instant.now(),
                        Optional.of(digest(id))));
    }

    private static String digest(String id) {
        return "sha256:" + String.format("%064x", id.hashCode() & 0xffff);
    }

    private void gold(String language, String id) {
        send(topics.labelledDocuments(), new LabelledDocument(id, "b", language, List.of("Asha"), List.of("B-PER")));
    }

    /** In the trial that is on, or was set aside. */
    private void answered(String model, String language, String id) {
        send(
                topics.trialAnswers(),
                new TrialAnswer(
                        trial(), "evaluation/b/" + language + "/" + id, model, Instant.now(), new Counts(1, 0, 0)));
    }

    private String trial() {
        Promotions promotions = Promotions.none();
        for (CheckpointEvent event :
                all(topics.checkpointEvents(), CheckpointEvent.class).toList()) {
            promotions = promotions.apply(event).after();
        }
        return promotions.states().stream()
                .filter(state -> state instanceof Open open && open.firstTrial().isPresent())
                .map(Open.class::cast)
                .max(Comparator.comparing(OnTrial.class::isInstance))
                .map(tried -> tried.checkpointId() + "@" + tried.firstTrial().orElseThrow())
                .orElseThrow();
    }

    private void send(String topic, Event event) {
        records.send(events.write(topic, event));
    }

    private List<TrialDocument> questions(String model) {
        return all(topics.trialDocuments(), TrialDocument.class)
                .filter(question -> question.modelId().equals(model))
                .toList();
    }

    private CheckpointEvent event(String checkpoint, Kind kind) {
        return KafkaEvents.read(
                records.await(
                                topics.checkpointEvents(),
                                1,
                                record -> key(record).equals(checkpoint)
                                        && KafkaEvents.read(record, CheckpointEvent.class)
                                                        .kind()
                                                == kind)
                        .get(0),
                CheckpointEvent.class);
    }

    private List<Kind> kinds(String checkpoint) {
        return all(topics.checkpointEvents(), CheckpointEvent.class)
                .filter(event -> event.checkpointId().equals(checkpoint))
                .map(CheckpointEvent::kind)
                .toList();
    }

    /** What a topic holds now. */
    private <T extends Event> Stream<T> all(String topic, Class<T> type) {
        return records.held(topic).stream().map(record -> KafkaEvents.read(record, type));
    }
}
