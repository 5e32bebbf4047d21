package dev.slicer.huggingface;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.slicer.json.Json;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A small checkpoint in the files that HuggingFace writes, and what transformers finds with it; made by {@code
 * src/test/python/checkpoints_of_others.py}.
 */
public record PublishedCheckpoint(Path model, List<Sentence> sentences) {

    /**
     * @param ids sub-tokens with the special ones
     * @param wordIds for each sub-token that is not special the index of its word
     * @param logProbabilities for each sub-token that is not special a row
     * @param entities by HuggingFace's aggregation strategy, in capitals
     */
    public record Sentence(
            List<String> words,
            List<Integer> ids,
            List<Integer> wordIds,
            List<float[]> logProbabilities,
            Map<String, List<Found>> entities) {

        /** For each word a row for each of its sub-tokens. */
        public List<float[][]> rowsOfWords() {
            List<float[][]> rows = new ArrayList<>();
            for (int word = 0; word < words.size(); word++) {
                List<float[]> ofWord = new ArrayList<>();
                for (int subToken = 0; subToken < wordIds.size(); subToken++) {
                    if (wordIds.get(subToken) == word) {
                        ofWord.add(logProbabilities.get(subToken));
                    }
                }
                rows.add(ofWord.toArray(float[][]::new));
            }
            return rows;
        }
    }

    /** An entity by the words it has: {@code firstWord} inclusive to {@code endWord} exclusive. */
    public record Found(String type, int firstWord, int endWord, double score) {}

    /** @param name {@code bert}, {@code bert-uncased}, {@code xlm-roberta} or {@code roberta} */
    public static PublishedCheckpoint of(String name) {
        try {
            Path folder = Path.of(PublishedCheckpoint.class
                    .getResource("/dev/slicer/huggingface/" + name)
                    .toURI());
            List<Sentence> sentences =
                    Json.mapper().readValue(folder.resolve("expected.json").toFile(), new TypeReference<>() {});
            return new PublishedCheckpoint(folder.resolve("model"), sentences);
        } catch (URISyntaxException | IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
