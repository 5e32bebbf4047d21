package dev.slicer.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slicer.checkpoint.files.CheckpointException;
import dev.slicer.checkpoint.safetensors.SafetensorsReader;
import dev.slicer.checkpoint.safetensors.SafetensorsWriter;
import dev.slicer.checkpoint.safetensors.TensorType;
import dev.slicer.checkpoint.safetensors.TensorView;
import dev.slicer.corpus.Corpus;
import dev.slicer.corpus.SampleCorpus;
import dev.slicer.corpus.Sentence;
import dev.slicer.encoder.TinyModel;
import dev.slicer.engine.EngineOptions;
import dev.slicer.engine.Precision;
import dev.slicer.huggingface.DividedWeights;
import dev.slicer.hyperparameters.Hyperparameters;
import dev.slicer.hyperparameters.Hyperparameters.ClassifierMode;
import dev.slicer.hyperparameters.Hyperparameters.WordUpdates;
import dev.slicer.hyperparameters.Snapshots;
import dev.slicer.json.Json;
import dev.slicer.labels.LabelSet;
import dev.slicer.segmentation.Detokenizer;
import dev.slicer.tagging.Tagger;
import dev.slicer.text.Document;
import dev.slicer.text.TaggedDocument;
import dev.slicer.tokenization.SubTokenizer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class FineTuningTest {
    private static final LabelSet LABELS = LabelSet.ofTypes(List.of("PER", "ORG", "LOC"));
    private static final EngineOptions FP32 = options(Precision.FP32);
    /** Sentences of letters, of which P begins a person, L a location, and i goes on with either. */
    private static final Corpus CORPUS = new Corpus(
            "letters",
            Stream.of("a P b c", "P i d e", "f L g", "a d L i i", "P b L c", "L i P i a", "e f g", "c P", "g L i b")
                    .map(letters -> List.of(letters.split(" ")))
                    .map(words -> new Sentence(words, tags(words)))
                    .toList(),
            "sha256:test");

    /** One thread: the model is so small that several would mostly wait for one another. */
    private static EngineOptions options(Precision precision) {
        return new EngineOptions(Optional.of(precision), OptionalInt.empty(), OptionalInt.of(1), 512);
    }

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

    @TempDir
    Path folder;

    private Path base;

    @BeforeEach
    void writeBaseModel() throws Exception {
        base = TinyModel.write(folder.resolve("base"));
    }

    /** fp16 with its loss scaling is for GPUs; a CPU computes it too, slowly. */
    @ParameterizedTest
    @EnumSource(value = Precision.class, mode = EnumSource.Mode.EXCLUDE, names = "INT8")
    void shouldLearnItsTrainingSentencesInEveryPrecision(Precision precision) {
        assertLearnt(hyperparameters(8, 150, 1, 0), precision);
    }

    @ParameterizedTest
    @EnumSource(value = Precision.class, mode = EnumSource.Mode.EXCLUDE, names = "INT8")
    void shouldLearnItsTrainingSentencesByAdaptersInEveryPrecision(Precision precision) {
        assertLearnt(adapters(8, 150, 1, 0), precision);
    }

    private void assertLearnt(Hyperparameters hyperparameters, Precision precision) {
        // Given
        Path output = folder.resolve("checkpoint");
        List<TrainingProgress> steps = new ArrayList<>();
        EngineOptions options = options(precision);

        // When
        FineTuning.run(job(output, hyperparameters), options, steps::add, () -> false);

        // Then
        assertThat(steps).hasSize(150);
        assertThat(steps.get(149).loss()).isLessThan(steps.get(0).loss() / 4);
        assertThat(steps.get(149).remaining()).isZero();
        List<Document> documents = CORPUS.sentences().stream()
                .map(sentence -> Detokenizer.join(sentence.words(), "en"))
                .map(joined -> new Document("d", joined.text(), Optional.of("en"), joined.words()))
                .toList();
        try (Tagger tagger = Tagger.open(output, "tiny", options)) {
            List<TaggedDocument> tagged = tagger.tag(documents);
            assertThat(tagged)
                    .extracting(TaggedDocument::tags)
                    .isEqualTo(CORPUS.sentences().stream().map(Sentence::tags).toList());
        }
    }

    /** On several cores a step's sentences are divided among passes that are computed at once. */
    @ParameterizedTest
    @ValueSource(ints = {2, 3, 20})
    void shouldLearnTheSameOnAnyNumberOfCores(int cores) {
        // Given
        Hyperparameters hyperparameters = hyperparameters(8, 5, 1, 0);

        // When
        FineTuning.run(job(folder.resolve("one"), hyperparameters), fp32(1), step -> {}, () -> false);
        FineTuning.run(job(folder.resolve("several"), hyperparameters), fp32(cores), step -> {}, () -> false);

        // Then
        for (String name : List.of(
                "classifier.weight",
                "bert.embeddings.word_embeddings.weight",
                "bert.encoder.layer.1.output.dense.weight")) {
            assertThat(tensor("several", name)).as(name).containsExactly(tensor("one", name), within(2e-4f));
        }
    }

    private static EngineOptions fp32(int cores) {
        return new EngineOptions(Optional.of(Precision.FP32), OptionalInt.empty(), OptionalInt.of(cores), 512);
    }

    @Test
    void shouldEndWithTheSameWeightsWhenTheSeedIsTheSame() {
        // Given
        Hyperparameters hyperparameters = hyperparameters(8, 5, 1, 0.1);

        // When
        FineTuning.run(job(folder.resolve("a"), hyperparameters), FP32, step -> {}, () -> false);
        FineTuning.run(job(folder.resolve("b"), hyperparameters), FP32, step -> {}, () -> false);
        FineTuning.run(job(folder.resolve("c"), hyperparameters.withSeed(43)), FP32, step -> {}, () -> false);

        // Then
        String name = "bert.encoder.layer.1.output.dense.weight";
        assertThat(tensor("a", name)).isEqualTo(tensor("b", name)).isNotEqualTo(tensor("c", name));
    }

    @Test
    void shouldTakeTheSameStepInOnePassOrInFour() {
        // When
        FineTuning.run(job(folder.resolve("one"), hyperparameters(8, 3, 1, 0)), FP32, step -> {}, () -> false);
        FineTuning.run(job(folder.resolve("four"), hyperparameters(8, 3, 4, 0)), FP32, step -> {}, () -> false);

        // Then
        for (String name : List.of("bert.embeddings.word_embeddings.weight", "classifier.weight")) {
            float[] one = tensor("one", name);
            float[] four = tensor("four", name);
            for (int i = 0; i < one.length; i++) {
                assertThat(four[i]).isCloseTo(one[i], within(1e-4f));
            }
        }
    }

    @Test
    void shouldLeaveTheClassifierAtItsStartWhenItIsFrozen() {
        // Given
        Hyperparameters trained = hyperparameters(8, 4, 1, 0);
        Hyperparameters frozen = new Hyperparameters(
                trained.h(),
                ClassifierMode.FROZEN,
                1e-3,
                0.05,
                1e-8,
                0,
                9,
                1,
                1,
                trained.maxSteps(),
                40,
                0,
                42,
                WordUpdates.LAZY,
                OptionalInt.empty());

        // When
        FineTuning.run(job(folder.resolve("start"), frozen.withMaxSteps(1)), FP32, step -> {}, () -> false);
        FineTuning.run(job(folder.resolve("frozen"), frozen), FP32, step -> {}, () -> false);
        FineTuning.run(job(folder.resolve("trained"), trained), FP32, step -> {}, () -> false);

        // Then
        assertThat(tensor("frozen", "classifier.weight")).isEqualTo(tensor("start", "classifier.weight"));
        assertThat(tensor("frozen", "classifier.bias")).isNotEqualTo(tensor("start", "classifier.bias"));
        assertThat(tensor("trained", "classifier.weight")).isNotEqualTo(tensor("start", "classifier.weight"));
    }

    @Test
    void shouldEndAsIfUndisturbedWhenItIsTakenUpAgain() {
        // Given
        List<Double> undisturbed = new ArrayList<>();
        List<Double> first = new ArrayList<>();
        List<Double> second = new ArrayList<>();
        FineTuning.run(
                kept("whole", hyperparameters(8, 12, 1, 0.1), 4),
                FP32,
                step -> undisturbed.add(step.loss()),
                () -> false);
        assertThatThrownBy(() -> FineTuning.run(
                        kept("broken", hyperparameters(8, 12, 1, 0.1), 4),
                        FP32,
                        step -> first.add(step.loss()),
                        () -> first.size() == 7))
                .isInstanceOf(TrainingException.class);

        // When
        List<Integer> resumedFrom = new ArrayList<>();
        List<Snapshot> snapshots = FineTuning.run(
                kept("broken", hyperparameters(8, 12, 1, 0.1), 4),
                FP32,
                step -> {
                    second.add(step.loss());
                    resumedFrom.add(step.resumedFrom());
                },
                () -> false);

        // Then
        assertThat(first).isEqualTo(undisturbed.subList(0, 7));
        assertThat(second).isEqualTo(undisturbed.subList(4, 12));
        assertThat(resumedFrom).containsOnly(4);
        assertThat(snapshots).extracting(Snapshot::step).containsExactly(3, 6, 9);
        for (String name : List.of("bert.embeddings.word_embeddings.weight", "classifier.weight")) {
            assertThat(tensor("broken", name)).isEqualTo(tensor("whole", name));
            assertThat(tensor("broken-files/snapshots/step-000006", name))
                    .isEqualTo(tensor("whole-files/snapshots/step-000006", name))
                    .isNotEqualTo(tensor("whole", name));
        }
    }

    /** Large gradients overflow in fp16 at the first loss scales, so that the first steps are skipped. */
    @Test
    void shouldEndAsIfUndisturbedWhenStepsWereSkippedBeforeItIsTakenUpAgain() throws Exception {
        // Given
        exaggerate("encoder.layer.1.output.LayerNorm.weight");
        EngineOptions fp16 = options(Precision.FP16);
        List<Double> undisturbed = new ArrayList<>();
        List<Double> first = new ArrayList<>();
        List<Double> second = new ArrayList<>();
        Hyperparameters hyperparameters = hyperparameters(8, 12, 1, 0.1);
        FineTuning.run(kept("whole", hyperparameters, 4), fp16, step -> undisturbed.add(step.loss()), () -> false);
        assertThatThrownBy(() -> FineTuning.run(
                        kept("broken", hyperparameters, 4),
                        fp16,
                        step -> first.add(step.loss()),
                        () -> first.size() == 7))
                .isInstanceOf(TrainingException.class);
        JsonNode state = json("broken-files/state/step-000004/state.json");
        assertThat(state.path("step").asInt()).isEqualTo(4);
        assertThat(state.path("stepsTaken").asInt(-1)).isBetween(0, 3);

        // When
        FineTuning.run(kept("broken", hyperparameters, 4), fp16, step -> second.add(step.loss()), () -> false);

        // Then
        assertThat(second).isEqualTo(undisturbed.subList(4, 12));
        for (String name : List.of("bert.embeddings.word_embeddings.weight", "classifier.weight")) {
            assertThat(tensor("broken", name)).isEqualTo(tensor("whole", name));
        }
    }

    private void exaggerate(String name) throws Exception {
        rewrite(TensorType.F32, (tensor, values) -> {
            for (int i = 0; i < values.length && tensor.endsWith(name); i++) {
                values[i] *= 1000;
            }
        });
    }

    /** Writes the base model's weights anew, in another type or with other values. */
    private void rewrite(TensorType type, BiConsumer<String, float[]> change) throws Exception {
        Path weights = base.resolve("model.safetensors");
        Path other = base.resolve("other.safetensors");
        try (SafetensorsReader reader = SafetensorsReader.open(weights);
                SafetensorsWriter writer = SafetensorsWriter.create(
                        other,
                        reader.names().stream()
                                .map(name -> new SafetensorsWriter.Entry(
                                        name, type, reader.tensor(name).shape()))
                                .toList())) {
            for (TensorView tensor : reader.names().stream().map(reader::tensor).toList()) {
                float[] values = new float[tensor.elements()];
                tensor.read(0, values);
                change.accept(tensor.name(), values);
                if (type == TensorType.F32) {
                    writer.write(tensor.name(), values);
                } else {
                    writer.write(tensor.name(), upperHalves(values));
                }
            }
            writer.finish();
        }
        Files.move(other, weights, StandardCopyOption.REPLACE_EXISTING);
    }

    /** As bfloat16 has them. */
    private static ByteBuffer upperHalves(float[] values) {
        ByteBuffer halves = ByteBuffer.allocate(values.length * Short.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            halves.putShort((short) (Float.floatToIntBits(value) >>> Short.SIZE));
        }
        return halves.flip();
    }

    private JsonNode json(String file) throws IOException {
        return Json.mapper().readTree(folder.resolve(file).toFile());
    }

    /** Divided weights, a vocabulary without tokenizer.json, weights said to be fp16: all as the model that it is. */
    @Test
    void shouldLearnTheSameFromABaseModelInOtherFiles() throws Exception {
        // Given
        Hyperparameters hyperparameters = hyperparameters(8, 6, 1, 0.1);
        FineTuning.run(kept("whole", hyperparameters, 4), FP32, step -> {}, () -> false);
        DividedWeights.divide(base);
        JsonNode tokenizer = json("base/tokenizer.json");
        Files.delete(base.resolve("tokenizer.json"));
        Files.write(
                base.resolve("vocab.txt"),
                tokenizer.at("/model/vocab").properties().stream()
                        .sorted(Comparator.comparingInt(
                                entry -> entry.getValue().asInt()))
                        .map(Map.Entry::getKey)
                        .toList());
        Files.writeString(base.resolve("tokenizer_config.json"), "{\"do_lower_case\": false}");
        String config = Files.readString(base.resolve("config.json"));
        Files.writeString(base.resolve("config.json"), config.replaceFirst("\\{", "{\"dtype\": \"float16\","));

        // When: it is taken up again on its way
        List<Double> losses = new ArrayList<>();
        assertThatThrownBy(() -> FineTuning.run(
                        kept("other", hyperparameters, 4),
                        FP32,
                        step -> losses.add(step.loss()),
                        () -> losses.size() == 5))
                .isInstanceOf(TrainingException.class);
        Path state = folder.resolve("other-files/state/step-000004/state.json");
        ObjectNode saved = (ObjectNode) json("other-files/state/step-000004/state.json");
        assertThat(saved.remove("stepsTaken").asInt()).isEqualTo(4);
        // As a version that did not count them has saved it.
        Files.writeString(state, saved.toString());
        FineTuning.run(kept("other", hyperparameters, 4), FP32, step -> losses.add(step.loss()), () -> false);

        // Then
        assertThat(losses).hasSize(7);
        assertThat(folder.resolve("other/model.safetensors"))
                .hasSameBinaryContentAs(folder.resolve("whole/model.safetensors"));
        try (SubTokenizer whole = SubTokenizer.ofModel(folder.resolve("whole"));
                SubTokenizer other = SubTokenizer.ofModel(folder.resolve("other"))) {
            for (Sentence sentence : SampleCorpus.test("de").sentences()) {
                assertThat(other.encode(sentence.words()).ids())
                        .isEqualTo(whole.encode(sentence.words()).ids());
            }
        }
        assertThat(folder.resolve("other/tokenizer.json")).isRegularFile();
        // transformers 5 reads dtype first, those before know torch_dtype alone.
        assertThat(json("other/config.json").path("dtype").asText()).isEqualTo("float32");
        assertThat(json("other/config.json").path("torch_dtype").asText()).isEqualTo("float32");
    }

    @Test
    void shouldRefuseABaseModelWhoseTokenizerHasATokenWithoutARow() throws Exception {
        // Given
        Files.writeString(base.resolve("added_tokens.json"), "{\"Wanjiru\": 1500}");

        // When, then
        assertThatThrownBy(() -> run(CORPUS, hyperparameters(8, 1, 1, 0)))
                .isInstanceOf(CheckpointException.class)
                .hasMessage(base.resolve("added_tokens.json") + ": gives the token 'Wanjiru' the id 1500, but the model"
                        + " has 1,500 rows of word embeddings, for the ids 0 to 1499");
    }

    @Test
    void shouldNotTakeTheSnapshotsOfAnotherRunForItsOwn() {
        // Given: snapshots after steps 3 and 6, and no state that would tell whose they are
        FineTuningJob earlier = kept("earlier", hyperparameters(8, 8, 1, 0), 0);
        FineTuning.run(earlier, FP32, step -> {}, () -> false);
        FineTuningJob job = new FineTuningJob(
                base, List.of(CORPUS), LABELS, hyperparameters(16, 5, 1, 0), folder.resolve("job"), earlier.files());

        // When
        List<Snapshot> snapshots = FineTuning.run(job, FP32, step -> {}, () -> false);

        // Then
        assertThat(snapshots).extracting(Snapshot::step).containsExactly(3);
    }

    @Test
    void shouldRefuseTheFilesOfAnotherRun() {
        // Given
        FineTuning.run(kept("mine", hyperparameters(8, 3, 1, 0), 2), FP32, step -> {}, () -> false);

        // Then
        assertThatThrownBy(() ->
                        FineTuning.run(kept("mine", hyperparameters(16, 3, 1, 0), 2), FP32, step -> {}, () -> false))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("mine-files")
                .hasMessageContaining("another run")
                .hasMessageContaining("hyperparameters");
    }

    @Test
    void shouldLearnTheSameWithDenseUpdatesOfTheWordEmbeddings() {
        // Given
        for (WordUpdates way : List.of(WordUpdates.LAZY, WordUpdates.DENSE)) {
            Hyperparameters hyperparameters = new Hyperparameters(
                    OptionalInt.of(8),
                    ClassifierMode.TRAINED,
                    3e-3,
                    0.05,
                    1e-8,
                    0.1,
                    3,
                    1,
                    1,
                    OptionalInt.of(20),
                    40,
                    0,
                    42,
                    way,
                    OptionalInt.empty());

            // When
            FineTuning.run(job(folder.resolve(way.name()), hyperparameters), FP32, step -> {}, () -> false);
        }

        // Then
        String name = "bert.embeddings.word_embeddings.weight";
        float[] expected = tensor("DENSE", name);
        float[] actual = tensor("LAZY", name);
        for (int i = 0; i < expected.length; i++) {
            assertThat(actual[i]).isCloseTo(expected[i], within(2e-3f));
        }
    }

    @Test
    void shouldLeaveWordEmbeddingsAsTheyAreWhenTheyAreFrozen() {
        // Given
        Hyperparameters frozen = hyperparametersWithFrozenWords();

        // When
        FineTuning.run(job(folder.resolve("frozen"), frozen), FP32, step -> {}, () -> false);

        // Then
        String words = "bert.embeddings.word_embeddings.weight";
        assertThat(tensor("frozen", words)).isEqualTo(tensor("base", words));
        for (String name : List.of(
                "bert.embeddings.position_embeddings.weight",
                "bert.embeddings.LayerNorm.bias",
                "bert.encoder.layer.0.attention.self.query.weight",
                "bert.encoder.layer.1.output.LayerNorm.weight")) {
            assertThat(tensor("frozen", name)).as(name).isNotEqualTo(tensor("base", name));
        }
    }

    @Test
    void shouldEndAsIfUndisturbedWhenFrozenWordsAreTakenUpAgain() {
        // Given
        Hyperparameters frozen = hyperparametersWithFrozenWords();
        FineTuning.run(job(folder.resolve("whole"), frozen), FP32, step -> {}, () -> false);
        List<Integer> done = new ArrayList<>();
        assertThatThrownBy(() -> FineTuning.run(
                        kept("broken", frozen, 2), FP32, step -> done.add(step.step()), () -> done.size() == 3))
                .isInstanceOf(TrainingException.class);

        // When
        FineTuning.run(kept("broken", frozen, 2), FP32, step -> done.add(step.step()), () -> false);

        // Then
        assertThat(done).containsExactly(1, 2, 3, 3, 4, 5, 6);
        for (String name : List.of(
                "bert.embeddings.word_embeddings.weight",
                "bert.embeddings.position_embeddings.weight",
                "bert.encoder.layer.1.output.dense.weight",
                "classifier.weight")) {
            assertThat(tensor("broken", name)).as(name).isEqualTo(tensor("whole", name));
        }
    }

    private static Hyperparameters hyperparametersWithFrozenWords() {
        return new Hyperparameters(
                OptionalInt.of(8),
                ClassifierMode.FROZEN,
                1e-3,
                0.05,
                1e-8,
                0.1,
                3,
                2,
                1,
                OptionalInt.of(6),
                40,
                0.1,
                42,
                WordUpdates.FROZEN,
                OptionalInt.empty());
    }

    @Test
    void shouldChangeTheWeightsThatHaveAdaptersAndTheClassifierAndNothingElse() {
        // When
        FineTuning.run(job(folder.resolve("adapted"), adapters(4, 4, 1, 0.1)), FP32, step -> {}, () -> false);

        // Then
        try (SafetensorsReader before = SafetensorsReader.open(base.resolve("model.safetensors"));
                SafetensorsReader after = SafetensorsReader.open(folder.resolve("adapted/model.safetensors"))) {
            assertThat(after.names())
                    .containsAll(before.names())
                    .hasSize(before.names().size() + 2)
                    .contains("classifier.weight", "classifier.bias");
            assertThat(before.names()).allSatisfy(name -> {
                boolean hasAdapter = name.matches(".*(query|key|value|dense)\\.weight");
                assertThat(after.tensor(name).data().equals(before.tensor(name).data()))
                        .as(name)
                        .isNotEqualTo(hasAdapter);
            });
        }
    }

    /** As in a file of half the size, or in several files. */
    @Test
    void shouldMergeAdaptersIntoABaseModelInOtherFiles() throws Exception {
        // Given
        Hyperparameters adapters = adapters(4, 4, 1, 0.1);
        rewrite(TensorType.BF16, (name, values) -> {});
        FineTuning.run(job(folder.resolve("halved"), adapters), FP32, step -> {}, () -> false);
        rewrite(TensorType.F32, (name, values) -> {});
        FineTuning.run(job(folder.resolve("widened"), adapters), FP32, step -> {}, () -> false);
        DividedWeights.divide(base);

        // When
        FineTuning.run(job(folder.resolve("divided"), adapters), FP32, step -> {}, () -> false);

        // Then
        for (String model : List.of("halved", "divided")) {
            assertThat(folder.resolve(model).resolve("model.safetensors"))
                    .hasSameBinaryContentAs(folder.resolve("widened/model.safetensors"));
        }
    }

    @Test
    void shouldSayWhichFileIsGoneWhenTheBaseModelIsNeededAgain() {
        assertThatThrownBy(() -> FineTuning.run(
                        job(folder.resolve("adapted"), adapters(4, 3, 1, 0)),
                        FP32,
                        step -> deleteAtTheEnd(step, base.resolve("model.safetensors")),
                        () -> false))
                .isInstanceOf(CheckpointException.class)
                .hasMessage(base.resolve("model.safetensors") + ": file is missing");
    }

    private static void deleteAtTheEnd(TrainingProgress progress, Path file) {
        if (progress.step() == progress.totalSteps()) {
            try {
                Files.delete(file);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Test
    void shouldTakeTheSameStepsByAdaptersInSeveralPassesAndOnSeveralCores() {
        // When
        FineTuning.run(job(folder.resolve("one"), adapters(4, 5, 1, 0)), fp32(1), step -> {}, () -> false);
        FineTuning.run(job(folder.resolve("several"), adapters(4, 5, 2, 0)), fp32(3), step -> {}, () -> false);

        // Then
        for (String name : List.of("classifier.weight", "bert.encoder.layer.0.attention.self.value.weight")) {
            assertThat(tensor("several", name)).as(name).containsExactly(tensor("one", name), within(2e-4f));
        }
    }

    @Test
    void shouldLeaveTheClassifierAtItsStartBesideAdaptersWhenItIsFrozen() {
        // Given
        Hyperparameters frozen = with(adapters(4, 4, 1, 0), ClassifierMode.FROZEN);

        // When
        FineTuning.run(job(folder.resolve("start"), frozen.withMaxSteps(1)), FP32, step -> {}, () -> false);
        FineTuning.run(job(folder.resolve("end"), frozen), FP32, step -> {}, () -> false);

        // Then
        assertThat(tensor("end", "classifier.weight")).isEqualTo(tensor("start", "classifier.weight"));
        assertThat(tensor("end", "classifier.bias")).isNotEqualTo(tensor("start", "classifier.bias"));
    }

    @ParameterizedTest
    @EnumSource(
            value = Precision.class,
            names = {"FP32", "BF16"})
    void shouldEndAsIfUndisturbedWhenAdaptersAreTakenUpAgain(Precision precision) {
        // Given
        Hyperparameters adapters = adapters(4, 8, 1, 0.1);
        FineTuning.run(kept("whole", adapters, 0), options(precision), step -> {}, () -> false);
        List<Integer> done = new ArrayList<>();
        assertThatThrownBy(() -> FineTuning.run(
                        kept("broken", adapters, 4),
                        options(precision),
                        step -> done.add(step.step()),
                        () -> done.size() == 5))
                .isInstanceOf(TrainingException.class);
        try (SafetensorsReader saved =
                SafetensorsReader.open(folder.resolve("broken-files/state/step-000004/weights.safetensors"))) {
            assertThat(saved.names())
                    .contains("bert.encoder.layer.1.attention.self.key.lora_B.weight", "classifier.bias")
                    .allMatch(name -> name.contains(".lora_") || name.startsWith("classifier."));
        }

        // When
        List<Snapshot> snapshots = FineTuning.run(
                kept("broken", adapters, 4), options(precision), step -> done.add(step.step()), () -> false);

        // Then
        assertThat(done).containsExactly(1, 2, 3, 4, 5, 5, 6, 7, 8);
        assertThat(snapshots).extracting(Snapshot::step).containsExactly(3, 6);
        for (String model : List.of("", "-files/snapshots/step-000006")) {
            assertThat(folder.resolve("broken" + model).resolve("model.safetensors"))
                    .hasSameBinaryContentAs(folder.resolve("whole" + model).resolve("model.safetensors"));
        }
    }

    @Test
    void shouldBeginWithAdaptersOfTheSeed() {
        // When
        for (long seed : new long[] {42, 43}) {
            FineTuning.run(
                    job(folder.resolve("seed" + seed), adapters(4, 1, 1, 0).withSeed(seed)),
                    FP32,
                    step -> {},
                    () -> false);
            FineTuning.run(
                    job(folder.resolve("again" + seed), adapters(4, 1, 1, 0).withSeed(seed)),
                    FP32,
                    step -> {},
                    () -> false);
        }

        // Then
        String name = "bert.encoder.layer.1.output.dense.weight";
        assertThat(tensor("seed42", name)).isEqualTo(tensor("again42", name)).isNotEqualTo(tensor("seed43", name));
    }

    /** At ten times the learning rate, as adapters want it. */
    private static Hyperparameters adapters(int rank, int steps, int accumulation, double dropout) {
        return new Hyperparameters(
                OptionalInt.of(8),
                ClassifierMode.TRAINED,
                1e-2,
                0.05,
                1e-8,
                0.1,
                9,
                accumulation,
                1,
                OptionalInt.of(steps),
                40,
                dropout,
                42,
                WordUpdates.FROZEN,
                OptionalInt.of(rank));
    }

    private static Hyperparameters with(Hyperparameters given, ClassifierMode classifier) {
        return new Hyperparameters(
                given.h(),
                classifier,
                given.learningRate(),
                given.weightDecay(),
                given.adamEpsilon(),
                given.warmup(),
                given.batchSize(),
                given.accumulation(),
                given.epochs(),
                given.maxSteps(),
                given.maxLength(),
                given.dropout(),
                given.seed(),
                given.wordUpdates(),
                given.loraRank());
    }

    @Test
    void shouldSayWhyAJobCannotRun() {
        Corpus dates = corpus(new Sentence(List.of("Monday"), List.of("B-DATE")));
        Corpus nothing = corpus(new Sentence(List.of("rain"), List.of("O")));
        Corpus empty = new Corpus("empty", List.of(), "sha256:test");

        assertThatThrownBy(() -> run(empty, hyperparameters(8, 1, 1, 0)))
                .isInstanceOf(TrainingException.class)
                .hasMessage("there is no sentence to train on in [empty]");

        assertThatThrownBy(() -> run(CORPUS, hyperparameters(7, 1, 1, 0)))
                .isInstanceOf(TrainingException.class)
                .hasMessage("h = 7 does not divide the encoder's hidden size 32");
        assertThatThrownBy(() -> run(CORPUS, adapters(33, 1, 1, 0)))
                .isInstanceOf(TrainingException.class)
                .hasMessage("adapters of rank 33 do not fit: the encoder's hidden size is 32");
        assertThatThrownBy(() -> run(dates, hyperparameters(8, 1, 1, 0)))
                .isInstanceOf(TrainingException.class)
                .hasMessage(
                        "corpus given, sentence 1, word 1: its tag is of none of the types [PER, ORG, LOC]; add its type "
                                + "to the types, or map it to another one or to O with a label map");
        assertThatThrownBy(() -> run(nothing, hyperparameters(8, 1, 1, 0)))
                .isInstanceOf(TrainingException.class)
                .hasMessage(
                        "no sentence has an entity in [given]: there is nothing to learn, or a label map drops it all");
    }

    @Test
    void shouldSayAtWhichStepTheLossIsNoNumberAndWriteNothing() throws Exception {
        // Given
        Path weights = base.resolve("model.safetensors");
        try (FileChannel file = FileChannel.open(weights, StandardOpenOption.WRITE)) {
            ByteBuffer nan = ByteBuffer.allocate(Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            file.write(nan.putFloat(0, Float.NaN), file.size() - Float.BYTES);
        }

        // Then
        assertThatThrownBy(() -> run(CORPUS, hyperparameters(8, 3, 1, 0)))
                .isInstanceOf(TrainingException.class)
                .hasMessage("the loss is NaN at step 1; try a lower learning rate or fp32");
        assertThat(folder.resolve("refused")).doesNotExist();
    }

    @Test
    void shouldStopBetweenStepsAndWriteNothingWhenCancelled() {
        // Given
        Path output = folder.resolve("cancelled");
        List<TrainingProgress> steps = new ArrayList<>();

        // Then
        assertThatThrownBy(() -> FineTuning.run(
                        job(output, hyperparameters(8, 9, 1, 0)), FP32, steps::add, () -> steps.size() == 2))
                .isInstanceOf(TrainingException.class)
                .hasMessage("cancelled after step 2 of 9");
        assertThat(output).doesNotExist();
    }

    private void run(Corpus corpus, Hyperparameters hyperparameters) {
        FineTuning.run(
                new FineTuningJob(base, List.of(corpus), LABELS, hyperparameters, folder.resolve("refused")),
                FP32,
                step -> {},
                () -> false);
    }

    private FineTuningJob job(Path output, Hyperparameters hyperparameters) {
        return new FineTuningJob(base, List.of(CORPUS), LABELS, hyperparameters, output);
    }

    /** Snapshots after every third step. */
    private FineTuningJob kept(String name, Hyperparameters hyperparameters, int saveEvery) {
        RunFiles files = new RunFiles(folder.resolve(name + "-files"), saveEvery, Snapshots.parse("3"));
        Path output = folder.resolve(name);
        return new FineTuningJob(base, List.of(CORPUS), LABELS, hyperparameters, output, Optional.of(files));
    }

    private static Corpus corpus(Sentence sentence) {
        return new Corpus("given", List.of(sentence), "sha256:test");
    }

    private static Hyperparameters hyperparameters(int h, int steps, int accumulation, double dropout) {
        return new Hyperparameters(
                OptionalInt.of(h),
                ClassifierMode.TRAINED,
                3e-3,
                0.05,
                1e-8,
                0.1,
                9,
                accumulation,
                1,
                OptionalInt.of(steps),
                40,
                dropout,
                42,
                WordUpdates.LAZY,
                OptionalInt.empty());
    }

    private float[] tensor(String checkpoint, String name) {
        try (SafetensorsReader reader =
                SafetensorsReader.open(folder.resolve(checkpoint).resolve("model.safetensors"))) {
            FloatBuffer buffer =
                    reader.tensor(name).data().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
            float[] values = new float[buffer.remaining()];
            buffer.get(values);
            return values;
        }
    }
}
