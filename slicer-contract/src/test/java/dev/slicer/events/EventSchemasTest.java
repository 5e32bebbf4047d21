package dev.slicer.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slicer.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Schemas and readers say the same of what is an event, field by field. */
class EventSchemasTest {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    /** One value of each type that JSON has, null left out. */
    private static final List<JsonNode> ONE_OF_EACH_TYPE = List.of(
            NODES.textNode("~"),
            NODES.numberNode(7),
            NODES.numberNode(7.5),
            NODES.booleanNode(true),
            NODES.arrayNode(),
            NODES.objectNode());

    /** What a field of the right type may not be, or may. */
    private static final List<JsonNode> ODD_VALUES = List.of(
            NODES.textNode(""),
            NODES.textNode(" "),
            NODES.textNode("../up"),
            NODES.textNode("1772366400"),
            NODES.numberNode(-1),
            NODES.numberNode(0),
            NODES.numberNode(1.5),
            NODES.numberNode(Long.MAX_VALUE),
            NODES.arrayNode(),
            NODES.objectNode());

    /** Fields that take more than one type, by schema and reader. */
    private static final Set<String> OF_SEVERAL_TYPES =
            Set.of("TrainingRequest/snapshots", "TrainingRequest/hyperparameters/h");

    private record Field(Golden golden, String path) {
        Class<? extends Event> event() {
            return golden.event();
        }

        JsonNode with(JsonNode value) {
            JsonNode changed = golden.json();
            int slash = path.lastIndexOf('/');
            JsonNode parent = changed.at(path.substring(0, slash));
            String name = path.substring(slash + 1);
            if (parent instanceof ArrayNode list) {
                list.set(Integer.parseInt(name), value);
            } else {
                ((ObjectNode) parent).set(name, value);
            }
            return changed;
        }

        JsonNode without() {
            JsonNode changed = golden.json();
            int slash = path.lastIndexOf('/');
            ((ObjectNode) changed.at(path.substring(0, slash))).remove(path.substring(slash + 1));
            return changed;
        }

        JsonNode value() {
            return golden.json().at(path);
        }

        /** What only evaluators write: scorings that a later version knows too, and languages as labelled documents had them. */
        boolean isNameOfEvaluators() {
            return path.endsWith("/scoring") || path.endsWith("/rows/0/language");
        }

        @Override
        public String toString() {
            return event().getSimpleName() + path;
        }
    }

    static Stream<Class<? extends Event>> events() {
        return EventsTest.events();
    }

    static Stream<Field> fields() {
        return Golden.all().flatMap(golden -> paths(golden.json(), "").stream().map(path -> new Field(golden, path)));
    }

