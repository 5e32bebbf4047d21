package dev.slicer.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slicer.checkpoint.FileCheckpointStore;
import dev.slicer.cli.BrokerTopics;
import dev.slicer.cli.home.RunFolder;
import dev.slicer.encoder.TinyModel;
import dev.slicer.events.EntitiesEvent;
import dev.slicer.events.EventJson;
import dev.slicer.events.LabelledDocument;
import dev.slicer.events.Topics;
import dev.slicer.events.TrainingRequest;
import dev.slicer.events.TrainingStatus;
import dev.slicer.io.Home;
import dev.slicer.kafka.access.Access;
import dev.slicer.kafka.access.Grantee;
import dev.slicer.kafka.access.Right.Need;
import dev.slicer.kafka.clients.KafkaClients;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The shipped services, a real broker, the real engine on a model small enough for a test. */
class WholeLoopIT {
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final List<String> SENTENCES = List.of(
            "a P b c",
            "P i d e",
            "f L g",
            "a d L i i",
            "P b L c",
            "L i P i a",
            "e f g",
            "c P",
            "g L i b",
            "d e P i i f");

    private final Topics topics = Topics.defaults();

    @TempDir
    Path temporary;

    @Test
    void shouldTrainPublishLoadTagAndScoreAndThenDoItAgainWithTheNextCheckpoint() throws Exception {
        try (LocalStack stack = new LocalStack(RunFolder.create(home().runs(), "loop", false))) {
            DemoBroker broker = stack.startBroker();
            runLoop(stack, broker, List.of("first", "second"));
            new BrokerTopics(broker.bootstrapServers()).requireEventsFitTheirSchemas();
        }
    }

    @Test
    void shouldDoItWithTheRightsOfTheTableAndWithoutAnyOther() throws Exception {
        try (LocalStack stack = new LocalStack(RunFolder.create(home().runs(), "secured", false))) {
            // Given
            DemoBroker broker = stack.startLockedBroker(topics);

            // When
            runLoop(stack, broker, List.of("first", "second"));

            // Then: nobody was denied what it tried to read or write, but what it can do without
            assertThat(Denied.of(Files.readString(broker.log())))
                    .isNotEmpty()
                    .filteredOn(
                            line -> Set.of("READ", "WRITE", "CREATE", "DELETE").contains(line.operation()))
                    .extracting(line -> line.principal() + " " + line.operation() + " " + line.resource())
                    .isSubsetOf(welcome());
            // and no password is in what anybody wrote
            for (String log : List.of("trainer.log", "inference.log", "evaluator.log", "broker/broker.log")) {
                String written = Files.readString(stack.folder().resolve(log));
                for (String user : LockedBroker.users()) {
                    assertThat(written)
                            .as(log)
                            .doesNotContain(Files.readString(stack.folder().resolve("kafka/" + user + "/password")));
                }
            }
        }
    }

    private List<String> welcome() {
        return Stream.of(Grantee.values())
                .flatMap(grantee -> new Access(topics)
                        .of(grantee).stream()
                                .filter(right -> right.need() == Need.WELCOME)
                                .map(right -> LockedBroker.principal(grantee) + " " + right.operation()
                                        + " Topic:LITERAL:" + right.resource().name()))
                .toList();
    }

    /** What the broker's authorizer says of an operation that it denies. */
    private record Denied(String principal, String operation, String resource) {
        private static final Pattern LINE =
                Pattern.compile("Principal = (\\S+) is Denied operation = (\\S+) .*on resource = (\\S+) ");

        static List<Denied> of(String log) {
            return LINE.matcher(log)
                    .results()
                    .map(line -> new Denied(line.group(1), line.group(2), line.group(3)))
                    .distinct()
                    .toList();
        }
    }

    private Home home() {
        return new Home(temporary.resolve("home"));
    }

