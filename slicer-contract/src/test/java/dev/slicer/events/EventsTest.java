package dev.slicer.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slicer.events.InvalidEventException.Reason;
import dev.slicer.hyperparameters.Hyperparameters;
import dev.slicer.hyperparameters.Hyperparameters.WordUpdates;
import dev.slicer.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.RecordComponent;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventsTest {

    @SuppressWarnings("unchecked")
    static Stream<Class<? extends Event>> events() {
        return Arrays.stream(Event.class.getPermittedSubclasses()).map(event -> (Class<? extends Event>) event);
    }

    @ParameterizedTest
    @MethodSource("dev.slicer.events.Golden#all")
    void shouldWriteWhatItReadWhenGoldenFileIsRead(Golden golden) throws IOException {
        // When
        Event read = EventJson.read(golden.bytes(), golden.event());

        // Then
        assertThat(Json.mapper().readTree(EventJson.write(read))).isEqualTo(golden.json());
    }

    @ParameterizedTest
    @MethodSource("events")
    void shouldDescribeEachFieldAndNoOtherInSchema(Class<? extends Event> event) throws IOException {
        // Given
        JsonNode schema = Json.mapper().readTree(resource(Event.schemaOf(event)));

        // When
        List<String> described = new ArrayList<>();
        schema.path("properties").fieldNames().forEachRemaining(described::add);

        // Then
        assertThat(schema.path("title").asText()).isEqualTo(event.getSimpleName());
        assertThat(described)
                .containsExactly(Arrays.stream(event.getRecordComponents())
                        .map(RecordComponent::getName)
                        .toArray(String[]::new));
        assertThat(schema.path("required"))
                .extracting(JsonNode::asText)
                .isSubsetOf(described)
                .allSatisfy(
                        required -> assertThat(refusalWithout(event, required)).contains(required));
    }

    private static String refusalWithout(Class<? extends Event> event, String field) throws IOException {
        JsonNode json = Json.mapper().readTree(resource("events/" + schemaName(event) + ".json"));
        ((com.fasterxml.jackson.databind.node.ObjectNode) json).remove(field);
        try {
            return "accepted without it: " + EventJson.read(EventJson.write(json), event);
        } catch (InvalidEventException e) {
            return e.getMessage();
        }
    }

    @Test
    void shouldUseTheDefaultsWhereHyperparametersAreLeftOut() {
        // Given
        String json =
                "{\"jobId\":\"a\",\"train\":[\"sample:en.train\"],\"hyperparameters\":{\"maxSteps\":40,\"h\":96}}";

        // When
        TrainingRequest request = read(json, TrainingRequest.class);

        // Then
        assertThat(request.hyperparameters())
                .isEqualTo(Hyperparameters.defaults().withH(96).withMaxSteps(40));
        assertThat(request.baseModel()).isEqualTo("mbert");
        assertThat(request.types()).containsExactly("PER", "ORG", "LOC");
        assertThat(hyperparameters("{}")).isEqualTo(Hyperparameters.defaults());
        assertThat(Hyperparameters.defaults().h()).hasValue(2);
        assertThat(Hyperparameters.defaults().maxSteps()).hasValue(700);
    }

    @Test
    void shouldReadStandardFineTuningAndWholeEpochsWhereTheyAreAskedFor() {
        assertThat(hyperparameters("{\"h\": \"standard\"}").h()).isEmpty();
        assertThat(hyperparameters("{\"h\": null}").h()).isEmpty();
        assertThat(hyperparameters("{\"h\": \"standard\"}").maxSteps()).hasValue(700);
        assertThat(hyperparameters("{\"epochs\": 3}").maxSteps()).isEmpty();
        assertThat(hyperparameters("{\"maxSteps\": null}").maxSteps()).isEmpty();
        assertThat(hyperparameters("{\"epochs\": 3, \"maxSteps\": 5}").maxSteps())
                .hasValue(5);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"h\": \"standard\"",
                "\"h\": 8",
                "\"epochs\": 2",
                "\"maxSteps\": 9, \"h\": null",
                "\"loraRank\": 16"
            })
    void shouldWriteRequestsThatAreReadTheSame(String given) {
        // Given
        TrainingRequest request = read(
                "{\"jobId\":\"a\",\"train\":[\"sample:en.train\"],\"hyperparameters\":{" + given + "}}",
                TrainingRequest.class);

        // When
        TrainingRequest again = EventJson.read(EventJson.write(request), TrainingRequest.class);

        // Then
        assertThat(again).isEqualTo(request);
    }

    @Test
    void shouldTakeWhatEarlierVersionsWroteWithoutHForStandardFineTuning() {
        // Given
        String written = """
                {"classifier":"TRAINED","learningRate":2.0E-5,"weightDecay":0.05,"adamEpsilon":1.0E-8,"warmup":0.1,
                "batchSize":32,"accumulation":1,"epochs":10,"maxLength":510,"dropout":0.1,"seed":42,"wordUpdates":"LAZY"}""";

        // When
        Hyperparameters read = hyperparameters(written);

        // Then
        assertThat(read.h()).isEmpty();
        assertThat(read.maxSteps()).isEmpty();
        assertThat(read.learningRate()).isEqualTo(2e-5);
    }

    @Test
    void shouldLeaveWordEmbeddingsAsTheyAreWhereAdaptersAreTrained() {
        assertThat(hyperparameters("{}").loraRank()).isEmpty();
        assertThat(hyperparameters("{\"loraRank\": null}")).isEqualTo(Hyperparameters.defaults());
        assertThat(hyperparameters("{\"loraRank\": 8}").loraRank()).hasValue(8);
        assertThat(hyperparameters("{\"loraRank\": 8}").wordUpdates()).isEqualTo(WordUpdates.FROZEN);
        assertThat(hyperparameters("{\"loraRank\": 8, \"wordUpdates\": \"frozen\"}"))
                .isEqualTo(hyperparameters("{\"loraRank\": 8}"));
    }

    @Test
    void shouldReadEarlierNamesOfScoringsAsTheyMeantThem() {
        // Given: an earlier version's conlleval, which is of decoded tags, and none of today's scorings
        String counts = "{\"PER\":{\"truePositives\":%d,\"falsePositives\":0,\"falseNegatives\":0}}";
        String written = """
                {"documentId":"evaluation/b/sw/1","benchmark":"b","language":"sw","modelId":"m","outcome":"ANSWERED",
                "scoredAt":"2026-10-01T10:00:00Z","matches":{},"counts":[
                {"scoring":"strict-iob2","byType":%s},{"scoring":"conlleval","byType":%s},{"scoring":"sub-token","byType":%s}]}""".formatted(counts.formatted(1), counts.formatted(2), counts.formatted(3));

        // When
        DocumentScored read = read(written, DocumentScored.class);

        // Then
        assertThat(read.counts())
                .extracting(scored ->
                        scored.scoring() + " " + scored.byType().get("PER").truePositives())
                .containsExactly("strict 1", "sub-token 3");
        assertThat(EventJson.read(EventJson.write(read), DocumentScored.class)).isEqualTo(read);
    }

    private static Hyperparameters hyperparameters(String json) {
        return read(
                        "{\"jobId\":\"a\",\"train\":[\"sample:en.train\"],\"hyperparameters\":" + json + "}",
                        TrainingRequest.class)
                .hyperparameters();
    }

    @ParameterizedTest
    @ValueSource(strings = {"../up", "a/b", ".hidden", "-h", "a b", "é"})
    void shouldRefuseAJobIdThatNoCheckpointCanHave(String id) {
        assertThatThrownBy(
                        () -> read("{\"jobId\":\"" + id + "\",\"train\":[\"sample:en.train\"]}", TrainingRequest.class))
                .isInstanceOf(InvalidEventException.class)
                .hasMessage("jobId must begin with a letter or digit and have up to 200 of a-z A-Z 0-9 . _ -");
    }

    @Test
    void shouldTakeAJobIdAsLongAsACheckpointsMayBeAndNoLonger() {
        String request = "{\"jobId\":\"%s\",\"train\":[\"sample:en.train\"]}";
        assertThat(read(request.formatted("a".repeat(200)), TrainingRequest.class)
                        .jobId())
                .hasSize(200);
        assertThatThrownBy(() -> read(request.formatted("a".repeat(201)), TrainingRequest.class))
                .hasMessageStartingWith("jobId must begin with a letter or digit and have up to 200 of");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"id":"1"                              | NOT_JSON      | not JSON: it ends too early (line 1, column
            {"id":"1","text":"a"} {}               | NOT_JSON      | not JSON: something follows after the end of the value (line 1, column
            {"id":"1","text":"a","text":"b"}       | INVALID_VALUE | a name is there twice (line 1, column
            {"id":"1","text":"a","x":{"y":1,"y":2}} | INVALID_VALUE | a name is there twice (line 1, column
            []                                     | WRONG_TYPE    | expected an object, got an array (line 1, column 1)
            null                                   | WRONG_TYPE    | the value is null
            {"id":"1"}                             | INVALID_VALUE | text is missing
            {"id":" ","text":"a"}                  | INVALID_VALUE | id is blank
            {"id":"1","text":7}                    | WRONG_TYPE    | text: expected a string, got a number (line 1, column 18)
            {"id":"1","text":{"a":1}}              | WRONG_TYPE    | text: expected a string, got an object (line 1, column 18)
            {"id":"1","text":"a","words":{}}       | WRONG_TYPE    | words: expected an array, got an object
            {"id":"1","text":"a","words":[["x",2]]} | WRONG_TYPE    | words[0]: expected a whole number, got a string (line
            {"id":"1","text":"a\\ud83d"}           | INVALID_VALUE | text has half a surrogate pair at offset 1
            {"id":"1","text":"a","language":"x y"} | INVALID_VALUE | language must be a BCP 47 code such as sw or zh-Hant
            {"id":"1","text":"ab","words":[[0,3]]} | INVALID_VALUE | words[0] ends at 3, but the text has 2 UTF-16 units
            {"id":"1","text":"ab","words":[[0,2],[1,2]]} | INVALID_VALUE | words[1] starts at 1, before the end of the previous word, 2
            {"id":"1","text":"ab","words":[[0,1,2]]} | WRONG_TYPE  | words[0]: expected a pair [start, end]
            {"id":"1","text":"ab","words":[[0]]}   | WRONG_TYPE    | words[0]: expected a pair [start, end]
            {"id":"1","text":"ab","words":[{"start":0,"end":1}]} | WRONG_TYPE | words[0]: expected a pair [start, end]
            {"id":"1","text":"ab","words":[[0,99999999999]]} | WRONG_TYPE | words[0]: expected a whole number between -2147483648 and 2147483647, got another one
            {"id":"1","text":"ab","words":[[1,1]]} | INVALID_VALUE | words[0]: word offsets must satisfy 0 <= start < end, got 1..1
            """)
    void shouldSayWhatIsWrongWhenDocumentIsInvalid(String json, Reason reason, String message) {
        // When / Then
        assertThatThrownBy(() -> read(json, DocumentEvent.class))
                .isInstanceOfSatisfying(InvalidEventException.class, e -> {
                    assertThat(e.reason()).isEqualTo(reason);
                    assertThat(e.getMessage()).startsWith(message);
                });
    }

    @Test
    void shouldRefuseBytesThatAreNotUtf8() {
        // Given
        byte[] bytes = "{\"id\":\"1\",\"text\":\"é\"}".getBytes(StandardCharsets.ISO_8859_1);

        // When / Then
        assertThatThrownBy(() -> EventJson.read(bytes, DocumentEvent.class))
                .isInstanceOfSatisfying(
                        InvalidEventException.class, e -> assertThat(e.reason()).isEqualTo(Reason.NOT_JSON))
                .hasMessageStartingWith("not JSON: ");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"learningrate":1}  | hyperparameters: there is no hyperparameter "learningrate"; there are [h, classifier, learningRate,
            {"h":0}             | hyperparameters: h must be a number of at least 1, or standard, got 0
            {"dropout":1.0}     | hyperparameters: dropout must be at least 0 and under 1, got 1.0
            {"accumulation":64} | hyperparameters: accumulation must be at most batchSize (32)
            {"batchSize":8.5}   | hyperparameters.batchSize: expected a whole number, got a number with a fraction
            {"batchSize":"x"}   | hyperparameters.batchSize: expected a whole number, got a string
            {"loraRank":0}      | hyperparameters: loraRank must be at least 1, got 0
            {"loraRank":8.5}    | hyperparameters.loraRank: expected a whole number, got a number with a fraction
            {"loraRank":8,"wordUpdates":"dense"} | hyperparameters: wordUpdates must be FROZEN, or left out, with loraRank, since adapters leave the word embeddings as they are, got DENSE
            7                   | hyperparameters: hyperparameters must be a JSON object
            """)
    void shouldNameTheHyperparameterWhenItIsInvalid(String hyperparameters, String message) {
        // Given
        String json = "{\"jobId\":\"a\",\"train\":[\"b\"],\"hyperparameters\":" + hyperparameters + "}";

        // When / Then
        assertThatThrownBy(() -> read(json, TrainingRequest.class))
                .isInstanceOf(InvalidEventException.class)
                .hasMessageStartingWith(message);
    }

    /** A score that had it for a field's name could not be read any more. */
    @Test
    void shouldRefuseATypeThatIsLongerThanNamesAre() {
        // Given
        String tagged = "{\"id\":\"1\",\"benchmark\":\"b\",\"language\":\"sw\",\"words\":[\"Asha\"],\"tags\":[\"%s\"]}";

        // When / Then
        assertThat(read(tagged.formatted("B-" + "T".repeat(253)), LabelledDocument.class)
                        .tags())
                .hasSize(1);
        assertThatThrownBy(() -> read(tagged.formatted("B-" + "T".repeat(254)), LabelledDocument.class))
                .isInstanceOf(InvalidEventException.class)
                .hasMessage("tags[0] must have at most 255 characters, got 256");
    }

    @Test
    void shouldPutPrefixBeforeEachTopic() {
        // Given
        Topics topics = new Topics("team-a.");

        // When / Then
        assertThat(topics.all()).extracting(Topics.Topic::name).allMatch(name -> name.startsWith("team-a."));
        assertThat(topics.all())
                .filteredOn(Topics.Topic::compacted)
                .extracting(Topics.Topic::name)
                .containsExactly("team-a.checkpoints");
        assertThatThrownBy(() -> new Topics("a b")).hasMessageContaining("got \"a b\"");
    }

    private static <T> T read(String json, Class<T> type) {
        return EventJson.read(json.getBytes(StandardCharsets.UTF_8), type);
    }

    private static String schemaName(Class<? extends Event> event) {
        return Event.schemaOf(event).replaceAll("schemas/|\\.schema\\.json", "");
    }

    private static byte[] resource(String name) throws IOException {
        URL url = EventsTest.class.getClassLoader().getResource(name);
        assertThat(url).as(name).isNotNull();
        try (InputStream stream = url.openStream()) {
            return stream.readAllBytes();
        }
    }
}
