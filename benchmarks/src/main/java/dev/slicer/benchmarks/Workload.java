package dev.slicer.benchmarks;

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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What every subject of a benchmark does in one run.
 *
 * @param data file that all subjects read
 * @param tokens sub-tokens of the model's own tokenizer over the sentences' words, special tokens not counted: one
 *     number for all subjects, however each of them cuts its text
 */
record Workload(Path data, int sentences, long tokens) {
    static final int BATCH = 32;
    /** An epoch of the training benchmark, of which a run trains two and measures the second. */
    static final int TRAINING_SENTENCES = 5 * BATCH;

    private static final int CHECKPOINT_SENTENCES = 100 * BATCH;
    private static final int TAGGING_SENTENCES_PER_LANGUAGE = 20;
    /** So many that the first and the last batch count for little. */
    private static final int STREAM_SENTENCES_PER_LANGUAGE = 100;

    private static final List<String> WIKIANN = List.of("en", "de", "ru");
    private static final List<String> MASAKHANER =
            List.of("amh", "hau", "ibo", "kin", "lug", "luo", "pcm", "swa", "wol", "yor");

    /** English sentences with labels as JSON Lines. */
    static Workload training(Path benchmarkData, Path model, Path folder) throws IOException {
        return labelled(
                spread(english(benchmarkData), TRAINING_SENTENCES), model, folder.resolve("training-step.jsonl"));
    }

    /** English sentences to fine-tune the checkpoint of the tagging benchmark on, as JSON Lines. */
    static Workload checkpoint(Path benchmarkData, Path model, Path folder) throws IOException {
        return labelled(
                spread(english(benchmarkData), CHECKPOINT_SENTENCES), model, folder.resolve("checkpoint.jsonl"));
    }

    /** Test sentences of all languages as text, one a line. */
    static Workload tagging(Path benchmarkData, Path checkpoint, Path folder) throws IOException {
        return texts(benchmarkData, checkpoint, folder.resolve("tagging.txt"), TAGGING_SENTENCES_PER_LANGUAGE);
    }

    /** More of them. */
    static Workload stream(Path benchmarkData, Path checkpoint, Path folder) throws IOException {
        return texts(benchmarkData, checkpoint, folder.resolve("stream.txt"), STREAM_SENTENCES_PER_LANGUAGE);
    }

    private static Workload texts(Path benchmarkData, Path checkpoint, Path file, int perLanguage) throws IOException {
        List<Sentence> sentences = new ArrayList<>();
        List<String> lines = new ArrayList<>();
        for (Map.Entry<String, String> test : tests(benchmarkData).entrySet()) {
            List<Sentence> all =
                    Corpora.open(test.getValue(), LabelMap.parse("DATE=O")).sentences();
            for (Sentence sentence : spread(all, perLanguage)) {
                sentences.add(sentence);
                lines.add(Detokenizer.join(sentence.words(), test.getKey()).text());
            }
        }
        Files.write(file, lines);
        return new Workload(file, sentences.size(), tokens(sentences, checkpoint));
    }

    static boolean hasBenchmarkData(Path folder) {
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
    static Map<String, String> tests(Path benchmarkData) {
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
