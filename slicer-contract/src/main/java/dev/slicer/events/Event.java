package dev.slicer.events;

import java.util.Locale;

/** What travels on a topic: a record, written as JSON, whose constructor refuses what makes no sense. */
public sealed interface Event
        permits TrainingRequest,
                TrainingStatus,
                CheckpointPublished,
                DocumentEvent,
                EntitiesEvent,
                LabelledDocument,
                TrialDocument,
                TrialAnswer,
                DocumentScored,
                ScoreTotals,
                CheckpointEvent,
                CheckpointTelemetry {

    /** The Kafka record's key and CloudEvents subject: what must stay in order among itself. */
    String key();

    /** The CloudEvents type of an event record, as {@code dev.slicer.training-request.v1}. */
    static String typeOf(Class<? extends Event> event) {
        return "dev.slicer." + nameOf(event) + ".v1";
    }

    /** The classpath resource that holds the record's JSON Schema. */
    static String schemaOf(Class<? extends Event> event) {
        return "schemas/" + nameOf(event) + ".schema.json";
    }

    private static String nameOf(Class<? extends Event> event) {
        return event.getSimpleName().replaceAll("(?<=[a-z])(?=[A-Z])", "-").toLowerCase(Locale.ROOT);
    }
}
