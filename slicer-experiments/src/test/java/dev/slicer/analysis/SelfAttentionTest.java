package dev.slicer.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.slicer.checkpoint.files.CheckpointException;
import dev.slicer.checkpoint.files.ModelFiles;
import dev.slicer.corpus.Corpus;
import dev.slicer.corpus.CorpusException;
import dev.slicer.corpus.SampleCorpus;
import dev.slicer.corpus.Sentence;
import dev.slicer.encoder.TinyModel;
import dev.slicer.engine.EngineOptions;
import dev.slicer.engine.Precision;
import dev.slicer.hyperparameters.Hyperparameters;
import dev.slicer.labels.LabelSet;
import dev.slicer.training.FineTuning;
import dev.slicer.training.FineTuningJob;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That the shares are those of transformers is what {@code EncoderOracleTest} checks. */
class SelfAttentionTest {
    private static final EngineOptions FP32 = options(200);

    @TempDir
    static Path folder;

    private static Path base;

    @BeforeAll
    static void model() throws Exception {
        base = TinyModel.write(folder.resolve("base"));
    }

    @Test
    void shouldMeasureEachLayerOfAnEncoderAndOfAFineTunedOne() {
        // Given
        Path tuned = folder.resolve("tuned");
        FineTuningJob job = new FineTuningJob(
                base,
                List.of(SampleCorpus.train()),
                LabelSet.ofTypes(List.of("PER", "ORG", "LOC")),
                Hyperparameters.defaults().withMaxSteps(3),
                tuned);
        FineTuning.run(job, FP32, step -> {}, () -> false);
        List<long[]> progress = new ArrayList<>();

        // When
        SelfAttentionShares before = measure(base, SampleCorpus.test("sw"), FP32);
        SelfAttentionShares after = SelfAttention.measure(
                ModelFiles.in(tuned),
                SampleCorpus.test("sw"),
                TokenGroup.ALL,
                FP32,
                (done, total) -> progress.add(new long[] {done, total}));

        // Then
        assertThat(before.byLayer())
                .hasSize(2)
                .allSatisfy(share -> assertThat(share).isBetween(0.0, 1.0));
        assertThat(after.byLayer()).hasSize(2).isNotEqualTo(before.byLayer());
        assertThat(after.tokens()).isEqualTo(before.tokens());
        assertThat(after.sentences())
                .isEqualTo(SampleCorpus.test("sw").sentences().size());
        assertThat(progress.get(progress.size() - 1)).containsExactly(after.tokens(), after.tokens());
    }

    @Test
    void shouldNotDependOnBatchesNorOrder() {
        // Given
        Corpus corpus = SampleCorpus.test("de");
        List<Sentence> reversed = new ArrayList<>(corpus.sentences());
        Collections.reverse(reversed);

        // When
        SelfAttentionShares shares = measure(base, corpus, FP32);
        SelfAttentionShares oneByOne = measure(base, corpus, options(1));
        SelfAttentionShares backwards = measure(base, new Corpus("reversed", reversed, "none"), options(5000));

        // Then
        for (int layer = 0; layer < 2; layer++) {
            double share = shares.byLayer().get(layer);
            assertThat(oneByOne.byLayer().get(layer)).isCloseTo(share, within(1e-6));
            assertThat(backwards.byLayer().get(layer)).isCloseTo(share, within(1e-6));
        }
        assertThat(oneByOne.tokens()).isEqualTo(shares.tokens());
    }

    @Test
    void shouldCountTheTokensThatAreAskedFor() {
        // Given "met" is no entity, and each sentence has two special tokens
        Corpus corpus = corpus(
                new Sentence(List.of("Ada", "met", "Kofi"), List.of("B-PER", "O", "B-PER")),
                new Sentence(List.of("met", "Ada"), List.of("O", "B-PER")));

        // When
        SelfAttentionShares all = measure(TokenGroup.ALL, corpus);
        SelfAttentionShares words = measure(TokenGroup.WORDS, corpus);
        SelfAttentionShares entities = measure(TokenGroup.ENTITIES, corpus);
        SelfAttentionShares met = measure(TokenGroup.WORDS, corpus(sentence("met"), sentence("met")));

        // Then
        assertThat(words.tokens()).isEqualTo(all.tokens() - 4);
        assertThat(words.tokens() - entities.tokens()).isEqualTo(met.tokens());
        assertThat(all.byLayer()).isNotEqualTo(words.byLayer());
        assertThat(words.byLayer()).isNotEqualTo(entities.byLayer());
    }

    @Test
    void shouldReadASentenceThatIsLongerThanTheWindowWholeAndOnce() {
        // Given
        String[] words = IntStream.range(0, 5 * TinyModel.WINDOW)
                .mapToObj(i -> i % 2 == 0 ? "Ada" : "met")
                .toArray(String[]::new);
        long tokensOfTwoWords =
                measure(TokenGroup.WORDS, corpus(sentence("Ada", "met"))).tokens();

        // When
        SelfAttentionShares shares = measure(TokenGroup.WORDS, corpus(sentence(words), sentence("A".repeat(500))));

        // Then the word that fills more than a window counts as far as it fits
        assertThat(shares.tokens())
                .isBetween(
                        tokensOfTwoWords * words.length / 2 + 1,
                        tokensOfTwoWords * words.length / 2 + TinyModel.WINDOW - 2);
        assertThat(shares.sentences()).isEqualTo(2);
    }

    @Test
    void shouldSayWhenThereIsNothingToLookAt() throws Exception {
        // Given
        Path incomplete = Files.createDirectories(folder.resolve("incomplete"));

        // Then
        assertThatThrownBy(() -> measure(TokenGroup.ENTITIES, corpus(sentence("met"))))
                .isInstanceOf(CorpusException.class)
                .hasMessage("test: has no entity to look at");
        assertThatThrownBy(() -> measure(TokenGroup.ALL, corpus()))
                .isInstanceOf(CorpusException.class)
                .hasMessage("test: has no word to look at");
        assertThatThrownBy(() -> measure(incomplete, corpus(sentence("met")), FP32))
                .isInstanceOf(CheckpointException.class)
                .hasMessageStartingWith(incomplete.resolve("tokenizer.json").toString());
    }

    private static SelfAttentionShares measure(Path model, Corpus corpus, EngineOptions options) {
        return SelfAttention.measure(ModelFiles.in(model), corpus, TokenGroup.ALL, options, (done, total) -> {});
    }

    private static SelfAttentionShares measure(TokenGroup group, Corpus corpus) {
        return SelfAttention.measure(ModelFiles.in(base), corpus, group, FP32, (done, total) -> {});
    }

    private static Corpus corpus(Sentence... sentences) {
        return new Corpus("test", List.of(sentences), "none");
    }

    private static Sentence sentence(String... words) {
        return new Sentence(List.of(words), Collections.nCopies(words.length, "O"));
    }

    private static EngineOptions options(int maxBatchTokens) {
        return new EngineOptions(Optional.of(Precision.FP32), OptionalInt.empty(), OptionalInt.empty(), maxBatchTokens);
    }
}
