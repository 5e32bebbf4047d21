package dev.slicer.tagging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import dev.slicer.checkpoint.FileCheckpointStore;
import dev.slicer.checkpoint.Manifest;
import dev.slicer.checkpoint.ModelWeights;
import dev.slicer.checkpoint.files.CheckpointException;
import dev.slicer.checkpoint.files.ModelFiles;
import dev.slicer.checkpoint.safetensors.SafetensorsWriter;
import dev.slicer.checkpoint.safetensors.TensorView;
import dev.slicer.encoder.Encoder;
import dev.slicer.encoder.EncoderConfig;
import dev.slicer.encoder.EncoderParameters;
import dev.slicer.encoder.PackedBatch;
import dev.slicer.engine.EngineOptions;
import dev.slicer.engine.Precision;
import dev.slicer.engine.TorchProgram;
import dev.slicer.huggingface.PublishedCheckpoint;
import dev.slicer.huggingface.PublishedCheckpoint.Found;
import dev.slicer.huggingface.PublishedCheckpoint.Sentence;
import dev.slicer.json.Json;
import dev.slicer.segmentation.Detokenizer;
import dev.slicer.tagging.TaggingOptions.Aggregation;
import dev.slicer.tagging.TaggingOptions.Decoder;
import dev.slicer.text.Document;
import dev.slicer.text.Entity;
import dev.slicer.text.TaggedDocument;
import dev.slicer.text.Word;
import dev.slicer.tokenization.SubTokenizer;
import dev.slicer.tokenization.SubTokens;
import dev.slicer.vocabulary.NeededSubTokens;
import dev.slicer.vocabulary.VocabularyTrim;
import dev.slicer.vocabulary.VocabularyTrim.Storage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Checkpoints of others are served as they are. {@code bert}: cased, IOB2, fp32. {@code bert-uncased}: lower case, labels in
 * an order of their own, one segment type, bfloat16, tensors named as conversions from TensorFlow name them. {@code
 * xlm-roberta}: labels without prefix, float16, weights in several files. {@code roberta}: bytes, words told apart by the
 * space before them, labels without names.
 */
class PublishedCheckpointsTest {
    private static final EngineOptions FP32 =
            new EngineOptions(Optional.of(Precision.FP32), OptionalInt.empty(), OptionalInt.of(1), 2048);

