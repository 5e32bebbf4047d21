package dev.slicer.training;

import dev.slicer.encoder.PackedBatch;
import java.util.List;

/**
 * The examples of an optimiser step as the program takes them.
 *
 * @param rounds passes that are computed at once, one round after the other
 * @param vocabulary the different vocabulary ids: the only rows of the word embeddings that get a gradient
 * @param labelled labelled sub-tokens of all passes
 */
record Batch(List<List<Pass>> rounds, long[] vocabulary, int labelled) {
    /**
     * One forward and backward pass. What is not {@code packed} has some rows more at its end, which count for nothing.
     *
     * @param vocabularyRows for each sub-token the place of its id in the batch's vocabulary
     * @param positions for each sub-token its row of the position table
     * @param selected [S] the labelled ones among the sub-tokens
     * @param labels [S]; -100 where there is none
     * @param droppable elements that dropout may drop
     * @param seed of their masks, which are drawn when the pass is computed: those of a batch of long sentences would take
     *     gigabytes
     */
    record Pass(
            PackedBatch packed,
            long[] vocabularyRows,
            long[] positions,
            long[] selected,
            long[] labels,
            long droppable,
            long seed) {}

    List<Pass> passes() {
        return rounds.stream().flatMap(List::stream).toList();
    }

    int tokens() {
        return passes().stream().mapToInt(pass -> pass.packed().tokens()).sum();
    }
}
