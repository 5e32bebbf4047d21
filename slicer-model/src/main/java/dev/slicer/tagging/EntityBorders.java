package dev.slicer.tagging;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slicer.checkpoint.files.CheckpointException;
import dev.slicer.checkpoint.files.ModelFiles;
import dev.slicer.corpus.SampleCorpus;
import dev.slicer.encoder.EncoderConfig;
import dev.slicer.engine.EngineOptions;
import dev.slicer.io.IoProblem;
import dev.slicer.json.Json;
import dev.slicer.labels.LabelSet;
import dev.slicer.labels.TagScheme;
import dev.slicer.segmentation.Detokenizer;
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
public final class EntityBorders {
    private static final String CONFIG = "config.json";
    private static final String LABEL_SCHEME = "label_scheme";

    /** Fewer beginnings say too little. */
    private static final int MIN_BEGINNINGS = 5;

    private EntityBorders() {}

    /**
     * The scheme by which a checkpoint marks borders, IOB1 or IOB2; empty where its labels leave no doubt. The model is loaded
     * and asked only where its {@code config.json} does not say it.
     *
     * @throws CheckpointException naming the file that is missing, damaged or of another kind
     */
    public static Optional<String> of(ModelFiles checkpoint, EngineOptions options) {
        Optional<String> declared = declared(checkpoint);
        Optional<LabelSet> labels = EncoderConfig.read(checkpoint).labels();
        if (declared.isPresent() || labels.isEmpty() || !areUnknown(checkpoint, labels.get())) {
            return declared;
        }
        try (EncoderTagger tagger =
                EncoderTagger.open(checkpoint, checkpoint.folder().toString(), options)) {
            return Optional.of(tagger.borders().name());
        }
    }

    /**
     * Whether the model has to be asked: not where the labels leave no doubt, or where {@code config.json} has a {@code
     * label_scheme}, which fine-tuning, trimming and averaging here write.
     */
    static boolean areUnknown(ModelFiles checkpoint, LabelSet labels) {
        boolean both = labels.types().stream()
                .anyMatch(type ->
                        labels.tags().contains("B-" + type) && labels.tags().contains("I-" + type));
        return both && declared(checkpoint).isEmpty();
    }

    /** Whether the checkpoint says that it marks borders as IOB1 does. */
    static boolean areDeclaredIob1(ModelFiles checkpoint) {
        return declared(checkpoint).filter(TagScheme.IOB1.name()::equals).isPresent();
    }

    private static Optional<String> declared(ModelFiles checkpoint) {
        return Optional.of(config(checkpoint).path(LABEL_SCHEME))
                .filter(JsonNode::isTextual)
                .map(JsonNode::textValue);
    }

    /**
     * Writes the scheme into {@code config.json} of a model that was made from the one that was asked. A trimmed model could not
     * be asked itself: it may lack the words of the question.
     *
     * @throws CheckpointException where the configuration cannot be read or written
     */
    public static void declare(Path checkpoint, String scheme) {
        Path file = checkpoint.resolve(CONFIG);
        ObjectNode config = config(ModelFiles.in(checkpoint));
        config.put(LABEL_SCHEME, scheme);
        try {
            Files.write(file, Json.mapper().writerWithDefaultPrettyPrinter().writeValueAsBytes(config));
        } catch (IOException e) {
            throw new CheckpointException(file, "cannot be written: " + IoProblem.of(e), e);
        }
    }

    private static ObjectNode config(ModelFiles checkpoint) {
        try {
            return Json.mapper().readValue(checkpoint.read(CONFIG), ObjectNode.class);
        } catch (IOException e) {
            throw new CheckpointException(
                    checkpoint.path(CONFIG), "is not a readable JSON object: " + e.getMessage(), e);
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
