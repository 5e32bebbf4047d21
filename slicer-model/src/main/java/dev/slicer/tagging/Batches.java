package dev.slicer.tagging;

import dev.slicer.engine.SideBySide;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;

/** Divides the chunks of many documents into forward passes. */
final class Batches {
    private Batches() {}

    /**
     * Runs the model over all chunks of the documents, on all of the tagger's cores.
     *
     * @throws RuntimeException of the first pass that fails; others are then not begun
     */
    static void compute(Tagger tagger, List<? extends TokenizedDocument> tokenized) {
        int cores = tagger.cores();
        int tokens = cores == 1 ? tagger.maxBatchTokens() : Math.min(Tagger.ONE_CORE_TOKENS, tagger.maxBatchTokens());
        List<List<Chunk>> passes = new ArrayList<>(of(tokenized, tokens));
        // The longest first, so that none of them is the last.
        Collections.reverse(passes);
        int coresOfOne = passes.size() == 1 ? cores : 1;
        SideBySide.each(passes, cores, pass -> tagger.compute(pass, coresOfOne));
    }

    /**
     * Chunks of similar length together, since only attention is padded.
     *
     * @param maxTokens sub-tokens of a batch, unless one chunk alone has more
     */
    static List<List<Chunk>> of(List<? extends TokenizedDocument> tokenized, int maxTokens) {
        List<Chunk> sorted = new ArrayList<>();
        tokenized.forEach(document -> sorted.addAll(document.chunks()));
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
