package dev.slicer.events;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion.VersionFlag;
import com.networknt.schema.ValidationMessage;
import dev.slicer.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The JSON Schemas that are shipped for others, asked about JSON that Slicer itself writes. */
public final class EventSchemas {
    private static final Topics NAMES = new Topics("");
    /** By what a topic's name ends in. The topic of dead letters has no event of its own: it keeps others' bytes. */
    private static final Map<String, Class<? extends Event>> BY_TOPIC = Map.ofEntries(
            Map.entry(NAMES.trainingRequests(), TrainingRequest.class),
            Map.entry(NAMES.trainingProgress(), TrainingStatus.class),
            Map.entry(NAMES.checkpoints(), CheckpointPublished.class),
            Map.entry(NAMES.documents(), DocumentEvent.class),
            Map.entry(NAMES.entities(), EntitiesEvent.class),
            Map.entry(NAMES.labelledDocuments(), LabelledDocument.class),
            Map.entry(NAMES.goldDocuments(), LabelledDocument.class),
            Map.entry(NAMES.trialDocuments(), TrialDocument.class),
            Map.entry(NAMES.trialAnswers(), TrialAnswer.class),
            Map.entry(NAMES.scores(), DocumentScored.class),
            Map.entry(NAMES.scoreTotals(), ScoreTotals.class),
            Map.entry(NAMES.checkpointEvents(), CheckpointEvent.class),
            Map.entry(NAMES.checkpointTelemetry(), CheckpointTelemetry.class));

    private static final JsonSchemaFactory FACTORY = JsonSchemaFactory.getInstance(VersionFlag.V202012);
    private static final SchemaValidatorsConfig CONFIG =
            SchemaValidatorsConfig.builder().formatAssertionsEnabled(true).build();
    private static final Map<Class<? extends Event>, JsonSchema> SCHEMAS = new ConcurrentHashMap<>();

    private EventSchemas() {}

    /** The event whose records a topic holds, whatever its prefix; empty for dead letters and topics of others. */
    public static Optional<Class<? extends Event>> eventOf(String topic) {
        return BY_TOPIC.keySet().stream()
                .filter(topic::endsWith)
                .max(Comparator.comparingInt(String::length))
                .map(BY_TOPIC::get);
    }

    /** Why the schema refuses the JSON, a line for each reason; empty where it takes it. */
    public static List<String> refusals(Class<? extends Event> event, JsonNode json) {
        return SCHEMAS.computeIfAbsent(event, EventSchemas::load).validate(json).stream()
                .map(ValidationMessage::getMessage)
                .sorted()
                .toList();
    }

    /**
     * @param value of a record, as a service wrote it
     * @throws AssertionError where the schema of the topic's event refuses it
     */
    public static void requireFit(String topic, byte[] value) {
        eventOf(topic).ifPresent(event -> {
            List<String> refusals = refusals(event, parse(topic, value));
            if (!refusals.isEmpty()) {
                throw new AssertionError("a record on " + topic + " does not fit " + Event.schemaOf(event) + ": "
                        + String.join("; ", refusals) + "\n"
                        + parse(topic, value).toPrettyString());
            }
        });
    }

    private static JsonNode parse(String topic, byte[] value) {
        try {
            return Json.mapper().readTree(value);
        } catch (JsonProcessingException e) {
            throw new AssertionError("a record on " + topic + " is no JSON", e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JsonSchema load(Class<? extends Event> event) {
        try (InputStream schema = Event.class.getClassLoader().getResourceAsStream(Event.schemaOf(event))) {
            return FACTORY.getSchema(Json.mapper().readTree(schema), CONFIG);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