    @ParameterizedTest
    @MethodSource("dev.slicer.events.Golden#all")
    void shouldTakeTheGoldenEvent(Golden golden) {
        assertThat(EventSchemas.refusals(golden.event(), golden.json())).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("fields")
    void shouldBeRefusedBySchemaAndReaderWhenAFieldIsOfAnotherType(Field field) {
        // Given
        List<JsonNode> wrong = ONE_OF_EACH_TYPE.stream()
                .filter(value -> value.getNodeType() != field.value().getNodeType())
                .filter(value ->
                        !OF_SEVERAL_TYPES.contains(field.toString()) || value.isContainerNode() || value.isBoolean())
                .toList();

        // Then
        assertThat(wrong).isNotEmpty().allSatisfy(value -> {
            assertThat(EventSchemas.refusals(field.event(), field.with(value)))
                    .as("schema")
                    .isNotEmpty();
            assertThat(isRead(field.event(), field.with(value))).as("reader").isFalse();
        });
    }

    @ParameterizedTest
    @MethodSource("fields")
    void shouldBeRefusedByTheReaderWhenTheSchemaRefusesAValue(Field field) {
        // Given
        List<JsonNode> refused = ODD_VALUES.stream()
                .filter(value ->
                        !EventSchemas.refusals(field.event(), field.with(value)).isEmpty())
                .filter(value -> !field.isNameOfEvaluators() || !value.isTextual())
                .toList();

        // Then
        assertThat(refused)
                .allSatisfy(value ->
                        assertThat(isRead(field.event(), field.with(value))).isFalse());
    }

    @ParameterizedTest
    @MethodSource("fields")
    void shouldMeanALeftOutFieldWhereNullIsReadThoughTheSchemaRefusesIt(Field field) {
        // Given
        JsonNode withNull = field.with(NODES.nullNode());
        boolean refused = !EventSchemas.refusals(field.event(), withNull).isEmpty();

        // Then
        if (refused && isRead(field.event(), withNull)) {
            assertThat(read(field.event(), withNull)).isEqualTo(read(field.event(), field.without()));
        } else {
            assertThat(isRead(field.event(), withNull)).isNotEqualTo(refused);
        }
    }

    @ParameterizedTest
    @CsvSource({"LAZY, false", "DENSE, false", "FROZEN, true"})
    void shouldTakeNoOtherWordUpdatesBesideAdaptersThanFrozen(String wordUpdates, boolean taken) {
        // Given
        Golden golden = Golden.all()
                .filter(one -> one.toString().equals("training-request.lora.json"))
                .findFirst()
                .orElseThrow();
        JsonNode request = new Field(golden, "/hyperparameters/wordUpdates").with(NODES.textNode(wordUpdates));

        // Then
        assertThat(EventSchemas.refusals(TrainingRequest.class, request).isEmpty())
                .isEqualTo(taken);
        assertThat(isRead(TrainingRequest.class, request)).isEqualTo(taken);
    }

    /** One rule for jobs and checkpoints, on every topic. */
    @ParameterizedTest
    @CsvSource({
        "checkpoint-event, /properties/checkpointId",
        "checkpoint-event, /properties/current",
        "checkpoint-published, /properties/checkpointId",
        "checkpoint-telemetry, /properties/checkpointId",
        "training-request, /properties/jobId",
        "training-request, /properties/averageOf/items",
        "training-status, /properties/checkpointId",
        "training-status, /properties/jobId",
        "trial-document, /properties/modelId"
    })
    void shouldHaveThePatternOfIdsWhereAnIdIs(String schema, String field) throws IOException {
        try (InputStream text = Event.class.getResourceAsStream("/schemas/" + schema + ".schema.json")) {
            assertThat(Json.mapper().readTree(text).at(field).path("pattern").asText())
                    .isEqualTo("^" + CheckpointIds.PATTERN + "$");
        }
    }

    @ParameterizedTest
    @MethodSource("events")
    void shouldNameTheEventOfEachTopic(Class<? extends Event> event) {
        // Given
        Topics topics = new Topics("team-a.");

        // Then
        assertThat(Stream.concat(topics.all().stream().map(Topics.Topic::name), Stream.of(topics.scoreTotals())))
                .filteredOn(topic ->
                        EventSchemas.eventOf(topic).filter(event::equals).isPresent())
                .hasSize(1);
        assertThat(EventSchemas.eventOf(topics.deadLetters())).isEmpty();
        assertThat(EventSchemas.eventOf("orders")).isEmpty();
    }

    @Test
    void shouldSayWhichFieldOfARecordDoesNotFit() {
        // Given
        Topics topics = Topics.defaults();
        byte[] value = "{\"jobId\":\"a\",\"state\":\"RUNNING\",\"step\":\"30\",\"totalSteps\":1,\"epoch\":1}"
                .getBytes(StandardCharsets.UTF_8);

        // Then
        assertThatThrownBy(() -> EventSchemas.requireFit(topics.trainingProgress(), value))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("slicer.training-progress")
                .hasMessageContaining("step");
    }

    private static Event read(Class<? extends Event> event, JsonNode json) {
        return EventJson.read(EventJson.write(json), event);
    }

    private static boolean isRead(Class<? extends Event> event, JsonNode json) {
        try {
            read(event, json);
            return true;
        } catch (InvalidEventException e) {
            return false;
        }
    }

    private static List<String> paths(JsonNode node, String path) {
        List<String> paths = new ArrayList<>();
        if (!path.isEmpty()) {
            paths.add(path);
        }
        if (node.isArray() && !node.isEmpty()) {
            paths.addAll(paths(node.get(0), path + "/0"));
        }
        node.properties().forEach(field -> paths.addAll(paths(field.getValue(), path + "/" + field.getKey())));
        return paths;
    }
}