    @ParameterizedTest
    @ValueSource(strings = {"bert", "bert-uncased", "xlm-roberta", "roberta"})
    void shouldComputeTheLogitsOfTransformersFromTheWordsOn(String name) {
        // Given
        PublishedCheckpoint checkpoint = PublishedCheckpoint.of(name);
        try (SubTokenizer tokenizer = SubTokenizer.open(checkpoint.model().resolve("tokenizer.json"));
                TorchProgram program = TorchProgram.load(FP32);
                NDManager owner = program.newScope()) {
            Encoder encoder = new Encoder(
                    program,
                    EncoderParameters.loadClassifier(program, owner, ModelFiles.in(checkpoint.model()), Precision.FP32),
                    Precision.FP32);
            for (Sentence sentence : checkpoint.sentences()) {
                // When
                SubTokens subTokens = tokenizer.encode(sentence.words());
                int[] ids = IntStream.concat(
                                IntStream.concat(IntStream.of(tokenizer.clsId()), IntStream.of(subTokens.ids())),
                                IntStream.of(tokenizer.sepId()))
                        .toArray();

                // Then
                assertThat(ids)
                        .containsExactly(sentence.ids().stream()
                                .mapToInt(Integer::intValue)
                                .toArray());
                float[] found = encoder.logProbabilities(
                        PackedBatch.of(List.of(ids), encoder.config().positionOffset()),
                        IntStream.range(1, ids.length - 1).toArray());
                int labels = encoder.config().labels().orElseThrow().size();
                for (int token = 0; token < subTokens.ids().length; token++) {
                    for (int label = 0; label < labels; label++) {
                        assertThat(found[token * labels + label])
                                .isCloseTo(sentence.logProbabilities().get(token)[label], within(1e-3f));
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"bert", "bert-uncased", "xlm-roberta", "roberta"})
    void shouldFindTheEntitiesOfHuggingFacesPipeline(String name) {
        // Given
        PublishedCheckpoint checkpoint = PublishedCheckpoint.of(name);
        try (Tagger tagger = Tagger.open(checkpoint.model(), name, FP32)) {
            for (Sentence sentence : checkpoint.sentences()) {
                Detokenizer.Joined joined = Detokenizer.join(sentence.words(), "en");
                Document document = new Document("1", joined.text(), Optional.of("en"), joined.words());
                for (Aggregation aggregation : Aggregation.values()) {
                    // When
                    TaggedDocument tagged = tagger.tag(
                                    List.of(document), new TaggingOptions(aggregation, Decoder.GREEDY, 0, Set.of()))
                            .get(0);

                    // Then
                    List<Found> expected = sentence.entities().get(aggregation.name());
                    assertThat(tagged.entities()).hasSameSizeAs(expected);
                    for (int i = 0; i < expected.size(); i++) {
                        Found found = expected.get(i);
                        Entity entity = tagged.entities().get(i);
                        Word first = joined.words().get(found.firstWord());
                        Word last = joined.words().get(found.endWord() - 1);
                        assertThat(entity.type()).isEqualTo(found.type());
                        assertThat(entity.start()).isEqualTo(first.start());
                        assertThat(entity.end()).isEqualTo(last.end());
                        assertThat(entity.score()).isCloseTo(found.score(), within(2e-4));
                    }
                }
            }
        }
    }

    @Test
    void shouldLeaveOutLowScoresAndTypesThatNobodyAskedFor() {
        PublishedCheckpoint checkpoint = PublishedCheckpoint.of("bert");
        try (Tagger tagger = Tagger.open(checkpoint.model(), "bert", FP32)) {
            List<Document> documents = checkpoint.sentences().stream()
                    .map(sentence -> Detokenizer.join(sentence.words(), "en"))
                    .map(joined -> new Document("1", joined.text(), Optional.empty(), joined.words()))
                    .toList();
            TaggingOptions some = new TaggingOptions(Aggregation.FIRST, Decoder.VITERBI, 0.4, Set.of("PER", "LOC"));

            List<TaggedDocument> all = tagger.tag(documents);
            List<TaggedDocument> few = tagger.tag(documents, some);

            for (int i = 0; i < documents.size(); i++) {
                List<Entity> expected = all.get(i).entities().stream()
                        .filter(entity ->
                                entity.score() >= 0.4 && !entity.type().equals("ORG"))
                        .toList();
                assertThat(few.get(i).entities()).isEqualTo(expected);
                assertThat(few.get(i).tags().stream().filter(tag -> tag.startsWith("B-")))
                        .hasSameSizeAs(expected);
            }
            assertThat(few.stream().flatMap(document -> document.entities().stream()))
                    .isNotEmpty()
                    .hasSizeLessThan((int) all.stream()
                            .flatMap(document -> document.entities().stream())
                            .count());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "\"hidden_act\": \"gelu\" | \"hidden_act\": \"relu\" | hidden_act is 'relu', supported is 'gelu'",
                "\"5\": \"B-LOC\" | \"7\": \"B-LOC\" | id2label has 7 entries but none for 5",
                "\"5\": \"B-LOC\" | \"5\": \"B-PER\" | id2label: labels must differ from one another",
                "\"model_type\": \"bert\" | \"model_type\": \"deberta\" | model_type is 'deberta'"
            })
    void shouldSayWhyACheckpointCannotBeServed(String setting, String other, String reason, @TempDir Path folder)
            throws IOException {
        // Given
        Path model = PublishedCheckpoint.of("bert").model();
        String config = Files.readString(model.resolve("config.json"));
        assertThat(config).contains(setting);
        Files.writeString(folder.resolve("config.json"), config.replace(setting, other));

        // When / Then
        assertThatThrownBy(() -> EncoderConfig.read(folder))
                .isInstanceOf(CheckpointException.class)
                .hasMessageStartingWith(folder.resolve("config.json") + ": " + reason);
    }

    @Test
    void shouldReadABertVocabularyWhereThereIsNoTokenizerJson(@TempDir Path folder) throws IOException {
        // Given a model of the time before tokenizer.json, lower case unless it says otherwise
        PublishedCheckpoint checkpoint = PublishedCheckpoint.of("bert-uncased");
        for (String name : List.of("config.json", "model.safetensors")) {
            Files.copy(checkpoint.model().resolve(name), folder.resolve(name));
        }
        JsonNode vocabulary = Json.mapper()
                .readTree(checkpoint.model().resolve("tokenizer.json").toFile())
                .at("/model/vocab");
        Files.write(
                folder.resolve("vocab.txt"),
                vocabulary.properties().stream()
                        .sorted(Comparator.comparingInt(
                                entry -> entry.getValue().asInt()))
                        .map(Map.Entry::getKey)
                        .toList());

        // When / Then
        try (SubTokenizer tokenizer = SubTokenizer.ofModel(folder)) {
            for (Sentence sentence : checkpoint.sentences()) {
                List<Integer> ids = sentence.ids();
                assertThat(tokenizer.encode(sentence.words()).ids())
                        .containsExactly(ids.subList(1, ids.size() - 1).stream()
                                .mapToInt(Integer::intValue)
                                .toArray());
            }
        }
        Files.writeString(folder.resolve("tokenizer_config.json"), "{\"do_lower_case\": false}");
        try (SubTokenizer tokenizer = SubTokenizer.ofModel(folder)) {
            assertThat(tokenizer.encode(List.of("Q")).ids()).containsExactly(tokenizer.unkId());
        }
        Files.writeString(folder.resolve("vocab.txt"), "[PAD]\n[UNK]\n");
        assertThatThrownBy(() -> SubTokenizer.ofModel(folder))
                .isInstanceOf(CheckpointException.class)
                .hasMessage(folder.resolve("vocab.txt") + ": vocabulary lacks [CLS]");
    }

    @Test
    void shouldFindTheEntitiesOfModelsThatBeginThemWithInside(@TempDir Path folder) throws IOException {
        // Given a model that never says B-, as one trained on IOB1 hardly does
        Path model = PublishedCheckpoint.of("bert").model();
        Files.copy(model.resolve("tokenizer.json"), folder.resolve("tokenizer.json"));
        Files.copy(model.resolve("config.json"), folder.resolve("config.json"));
        writeWithoutBegin(model, folder.resolve("model.safetensors"));
        List<Document> documents = PublishedCheckpoint.of("bert").sentences().stream()
                .map(sentence -> Detokenizer.join(sentence.words(), "en"))
                .map(joined -> new Document("1", joined.text(), Optional.of("en"), joined.words()))
                .toList();
        TaggingOptions greedy = new TaggingOptions(Aggregation.FIRST, Decoder.GREEDY, 0, Set.of());

        // When
        List<TaggedDocument> measured;
        List<TaggedDocument> asHuggingFace;
        try (Tagger tagger = Tagger.open(folder, "iob1", FP32)) {
            measured = tagger.tag(documents);
            asHuggingFace = tagger.tag(documents, greedy);
        }
        String config = Files.readString(folder.resolve("config.json"));
        Files.writeString(folder.resolve("config.json"), config.replaceFirst("\\{", "{\"label_scheme\": \"IOB2\","));
        List<TaggedDocument> declared;
        try (Tagger tagger = Tagger.open(folder, "iob2", FP32)) {
            declared = tagger.tag(documents);
        }

        // Then
        assertThat(measured.stream().map(TaggedDocument::entities))
                .isEqualTo(asHuggingFace.stream().map(TaggedDocument::entities).toList());
        assertThat(measured.stream().flatMap(document -> document.entities().stream()))
                .hasSizeGreaterThan(10);
        assertThat(declared.stream().flatMap(document -> document.entities().stream()))
                .isEmpty();
    }

    @Test
    void shouldFindTheEntitiesOfSuchModelsOnceTheyAreTrimmedAndPublished(@TempDir Path folder) throws IOException {
        // Given: what is left knows a few words, none of them those that a model is asked about
        Path model = PublishedCheckpoint.of("bert").model();
        Path theirs = Files.createDirectories(folder.resolve("theirs"));
        Files.copy(model.resolve("tokenizer.json"), theirs.resolve("tokenizer.json"));
        Files.copy(model.resolve("config.json"), theirs.resolve("config.json"));
        writeWithoutBegin(model, theirs.resolve("model.safetensors"));
        Detokenizer.Joined joined = Detokenizer.join(
                PublishedCheckpoint.of("bert").sentences().get(0).words(), "en");
        Document document = new Document("1", joined.text(), Optional.of("en"), joined.words());
        Path trimmed = folder.resolve("trimmed");
        try (NeededSubTokens needed = new NeededSubTokens(ModelFiles.in(theirs))) {
            needed.addText(joined.text(), Optional.of("en"));
            VocabularyTrim.write(ModelFiles.in(theirs), needed.ids(), Storage.SAME, trimmed);
        }

        // When: what was found is written down, as slicer trim and average do, and the checkpoint is one of ours
        Optional<String> found = EntityBorders.of(ModelFiles.in(theirs), FP32);
        EntityBorders.declare(trimmed, found.orElseThrow());
        Path ours = new FileCheckpointStore(folder.resolve("store"))
                .publish(
                        trimmed,
                        new Manifest(
                                "ours",
                                Instant.EPOCH,
                                List.of(),
                                "theirs",
                                1,
                                1,
                                Map.of(),
                                0,
                                EncoderConfig.read(trimmed)
                                        .labels()
                                        .orElseThrow()
                                        .labels(),
                                Map.of(),
                                Map.of()))
                .folder();

        // Then
        assertThat(found).hasValue("IOB1");
        assertThat(EntityBorders.of(ModelFiles.in(ours), FP32)).hasValue("IOB1");
        try (Tagger before = Tagger.open(theirs, "theirs", FP32);
                Tagger after = Tagger.open(ours, "ours", FP32)) {
            List<Entity> entities = before.tag(List.of(document)).get(0).entities();
            assertThat(entities).isNotEmpty();
            assertThat(after.tag(List.of(document)).get(0).entities()).isEqualTo(entities);
        }
    }

    @Test
    void shouldReadTheLabelsOfModelsAsThoseOfCorpora(@TempDir Path folder) throws IOException {
        // Given: the same model, its labels spelled in other ways
        Path model = PublishedCheckpoint.of("bert").model();
        Files.copy(model.resolve("tokenizer.json"), folder.resolve("tokenizer.json"));
        Files.copy(model.resolve("model.safetensors"), folder.resolve("model.safetensors"));
        Document document = Document.of("1", "Ama Mensah met Kwame in Accra, Ghana.");
        List<Entity> expected;
        try (Tagger tagger = Tagger.open(model, "bert", FP32)) {
            expected = tagger.tag(List.of(document)).get(0).entities();
        }
        String config = Files.readString(model.resolve("config.json"));
        List<String> spelled = List.of(
                config.replace("\"I-", "\"M-"),
                config.replace("\"B-", "\"B_").replace("\"I-", "\"I_"),
                config.replaceAll("\"([BI])-(\\w+)\"", "\"$2-$1\""),
                config.replaceAll("\"([BI])-(\\w+)\"", "\"$2_$1\"").replace("\"O\"", "\"o\""));

        // When / Then
        for (String other : spelled) {
            Files.writeString(folder.resolve("config.json"), other);
            try (Tagger tagger = Tagger.open(folder, "other", FP32)) {
                assertThat(tagger.tag(List.of(document)).get(0).entities()).isEqualTo(expected);
            }
        }
        Files.writeString(folder.resolve("config.json"), config.replace("\"B-LOC\"", "\"Q-LOC\""));
        assertThatThrownBy(() -> Tagger.open(folder, "unreadable", FP32))
                .isInstanceOf(CheckpointException.class)
                .hasMessageStartingWith(folder.resolve("config.json") + ": id2label: 'Q-LOC' is no tag beside B-");
    }

    @Test
    void shouldFindNoEntitiesOfTypeO(@TempDir Path folder) throws IOException {
        // Given: a label of another type made outside in disguise
        Path model = PublishedCheckpoint.of("bert").model();
        Files.copy(model.resolve("tokenizer.json"), folder.resolve("tokenizer.json"));
        Files.copy(model.resolve("model.safetensors"), folder.resolve("model.safetensors"));
        String config = Files.readString(model.resolve("config.json"));
        Files.writeString(
                folder.resolve("config.json"),
                config.replace("\"B-LOC\"", "\"B-O\"").replace("\"I-LOC\"", "\"I-O\""));
        List<Document> documents = PublishedCheckpoint.of("bert").sentences().stream()
                .map(sentence -> Detokenizer.join(sentence.words(), "en"))
                .map(joined -> new Document("1", joined.text(), Optional.of("en"), joined.words()))
                .toList();

        // When / Then
        try (Tagger tagger = Tagger.open(folder, "disguised", FP32);
                Tagger plain = Tagger.open(model, "plain", FP32)) {
            assertThat(plain.tag(documents).stream().flatMap(document -> document.entities().stream()))
                    .extracting(Entity::type)
                    .contains("LOC");
            assertThat(tagger.labels().types()).doesNotContain("O");
            assertThat(tagger.tag(documents).stream().flatMap(document -> document.entities().stream()))
                    .extracting(Entity::type)
                    .isNotEmpty()
                    .doesNotContain("O", "LOC");
        }
    }

    private static void writeWithoutBegin(Path model, Path target) {
        try (ModelWeights weights = ModelWeights.open(model)) {
            List<TensorView> tensors =
                    weights.names().stream().sorted().map(weights::tensor).toList();
            List<SafetensorsWriter.Entry> entries = tensors.stream()
                    .map(tensor -> new SafetensorsWriter.Entry(tensor.name(), tensor.shape()))
                    .toList();
            try (SafetensorsWriter writer = SafetensorsWriter.create(target, entries)) {
                for (TensorView tensor : tensors) {
                    float[] values = new float
                            [Math.toIntExact(Arrays.stream(tensor.shape()).reduce(1, Math::multiplyExact))];
                    tensor.read(0, values);
                    if (tensor.name().equals("classifier.bias")) {
                        for (int begin = 1; begin < values.length; begin += 2) {
                            values[begin] = -100;
                        }
                    }
                    writer.write(tensor.name(), values);
                }
                writer.finish();
            }
        }
    }

    @Test
    void shouldNameTheFileOfDividedWeightsThatIsMissingOrElsewhere(@TempDir Path folder) throws IOException {
        // Given
        Path model = PublishedCheckpoint.of("xlm-roberta").model();
        try (Stream<Path> files = Files.list(model)) {
            for (Path file : files.toList()) {
                Files.copy(file, folder.resolve(file.getFileName()));
            }
        }
        Path part = folder.resolve("model-00002-of-00002.safetensors");
        Files.delete(part);
        assertThatThrownBy(() -> ModelWeights.open(folder))
                .isInstanceOf(CheckpointException.class)
                .hasMessage(part + ": file is missing");

        // When
        Path index = folder.resolve(ModelWeights.INDEX);
        Files.writeString(index, "{\"weight_map\": {\"a\": \"../b.safetensors\"}}");

        // Then
        assertThatThrownBy(() -> ModelWeights.open(folder))
                .hasMessage(index + ": says that tensor 'a' is in \"../b.safetensors\"");
    }
}
