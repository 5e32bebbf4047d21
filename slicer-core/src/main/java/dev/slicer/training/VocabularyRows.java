package dev.slicer.training;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The different vocabulary ids of a batch: the only rows of the word embeddings that get a gradient. */
record VocabularyRows(long[] unique, Map<Long, Integer> index) {

    static VocabularyRows of(List<TrainingExample> batch) {
        long[] unique = batch.stream()
                .flatMapToInt(example -> Arrays.stream(example.ids()))
                .distinct()
                .sorted()
                .asLongStream()
                .toArray();
        Map<Long, Integer> index = new HashMap<>();
        for (int i = 0; i < unique.length; i++) {
            index.put(unique[i], i);
        }
        return new VocabularyRows(unique, index);
    }

    /** For each id its place in {@link #unique}. */
    long[] rowsOf(long[] ids) {
        long[] rows = new long[ids.length];
        for (int i = 0; i < ids.length; i++) {
            rows[i] = index.get(ids[i]);
        }
        return rows;
    }
}
