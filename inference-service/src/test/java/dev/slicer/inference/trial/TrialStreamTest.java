package dev.slicer.inference.trial;

import static dev.slicer.kafka.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slicer.checkpoint.Checkpoint;
import dev.slicer.checkpoint.CheckpointStore;
import dev.slicer.checkpoint.Manifest;
import dev.slicer.checkpoint.VerifiedCheckpoint;
import dev.slicer.checkpoint.files.CheckpointException;
import dev.slicer.checkpoint.files.CheckpointException.Kind;
import dev.slicer.checkpoint.files.ModelFiles;
import dev.slicer.events.CheckpointTelemetry;
import dev.slicer.events.DocumentEvent;
import dev.slicer.events.EntitiesEvent;
import dev.slicer.events.Topics;
import dev.slicer.events.TrialDocument;
import dev.slicer.inference.model.ModelSlot;
import dev.slicer.inference.model.ServingModel;
import dev.slicer.inference.model.TaggerFactory;
import dev.slicer.inference.stream.DocumentReader;
import dev.slicer.inference.stream.DocumentStream;
import dev.slicer.inference.stream.DocumentWork;
import dev.slicer.inference.stream.StreamSettings;
import dev.slicer.inference.stream.StreamStatus;
import dev.slicer.inference.testing.FakeTagger;
import dev.slicer.inference.testing.TestInference;
import dev.slicer.kafka.clients.GroupProtocol;
import dev.slicer.kafka.clients.KafkaClients;
import dev.slicer.kafka.loops.BackOff;
import dev.slicer.kafka.records.KafkaEvents;
import dev.slicer.kafka.testing.TestTopics;
import dev.slicer.tagging.Tagger;
import dev.slicer.testbroker.TestBroker;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Documents that a checkpoint tags which another one serves beside. */
@Timeout(240)
class TrialStreamTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration LONG = Duration.ofMinutes(5);
    private static final int MAX_TEXT_LENGTH = 1000;

    @TempDir
    private static Path folder;

    private static TestBroker broker;

    private final Topics topics = new Topics(UUID.randomUUID() + ".");
    private final Clock clock = Clock.systemUTC();
    private final KafkaEvents events = new KafkaEvents(URI.create("/slicer/test"), clock);
    private final MeterRegistry registry = new SimpleMeterRegistry();
    private final TrialMetrics metrics = new TrialMetrics(registry);
    private final List<FakeTagger> opened = new CopyOnWriteArrayList<>();
    /** For each model how many there were when it was opened. */
    private final List<Integer> openedBeside = new CopyOnWriteArrayList<>();

    /** Models that do not fit into memory the next time. */
    private final Set<String> tooLarge = ConcurrentHashMap.newKeySet();

    /** What a model lacks on the machine, where it does. */
    private final Map<String, String> lacking = new ConcurrentHashMap<>();

    private final Room room = checkpoint -> Optional.ofNullable(lacking.get(checkpoint.toString()));

    private final Store store = new Store();
    private final TaggerFactory taggers = (checkpoint, modelId) -> {
        openedBeside.add(
                (int) opened.stream().filter(tagger -> !tagger.isClosed()).count());
        if (tooLarge.remove(modelId)) {
            throw new OutOfMemoryError("Java heap space");
        }
        FakeTagger tagger = new FakeTagger(modelId, Duration.ofMillis(20));
        opened.add(tagger);
        return tagger;
    };
    private final NewestSlot slot = new NewestSlot();
    private final TestInference inference = new TestInference(taggers, slot, clock, registry);
    private final ServingModel models = inference.model();
    private final List<AutoCloseable> running = new ArrayList<>();
    private KafkaClients clients;
    private TestTopics records;

    @BeforeAll
    static void startBroker() {
        broker = TestBroker.start(folder);
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @BeforeEach
    void createTopics() throws Exception {
        Map<String, Object> common = Map.of("bootstrap.servers", broker.bootstrapServers());
        try (Admin admin = Admin.create(common)) {
            admin.createTopics(topics.all().stream()
                            .map(topic -> new NewTopic(topic.name(), topic.ordered() ? 1 : 3, (short) 1))
                            .toList())
                    .all()
                    .get();
        }
        clients = new KafkaClients(common);
        records = new TestTopics(clients);
        models.load("serving", () -> ModelFiles.in(folder));
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable one : running) {
            one.close();
        }
        records.close();
        inference.close();
    }

    @Test
    void shouldTagATrialWithTheAskedCheckpointWhileAnotherServes() throws Exception {
        // Given
        startTrials(LONG);
        startDocuments();
        int documents = 60;

        // When: trials and users' documents come at the same time
        for (int i = 0; i < documents; i++) {
            sendTrial("candidate", "trial-" + i);
            records.send(events.write(topics.documents(), document("document-" + i)));
        }

        // Then: each is answered once, by its own model
        List<EntitiesEvent> answers = answers(2 * documents);
        assertThat(answers)
                .hasSize(2 * documents)
                .extracting(EntitiesEvent::documentId)
                .doesNotHaveDuplicates();
        assertThat(answers).allSatisfy(answer -> {
            assertThat(answer.modelId()).isEqualTo(answer.documentId().startsWith("trial") ? "candidate" : "serving");
            assertThat(answer.entities()).hasSize(1);
            assertThat(answer.subTokens()).isPresent();
        });
        assertThat(models.current().orElseThrow().modelId()).isEqualTo("serving");
        await("all to be counted").until(() -> trialDocuments("tagged") == documents);
        assertThat(registry.get("slicer.trial.model").gauge().value()).isEqualTo(1);
        await("the users' to be counted without them")
                .until(() -> registry.get("slicer.documents")
                                .tag("source", "kafka")
                                .tag("language", "sw")
                                .counter()
                                .count()
                        == documents);
    }

    @Test
    void shouldUseTheServingModelWhenATrialAsksForIt() {
        // Given
        startTrials(LONG);

        // When
        sendTrial("serving", "trial");

        // Then
        assertThat(answers(1)).extracting(EntitiesEvent::modelId).containsExactly("serving");
        assertThat(opened).hasSize(1);
        assertThat(registry.get("slicer.trial.model").gauge().value()).isZero();
    }

    @Test
    void shouldTellOnceThatACheckpointCannotBeOpened() {
        // Given
        startTrials(LONG);

        // When: its documents come in several batches, and those of another one behind them
        for (int i = 0; i < 40; i++) {
            sendTrial(i % 4 == 0 ? "other-damaged" : "damaged", "trial-" + i);
        }
        await("all to be skipped").until(() -> trialDocuments("skipped") == 40);
        sendTrial("damaged", "late");
        sendTrial("candidate", "other");

        // Then
        assertThat(answers(1)).extracting(EntitiesEvent::documentId).containsExactly("other");
        await("the late one to be counted").until(() -> trialDocuments("skipped") == 41);
        List<ConsumerRecord<byte[], byte[]>> told = records.held(topics.checkpointTelemetry(), "damaged");
        assertThat(told).hasSize(1);
        assertThat(records.held(topics.checkpointTelemetry(), "other-damaged")).hasSize(1);
        CheckpointTelemetry unusable = KafkaEvents.read(told.get(0), CheckpointTelemetry.class);
        assertThat(unusable.kind()).isEqualTo(CheckpointTelemetry.Kind.UNUSABLE);
        assertThat(unusable.instance()).isEqualTo("test-instance");
        assertThat(unusable.reason().orElseThrow())
                .startsWith("cannot be opened: ")
                .endsWith("model.safetensors: is cut off");
    }

    @Test
    void shouldAnswerForNoOtherContentThanTheOneThatIsAskedFor() {
        // Given
        startTrials(LONG);

        // When: the folder has something else than what was announced, and then somebody asks for what it has
        sendTrial("candidate", "exchanged", Optional.of("sha256:" + "0b".repeat(32)));
        await("it to be skipped").until(() -> trialDocuments("skipped") == 1);
        sendTrial("candidate", "as-it-is", Optional.of(Store.DIGEST));

        // Then
        assertThat(answers(1)).extracting(EntitiesEvent::documentId).containsExactly("as-it-is");
    }

    @Test
    void shouldTellThatACheckpointFailsOnEveryText() {
        // Given: one that is closed by somebody else once it is open
        startTrials(LONG);
        sendTrial("candidate", "first");
        answers(1);

        // When
        opened.get(1).close();
        sendTrial("candidate", "second");

        // Then
        await("it to be skipped").until(() -> trialDocuments("skipped") == 1);
        CheckpointTelemetry unusable = KafkaEvents.read(
                records.held(topics.checkpointTelemetry(), "candidate").get(0), CheckpointTelemetry.class);
        assertThat(unusable.kind()).isEqualTo(CheckpointTelemetry.Kind.UNUSABLE);
        assertThat(unusable.reason().orElseThrow()).contains("the model fails on every text");
    }

    @Test
    void shouldAnswerOnceACheckpointComesThatWasMissing() {
        // Given
        startTrials(LONG);
        store.missing.put("late", 3);

        // When: its documents come first, and those of another one behind them
        sendTrial("late", "first");
        sendTrial("candidate", "second");

        // Then
        assertThat(answers(2)).extracting(EntitiesEvent::documentId).containsExactlyInAnyOrder("first", "second");
        assertThat(store.missing).containsEntry("late", 0);
        assertThat(records.held(topics.checkpointTelemetry(), "late")).isEmpty();
        assertThat(registry.get("slicer.trial.loads.failed").functionCounter().count())
                .isEqualTo(3);
    }

    @Test
    void shouldOpenAgainWhatDidNotFitIntoMemory() {
        // Given
        startTrials(LONG);
        tooLarge.add("candidate");

        // When
        sendTrial("candidate", "trial");

        // Then
        assertThat(answers(1)).extracting(EntitiesEvent::modelId).containsExactly("candidate");
        assertThat(records.held(topics.checkpointTelemetry(), "candidate")).isEmpty();
    }

    @Test
    void shouldLeaveATrialToOthersWhereThereIsNoRoomAndTakePartWhenThereIs() {
        // Given: an instance without memory for a second model
        lacking.put("candidate", "not enough memory for a second model");
        DocumentStream crowded = startTrials(LONG);

        // When
        sendTrial("candidate", "first");

        // Then: it is in no group any more, says why, and lives
        await("it to leave").until(() -> crowded.status().state() == StreamStatus.State.WAITING_FOR_MODEL);
        await("the reason")
                .until(() -> crowded.status()
                        .problem()
                        .equals(Optional.of("cannot be opened: not enough memory for a second model")));
        assertThat(crowded.isAlive()).isTrue();
        assertThat(registry.get("slicer.trial.room").gauge().value()).isZero();
        assertThat(records.held(topics.entities())).isEmpty();

        // When: another has some
        try (Instance roomy = new Instance(checkpoint -> Optional.empty())) {
            // Then
            assertThat(answers(1)).extracting(EntitiesEvent::documentId).containsExactly("first");
            assertThat(roomy.tagged()).isEqualTo(1);
        }

        // When: the first one has room too, and is alone
        lacking.clear();
        sendTrial("candidate", "second");

        // Then
        assertThat(answers(2)).hasSize(2);
        assertThat(crowded.status().problem()).isEmpty();
        assertThat(registry.get("slicer.trial.room").gauge().value()).isEqualTo(1);
        assertThat(records.held(topics.checkpointTelemetry(), "candidate")).isEmpty();
    }

    /** An engine that takes 100 ms for two of the documents is what bounds an instance. */
    @Test
    void shouldShareATrialAmongInstances() throws Exception {
        // Given
        int documents = 600;
        List<Instance> instances = new ArrayList<>();
        try {
            for (int i = 0; i < 3; i++) {
                instances.add(new Instance(checkpoint -> Optional.empty()));
            }
            await("all to have a part")
                    .until(() -> instances.stream()
                            .allMatch(instance -> instance.stream.status().state() == StreamStatus.State.RUNNING));

            // When: two questions about each document
            for (int i = 0; i < documents; i++) {
                sendTrial("candidate", "trial-" + i);
                sendTrial("serving", "trial-" + i);
            }

            // When: one is gone in the midst of it
            answers(documents / 4);
            assertThat(instances)
                    .allSatisfy(instance -> assertThat(instance.tagged())
                            .as("documents of one instance")
                            .isPositive());
            instances.remove(0).close();

            // Then: each question is answered once
            List<EntitiesEvent> answers = answers(2 * documents);
            assertThat(answers)
                    .hasSize(2 * documents)
                    .extracting(answer -> answer.modelId() + " " + answer.documentId())
                    .doesNotHaveDuplicates();
        } finally {
            for (Instance instance : instances) {
                instance.close();
            }
        }
    }

    @Test
    void shouldPassOverWithoutARefusalWhatCannotBeOpenedForLong() {
        // Given
        startTrials(LONG, Duration.ofSeconds(1));
        store.missing.put("gone", Integer.MAX_VALUE);

        // When
        sendTrial("gone", "first");
        sendTrial("candidate", "second");

        // Then
        assertThat(answers(1)).extracting(EntitiesEvent::documentId).containsExactly("second");
        await("it to be skipped").until(() -> trialDocuments("skipped") == 1);
        assertThat(records.held(topics.checkpointTelemetry(), "gone")).isEmpty();

        // When: it comes at last, and is asked for again
        store.missing.put("gone", 0);
        await("it to be tried again").until(() -> {
            sendTrial("gone", "again");
            return answers(2).stream().anyMatch(answer -> answer.modelId().equals("gone"));
        });
    }

    @Test
    void shouldCloseTheTrialModelWhenIdle() {
        // Given
        startTrials(Duration.ofMillis(200));
        sendTrial("candidate", "trial-1");
        answers(1);

        // When / Then
        await("the model to be closed").until(() -> opened.get(1).isClosed());
        assertThat(registry.get("slicer.trial.model").gauge().value()).isZero();
        assertThat(opened.get(0).isClosed()).isFalse();

        // When: it is asked for again
        sendTrial("candidate", "trial-2");

        // Then
        assertThat(answers(2)).hasSize(2);
        assertThat(opened).hasSize(3);
    }

    @Test
    void shouldHaveOneTrialModelAtATime() {
        // Given
        startTrials(LONG);

        // When: documents of two checkpoints come by turns
        for (int i = 0; i < 30; i++) {
            sendTrial(i % 2 == 0 ? "even" : "odd", "trial-" + i);
        }

        // Then
        assertThat(answers(30)).allSatisfy(answer -> {
            int number = Integer.parseInt(answer.documentId().replace("trial-", ""));
            assertThat(answer.modelId()).isEqualTo(number % 2 == 0 ? "even" : "odd");
        });
        await("all but the serving one and the last one to be closed")
                .until(() ->
                        opened.stream().filter(tagger -> !tagger.isClosed()).count() == 2);
    }

    @Test
    void shouldMakeRoomForTheModelThatIsToServe() {
        // Given
        startTrials(LONG);
        sendTrial("candidate", "trial-1");
        answers(1);

        // When: the candidate is promoted
        models.load("candidate", () -> ModelFiles.in(folder));

        // Then: one of each was in memory when it was loaded, and it takes the trials that are left
        assertThat(openedBeside).containsExactly(0, 1, 1);
        sendTrial("candidate", "trial-2");
        assertThat(answers(2)).hasSize(2);
        assertThat(opened).hasSize(3);
    }

    @Test
    void shouldMoveAsideWhatIsNoTrialDocument() {
        // Given
        startTrials(LONG);
        records.send(topics.trialDocuments(), "not_json", "{\"modelId\":");
        records.send(topics.trialDocuments(), "invalid_value", "{\"modelId\":\"candidate\"}");

        // When
        sendTrial("candidate", "poison", "poison");
        sendTrial("candidate", "good");

        // Then
        assertThat(answers(1)).extracting(EntitiesEvent::documentId).containsExactly("good");
        assertThat(records.await(topics.deadLetters(), 3, letter -> true))
                .extracting(letter -> TestTopics.header(letter, "dead-letter-reason"))
                .containsExactlyInAnyOrder("not_json", "invalid_value", "tagging_failed");
    }

    @Test
    void shouldAnswerEachTrialOnceWhenInstancesComeAndGoAndTheBrokerCrashes() throws Exception {
        // Given
        int documents = 300;
        IntStream.range(0, documents).forEach(i -> sendTrial("candidate", "trial-" + i));

        // When: an instance stops in the midst of it and another one goes on, then the broker dies
        DocumentStream first = startTrials(LONG);
        answers(20);
        DocumentStream second = startTrials(LONG);
        first.close();
        answers(120);
        broker.kill();
        broker.restart();

        // Then
        answers(documents);
        assertThat(second.isAlive()).isTrue();
        second.close();
        assertThat(answers(documents))
                .hasSize(documents)
                .extracting(EntitiesEvent::documentId)
                .doesNotHaveDuplicates();
    }

    private void sendTrial(String modelId, String id) {
        sendTrial(modelId, id, "Maathai");
    }

    private void sendTrial(String modelId, String id, Optional<String> digest) {
        records.send(events.write(
                topics.trialDocuments(),
                new TrialDocument(modelId, new DocumentEvent(id, "Maathai", Optional.of("sw"), List.of()), digest)));
    }

    private void sendTrial(String modelId, String id, String text) {
        records.send(events.write(
                topics.trialDocuments(),
                new TrialDocument(modelId, new DocumentEvent(id, text, Optional.of("sw"), List.of()))));
    }

    private static DocumentEvent document(String id) {
        return new DocumentEvent(id, "Maathai", Optional.of("sw"), List.of());
    }

    private List<EntitiesEvent> answers(int atLeast) {
        return records.await(topics.entities(), atLeast, record -> true).stream()
                .map(record -> KafkaEvents.read(record, EntitiesEvent.class))
                .toList();
    }

    private double trialDocuments(String outcome) {
        return registry.get("slicer.trial.documents")
                .tag("outcome", outcome)
                .counter()
                .count();
    }

    private DocumentStream startTrials(Duration keepOpen) {
        return startTrials(keepOpen, PATIENCE);
    }

    private DocumentStream startTrials(Duration keepOpen, Duration patience) {
        TrialModel trial =
                new TrialModel(taggers, inference.warmUp(), store, room, keepOpen, patience, TrialStreamTest::backOff);
        metrics.watch(trial);
        slot.trial = Optional.of(trial);
        DocumentStream stream = start(
                "trial",
                topics.trialDocuments(),
                1,
                new TrialDocuments(
                        topics,
                        events,
                        "test-instance",
                        new DocumentReader(topics, clients.sizes(), MAX_TEXT_LENGTH),
                        inference.tagger(topics, events, clients.sizes()),
                        models,
                        trial,
                        metrics));
        running.add(trial);
        return stream;
    }

    /** An instance of inference with an engine of its own. */
    private final class Instance implements AutoCloseable {
        private final MeterRegistry registry = new SimpleMeterRegistry();
        private final NewestSlot slot = new NewestSlot();
        private final TestInference inference = new TestInference(TrialStreamTest::tagger, slot, clock, registry);
        private final TrialModel trial;
        private final DocumentStream stream;

        Instance(Room room) {
            trial = new TrialModel(
                    TrialStreamTest::tagger, inference.warmUp(), store, room, LONG, PATIENCE, TrialStreamTest::backOff);
            slot.trial = Optional.of(trial);
            inference.model().load("serving", () -> ModelFiles.in(folder));
            TrialMetrics own = new TrialMetrics(registry);
            own.watch(trial);
            stream = new DocumentStream(
                    clients,
                    settings("trial", topics.trialDocuments(), 1),
                    new TrialDocuments(
                            topics,
                            events,
                            "another-instance",
                            new DocumentReader(topics, clients.sizes(), MAX_TEXT_LENGTH),
                            inference.tagger(topics, events, clients.sizes()),
                            inference.model(),
                            trial,
                            own),
                    inference.metrics(),
                    clock);
            stream.start();
        }

        int tagged() {
            return (int) registry.get("slicer.trial.documents")
                    .tag("outcome", "tagged")
                    .counter()
                    .count();
        }

        @Override
        public void close() {
            stream.close();
            trial.close();
            inference.close();
        }
    }

    private static Tagger tagger(ModelFiles checkpoint, String modelId) {
        return new FakeTagger(modelId, Duration.ofMillis(100));
    }

    private static BackOff backOff() {
        return new BackOff(Duration.ofMillis(50), Duration.ofSeconds(1), RandomGenerator.getDefault());
    }

    private DocumentStream startDocuments() {
        return start(
                "document", topics.documents(), 2, inference.served(topics, events, clients.sizes(), MAX_TEXT_LENGTH));
    }

    private DocumentStream start(String name, String topic, int batchesInFlight, DocumentWork work) {
        DocumentStream stream =
                new DocumentStream(clients, settings(name, topic, batchesInFlight), work, inference.metrics(), clock);
        running.add(stream);
        stream.start();
        return stream;
    }

    private StreamSettings settings(String name, String topic, int batchesInFlight) {
        return new StreamSettings(
                name,
                topic,
                Set.of(topics.entities(), topics.deadLetters()),
                topics.prefix() + name,
                topics.prefix() + name + "-" + UUID.randomUUID(),
                GroupProtocol.CLASSIC,
                16,
                100_000,
                batchesInFlight,
                PATIENCE);
    }

    /** The one of the trials that were started last. */
    private static final class NewestSlot implements ModelSlot {
        private volatile Optional<TrialModel> trial = Optional.empty();

        @Override
        public void take() {
            trial.ifPresent(TrialModel::take);
        }

        @Override
        public void giveBack() {
            trial.ifPresent(TrialModel::giveBack);
        }
    }

    /** Has every checkpoint; {@code damaged} is. */
    private static final class Store implements CheckpointStore {
        private static final String DIGEST = "sha256:" + "0a".repeat(32);

        /** How often it still lacks a checkpoint. */
        private final Map<String, Integer> missing = new ConcurrentHashMap<>();

        @Override
        public Checkpoint publish(Path stagedFolder, Manifest manifest) {
            throw new UnsupportedOperationException();
        }

        @Override
        public VerifiedCheckpoint fetch(String id) {
            throw new UnsupportedOperationException();
        }

        @Override
        public ModelFiles fetchFolder(Path place) {
            throw new UnsupportedOperationException();
        }

        @Override
        public VerifiedCheckpoint fetch(String id, Optional<String> digest) {
            if (id.endsWith("damaged")) {
                throw new CheckpointException(Path.of(id, "model.safetensors"), "is cut off");
            }
            if (missing.getOrDefault(id, 0) > 0) {
                missing.merge(id, -1, Integer::sum);
                throw new CheckpointException(Path.of(id), "there is no such checkpoint", Kind.UNAVAILABLE);
            }
            if (digest.filter(asked -> !asked.equals(DIGEST)).isPresent()) {
                throw new CheckpointException(Path.of(id, "slicer.json"), "has another digest");
            }
            Manifest manifest = new Manifest(
                    id, Instant.EPOCH, List.of(), "mbert", 8, 8, Map.of(), 42, List.of(), Map.of(), Map.of());
            return new VerifiedCheckpoint(manifest, DIGEST, Optional.empty(), ModelFiles.in(Path.of(id)));
        }

        @Override
        public List<Checkpoint> list() {
            throw new UnsupportedOperationException();
        }
    }
}