    private void runLoop(LocalStack stack, DemoBroker broker, List<String> jobs) throws Exception {
        // Given
        Home home = home();
        TinyModel.write(home.models().resolve("tiny"));
        Files.writeString(
                Files.createDirectories(home.path().resolve("corpora")).resolve("letters.conll"), conll());
        Path installation = Path.of(System.getProperty("slicer.installation"));
        Services services = Services.start(stack, broker, home, installation);
        services.all().forEach(service -> service.awaitLive(LIMIT));
        try (Messages messages = new Messages(broker.client(Grantee.REQUESTER), topics, Clock.systemUTC());
                Messages labelled = new Messages(broker.client(Grantee.PUBLISHER), topics, Clock.systemUTC())) {
            for (String job : jobs) {
                // When
                TrainingStatus end = train(stack, messages, job);
                awaitModel(services.inference(), job);
                labelled.send(topics.labelledDocuments(), labelled(job));

                // Then
                assertThat(end.state()).isEqualTo(TrainingStatus.State.SUCCEEDED);
                assertThat(end.checkpointId()).contains(job);
                assertThat(new FileCheckpointStore(home.checkpoints())
                                .fetch(job)
                                .folder())
                        .isDirectory();
                EvaluatorReport.Result result = awaitScores(services.evaluator(), job);
                assertThat(result.languages()).singleElement().satisfies(language -> {
                    assertThat(language.language()).isEqualTo("en");
                    assertThat(language.documents()).isEqualTo(SENTENCES.size());
                    // The model has learnt these sentences; nothing but the way of the data could lower it.
                    assertThat(language.strict().f1()).isEqualTo(1);
                });
                assertThat(modelsThatTagged(broker)).contains(job);
            }
        }
    }

    private TrainingStatus train(LocalStack stack, Messages messages, String job) {
        messages.send(
                topics.trainingRequests(),
                List.of(new TrainingRequest(
                        job,
                        "tiny",
                        List.of("letters.conll"),
                        Map.of(),
                        List.of("PER", "LOC"),
                        TinyCheckpoint.hyperparameters(200))));
        TrainingStatus end = messages.follow(job, status -> {}, stack::requireAlive);
        assertThat(end.message()).isNotBlank();
        return end;
    }

    private static void awaitModel(Service inference, String model) {
        await(() -> inference
                .get("/v1/models")
                .map(body -> new String(body, StandardCharsets.UTF_8))
                .filter(body -> body.contains("\"" + model + "\"")));
    }

    private static EvaluatorReport.Result awaitScores(Service evaluator, String model) {
        return await(() -> evaluator
                .get(EvaluatorReport.path(model, model))
                .map(EvaluatorReport::read)
                .map(report -> report.of(model, model))
                .filter(result -> result.documents() == SENTENCES.size()));
    }

    private static <T> T await(Supplier<Optional<T>> look) {
        return Awaitility.await()
                .atMost(LIMIT)
                .pollInSameThread()
                .until(look::get, Optional::isPresent)
                .orElseThrow();
    }

    /** As a reader of committed records sees it. */
    private Set<String> modelsThatTagged(DemoBroker broker) {
        Set<String> models = new HashSet<>();
        try (Consumer<byte[], byte[]> consumer = new KafkaClients(broker.client(Grantee.READER)).reader()) {
            List<TopicPartition> partitions = consumer.partitionsFor(topics.entities()).stream()
                    .map(partition -> new TopicPartition(topics.entities(), partition.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (partitions.stream().anyMatch(partition -> consumer.position(partition) < ends.get(partition))) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
                    models.add(
                            EventJson.read(record.value(), EntitiesEvent.class).modelId());
                }
            }
        }
        return models;
    }

    private static List<LabelledDocument> labelled(String benchmark) {
        List<LabelledDocument> documents = new ArrayList<>();
        for (String sentence : SENTENCES) {
            List<String> words = List.of(sentence.split(" "));
            documents.add(new LabelledDocument("d" + documents.size(), benchmark, "en", words, tags(words)));
        }
        return documents;
    }

    static String conll() {
        StringBuilder lines = new StringBuilder();
        for (String sentence : SENTENCES) {
            List<String> words = List.of(sentence.split(" "));
            List<String> tags = tags(words);
            for (int i = 0; i < words.size(); i++) {
                lines.append(words.get(i)).append('\t').append(tags.get(i)).append('\n');
            }
            lines.append('\n');
        }
        return lines.toString();
    }

    /** P begins a person, L a location, and i goes on with either. */
    private static List<String> tags(List<String> words) {
        List<String> tags = new ArrayList<>();
        for (String word : words) {
            tags.add(
                    switch (word) {
                        case "P" -> "B-PER";
                        case "L" -> "B-LOC";
                        case "i" -> "I-" + tags.get(tags.size() - 1).substring(2);
                        default -> "O";
                    });
        }
        return tags;
    }
}
