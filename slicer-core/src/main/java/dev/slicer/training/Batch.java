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
     * Pairs of sub-tokens that attend to each other in one pass. Attention in bfloat16 keeps five bytes for each pair, head
     * and layer until the gradients are known, 0.2 GB for BERT base; another pass has gradients of its own, 0.3 GB. A batch
     * of 32 sentences of WikiANN has some 7,000 pairs, a sentence of 510 sub-tokens 260,000.
     */
    private static final long MAX_ATTENTION_PAIRS = 300_000;

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
        int passes = passes(examples, accumulation);
        List<Pass> all = new ArrayList<>();
        for (int pass = 0; pass < passes; pass++) {
            all.add(pass(
                    examples.subList(examples.size() * pass / passes, examples.size() * (pass + 1) / passes),
                    vocabulary,
                    positionOffset));
        }
        return new Batch(all, vocabulary, TrainingExample.labelled(examples));
    }

    private static int passes(List<TrainingExample> examples, int accumulation) {
        long pairs = examples.stream()
                .mapToLong(example -> (long) example.ids().length * example.ids().length)
                .sum();
        long needed = (pairs + MAX_ATTENTION_PAIRS - 1) / MAX_ATTENTION_PAIRS;
        return (int) Math.min(examples.size(), Math.max(accumulation, needed));
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
