package dev.slicer.tagging;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Divides the chunks of many readings into forward passes. */
final class Batches {
    private Batches() {}

    /**
     * Chunks of like length together, since attention is the one place that is padded.
     *
     * @param maxTokens sub-tokens of a batch, unless one chunk alone has more
     */
    static List<List<Chunk>> of(List<? extends Reading> readings, int maxTokens) {
        List<Chunk> sorted = new ArrayList<>();
        readings.forEach(reading -> sorted.addAll(reading.chunks()));
        sorted.sort(Comparator.comparingInt(Chunk::tokens));
        List<List<Chunk>> batches = new ArrayList<>();
        int from = 0;
        int tokens = 0;
        for (int i = 0; i < sorted.size(); i++) {
            if (i > from && tokens + sorted.get(i).tokens() > maxTokens) {
                batches.add(sorted.subList(from, i));
                from = i;
                tokens = 0;
            }
            tokens += sorted.get(i).tokens();
        }
        if (from < sorted.size()) {
            batches.add(sorted.subList(from, sorted.size()));
        }
        return batches;
    }
}
