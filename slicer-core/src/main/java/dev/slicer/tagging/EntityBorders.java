package dev.slicer.tagging;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slicer.checkpoint.CheckpointException;
import dev.slicer.checkpoint.Manifest;
import dev.slicer.corpus.SampleCorpus;
import dev.slicer.json.Json;
import dev.slicer.labels.LabelSet;
import dev.slicer.text.Detokenizer;
import dev.slicer.text.Document;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * How a checkpoint marks where entities begin. The labels do not tell: with {@code B-X} and {@code I-X} some begin every
 * entity with {@code B-X} (IOB2), others, such as transformers' own example for CoNLL-2003, only one that touches another
 * (IOB1). Read as IOB2 these would have hardly any entity.
 */
final class EntityBorders {
    private static final String LABEL_SCHEME = "label_scheme";

    /** Fewer beginnings say too little. */
    private static final int MIN_BEGINNINGS = 5;

    private EntityBorders() {}

    /**
     * Whether the model has to be asked: not where the labels leave no doubt, where {@code config.json} has a {@code
     * label_scheme}, which fine-tuning here writes, or where the checkpoint is a published one of our own.
     */
    static boolean areUnknown(Path checkpoint, LabelSet labels) {
        boolean both = labels.types().stream()
                .anyMatch(type ->
                        labels.tags().contains("B-" + type) && labels.tags().contains("I-" + type));
        return both && declared(checkpoint).isEmpty() && !Files.exists(checkpoint.resolve(Manifest.FILE_NAME));
    }

    /** Whether the checkpoint says that it marks borders as IOB1 does. */
    static boolean areDeclaredIob1(Path checkpoint) {
        return declared(checkpoint).filter("IOB1"::equals).isPresent();
    }

    private static Optional<String> declared(Path checkpoint) {
        Path config = checkpoint.resolve("config.json");
        try {
            return Optional.of(Json.mapper().readTree(config.toFile()).path(LABEL_SCHEME))
                    .filter(JsonNode::isTextual)
                    .map(JsonNode::textValue);
        } catch (IOException e) {
            throw new CheckpointException(config, "is not readable JSON: " + e.getMessage(), e);
        }
    }

    /** What the model is asked: a few English sentences with names. */
    static List<Document> sample() {
        return SampleCorpus.test("en").sentences().stream()
                .map(sentence -> Detokenizer.join(sentence.words(), "en"))
                .map(joined -> new Document("sample", joined.text(), Optional.of("en"), joined.words()))
                .toList();
    }

    /**
     * Whether predictions mark borders as IOB1 does: nearly all entities begin with {@code I-}.
     *
     * @param predictions each word's most probable label on its own
     */
    static boolean areIob1(List<List<String>> predictions) {
        int withInside = 0;
        int withBegin = 0;
        for (List<String> tags : predictions) {
            String previous = "O";
            for (String tag : tags) {
                boolean continues =
                        !previous.equals("O") && previous.substring(1).equals(tag.substring(1));
                if (!continues && tag.startsWith("I-")) {
                    withInside++;
                } else if (!continues && tag.startsWith("B-")) {
                    withBegin++;
                }
                previous = tag;
            }
        }
        return withInside >= MIN_BEGINNINGS && withInside > 10 * withBegin;
    }
}
