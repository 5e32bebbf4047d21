package dev.slicer.training;

import dev.slicer.encoder.PackedBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The examples of an optimiser step as the program takes them.
 *
 * @param vocabulary the different vocabulary ids: the only rows of the word embeddings that get a gradient
 * @param labelled labelled sub-tokens of all passes
 */
record Batch(List<Pass> passes, long[] vocabulary, int labelled) {
    /**
     * Pairs of sub-tokens that attend to each other in one pass, padding counted; one sentence alone may have more.
     * Attention in bfloat16 keeps seven bytes for each pair, head and layer until the gradients are known, 0.3 GB for BERT
     * base; another pass has gradients of its own, 0.3 GB. A batch of 32 sentences of WikiANN has some 7,000 pairs, a sentence
     * of 510 sub-tokens 260,000.
     */
    static final long MAX_ATTENTION_PAIRS = 300_000;

    /**
     * One forward and backward pass.
     *
     * @param vocabularyRows [T] for each sub-token the place of its id in the batch's vocabulary
     * @param selected [S] the labelled ones among the T sub-tokens
     * @param labels [S]
     */
    record Pass(PackedBatch packed, long[] vocabularyRows, long[] selected, long[] labels) {}

    /**
     * @param accumulation passes to split the examples into; more are made where very long ones would not fit into memory
     * @param positionOffset {@link dev.slicer.encoder.EncoderConfig#positionOffset()}
     */
    static Batch of(List<TrainingExample> examples, int accumulation, int positionOffset) {
        long[] vocabulary = examples.stream()
                .flatMapToInt(example -> Arrays.stream(example.ids()))
                .distinct()
                .sorted()
                .asLongStream()
                .toArray();
        List<Pass> passes = new ArrayList<>();
        int shares = Math.min(accumulation, examples.size());
        for (int share = 0; share < shares; share++) {
            List<TrainingExample> shared =
                    examples.subList(examples.size() * share / shares, examples.size() * (share + 1) / shares);
            List<int[]> sequences = shared.stream().map(TrainingExample::ids).toList();
            for (List<Integer> places : PackedBatch.within(sequences, MAX_ATTENTION_PAIRS)) {
                passes.add(pass(places.stream().map(shared::get).toList(), vocabulary, positionOffset));
            }
        }
        return new Batch(passes, vocabulary, TrainingExample.labelled(examples));
    }

    private static Pass pass(List<TrainingExample> examples, long[] vocabulary, int positionOffset) {
        PackedBatch packed =
                PackedBatch.of(examples.stream().map(TrainingExample::ids).toList(), positionOffset);
        long[] selected = new long[packed.tokens()];
        long[] labels = new long[packed.tokens()];
        int count = 0;
        for (int i = 0; i < examples.size(); i++) {
            int[] of = examples.get(i).labels();
            for (int j = 0; j < of.length; j++) {
                if (of[j] != TrainingExample.UNLABELLED) {
                    selected[count] = packed.starts()[i] + j;
                    labels[count++] = of[j];
                }
            }
        }
        long[] rows = Arrays.stream(packed.ids())
                .map(id -> Arrays.binarySearch(vocabulary, id))
                .toArray();
        return new Pass(packed, rows, Arrays.copyOf(selected, count), Arrays.copyOf(labels, count));
    }

    int tokens() {
        return passes.stream().mapToInt(pass -> pass.packed().tokens()).sum();
    }
}
