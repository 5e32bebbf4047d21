package dev.slicer.benchmarks.workload;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import dev.slicer.corpus.Corpora;
import dev.slicer.corpus.LabelMap;
import dev.slicer.corpus.SampleCorpus;
import dev.slicer.corpus.Sentence;
import dev.slicer.json.Json;
import dev.slicer.segmentation.Detokenizer;
import dev.slicer.tokenization.SubTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * What every subject of a benchmark does in one run.
 *
 * @param data file that all subjects read
 * @param tokens sub-tokens of the model's own tokenizer over the sentences' words, special tokens not counted: one
 *     number for all subjects, however each of them cuts its text
 */
public record Workload(Path data, int sentences, long tokens) {
    public static final int BATCH = 32;
    private static final int CHECKPOINT_SENTENCES = 100 * BATCH;
    /** What quantization is calibrated on, of all languages together. */
    private static final int CALIBRATION_TEXTS = 128;

    private static final int WORDS_OF_A_REQUEST = 20;
    private static final int REQUESTS_PER_LANGUAGE = 10;

    private static final long SEED = 42;
    private static final List<String> WIKIANN = List.of("en", "de", "ru");
    private static final List<String> MASAKHANER =
            List.of("amh", "hau", "ibo", "kin", "lug", "luo", "pcm", "swa", "wol", "yor");

    /** English sentences with labels as JSON Lines: an epoch, of which a run trains two and measures the second. */
    public static Workload training(Path benchmarkData, Path model, Path folder, WorkloadSize size) throws IOException {
        return labelled(
                spread(english(benchmarkData), size.trainingSteps() * BATCH),
                model,
                folder.resolve("training-step.jsonl"));
    }

    /** English sentences to fine-tune the checkpoint of the tagging benchmark on, as JSON Lines. */
    public static Workload checkpoint(Path benchmarkData, Path model, Path folder) throws IOException {
        return labelled(
                spread(english(benchmarkData), CHECKPOINT_SENTENCES), model, folder.resolve("checkpoint.jsonl"));
    }

    /**
     * Test sentences of all languages as text, one a line. Beside them {@code calibration.txt}, of any size of the workload the
     * same, for peers that must see texts before they can be measured.
     */
    public static Workload tagging(Path benchmarkData, Path checkpoint, Path folder, WorkloadSize size)
            throws IOException {
        List<LabelledText> all = labelledTexts(benchmarkData, CALIBRATION_TEXTS);
        Files.write(
                folder.resolve("calibration.txt"),
                spread(all, CALIBRATION_TEXTS).stream().map(LabelledText::text).toList());
        return texts(benchmarkData, checkpoint, folder.resolve("tagging.txt"), size.taggedPerLanguage());
    }

    /** More of them. */
    public static Workload stream(Path benchmarkData, Path checkpoint, Path folder, WorkloadSize size)
            throws IOException {
        return texts(benchmarkData, checkpoint, folder.resolve("stream.txt"), size.streamedPerLanguage());
    }

    private static Workload texts(Path benchmarkData, Path checkpoint, Path file, int perLanguage) throws IOException {
        List<LabelledText> texts = labelledTexts(benchmarkData, perLanguage);
        Files.write(file, texts.stream().map(LabelledText::text).toList());
        return new Workload(
                file,
                texts.size(),
                tokens(texts.stream().map(LabelledText::sentence).toList(), checkpoint));
    }

    /** Test sentences of all languages, evenly over each test corpus. */
    public static List<LabelledText> labelledTexts(Path benchmarkData, int perLanguage) {
        List<LabelledText> texts = new ArrayList<>();
        tests(benchmarkData).forEach((language, corpus) -> {
            for (Sentence sentence : spread(sentences(corpus), perLanguage)) {
                texts.add(LabelledText.of(language, sentence));
            }
        });
        return texts;
    }

    /** Texts of all languages of so many words as a short request has: the words of test sentences one after the other. */
    public static List<String> shortRequests(Path benchmarkData) {
        List<String> texts = new ArrayList<>();
        tests(benchmarkData).forEach((language, corpus) -> {
            List<String> words = sentences(corpus).stream()
                    .flatMap(sentence -> sentence.words().stream())
                    .toList();
            for (int i = 0; i < REQUESTS_PER_LANGUAGE && words.size() >= (i + 1) * WORDS_OF_A_REQUEST; i++) {
                texts.add(
                        Detokenizer.join(words.subList(i * WORDS_OF_A_REQUEST, (i + 1) * WORDS_OF_A_REQUEST), language)
                                .text());
            }
        });
        // One language after the other would make the end of a measurement other than its start.
        Collections.shuffle(texts, new Random(SEED));
        return texts;
    }

    private static List<Sentence> sentences(String corpus) {
        return Corpora.open(corpus, LabelMap.parse("DATE=O")).sentences();
    }

    public static boolean hasBenchmarkData(Path folder) {
        return Files.isRegularFile(folder.resolve("wikiann").resolve("en.train.conll"));
    }

    /** {@code count} of the items, evenly over the whole list; all of them where there are fewer. */
    static <T> List<T> spread(List<T> items, int count) {
        List<T> chosen = new ArrayList<>();
        int n = Math.min(count, items.size());
        for (int i = 0; i < n; i++) {
            chosen.add(items.get((int) ((long) i * items.size() / n)));
        }
        return chosen;
    }

    private static List<Sentence> english(Path benchmarkData) {
        return hasBenchmarkData(benchmarkData)
                ? Corpora.open(
                                benchmarkData
                                        .resolve("wikiann")
                                        .resolve("en.train.conll")
                                        .toString(),
                                LabelMap.identity())
                        .sentences()
                : SampleCorpus.train().sentences();
    }

    /** Test corpora by language, as references. */
    public static Map<String, String> tests(Path benchmarkData) {
        Map<String, String> references = new LinkedHashMap<>();
        if (hasBenchmarkData(benchmarkData)) {
            WIKIANN.forEach(language -> references.put(language, testFile(benchmarkData.resolve("wikiann"), language)));
            MASAKHANER.forEach(
                    language -> references.put(language, testFile(benchmarkData.resolve("masakhaner"), language)));
        } else {
            SampleCorpus.languages().forEach(language -> references.put(language, "sample:" + language + ".test"));
        }
        return references;
    }

    private static String testFile(Path corpus, String language) {
        return corpus.resolve(language + ".test.conll").toString();
    }

    private static Workload labelled(List<Sentence> sentences, Path model, Path file) throws IOException {
        List<String> lines = new ArrayList<>();
        for (Sentence sentence : sentences) {
            lines.add(line(sentence));
        }
        Files.write(file, lines);
        return new Workload(file, sentences.size(), tokens(sentences, model));
    }

    /** The same bytes for the same sentence, always: what is made from a file is kept under its hash. */
    static String line(Sentence sentence) throws IOException {
        return Json.mapper().writeValueAsString(new Line(sentence.words(), sentence.tags()));
    }

    @JsonPropertyOrder({"tokens", "ner_tags"})
    private record Line(
            List<String> tokens, @JsonProperty("ner_tags") List<String> tags) {}

    private static long tokens(List<Sentence> sentences, Path model) {
        try (SubTokenizer tokenizer = SubTokenizer.ofModel(model)) {
            return sentences.stream()
                    .mapToLong(s -> tokenizer.encode(s.words()).ids().length)
                    .sum();
        }
    }
}
