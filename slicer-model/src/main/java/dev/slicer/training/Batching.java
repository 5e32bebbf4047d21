package dev.slicer.training;

import dev.slicer.encoder.EncoderConfig;
import dev.slicer.encoder.PackedBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;

/**
 * How the examples of a step become passes.
 *
 * @param accumulation parts of a step that are computed one after the other; more are made where very long examples would not fit
 *     into memory
 * @param sideBySide passes that are computed at once
 */
record Batching(EncoderConfig encoder, int accumulation, int sideBySide) {
    /**
     * Pairs of sub-tokens that attend to each other in the passes that are computed at once, padding counted; one sentence alone
     * may have more. Attention in bfloat16 keeps seven bytes for each pair, head and layer until the gradients are known, 0.3 GB for
     * BERT base; another pass has gradients of its own, 0.2 GB. A batch of 32 sentences of WikiANN has some 7,000 pairs, a sentence
     * of 510 sub-tokens 260,000.
     */
    static final long MAX_ATTENTION_PAIRS = 300_000;

    /**
     * Passes have sizes that are multiples of this: the library compiles its products for each size, and is up to a tenth faster
     * with sizes that fit its registers.
     */
    private static final int STEP = 16;

    /** Label of vectors that are there to fill up. */
    private static final long IGNORED = -100;

    /** @param seed of the dropout masks */
    Batch batch(List<TrainingExample> examples, long seed) {
        long[] vocabulary = examples.stream()
                .flatMapToInt(example -> Arrays.stream(example.ids()))
                .distinct()
                .sorted()
                .asLongStream()
                .toArray();
        SplittableRandom seeds = new SplittableRandom(seed);
        List<List<Batch.Pass>> rounds = new ArrayList<>();
        int parts = Math.min(accumulation, examples.size());
        for (int part = 0; part < parts; part++) {
            List<List<TrainingExample>> passes =
                    passes(examples.subList(examples.size() * part / parts, examples.size() * (part + 1) / parts));
            for (int from = 0; from < passes.size(); from += sideBySide) {
                rounds.add(passes.subList(from, Math.min(from + sideBySide, passes.size())).stream()
                        .map(pass -> pass(pass, vocabulary, seeds.nextLong()))
                        .toList());
            }
        }
        return new Batch(rounds, vocabulary, TrainingExample.labelled(examples));
    }

    /** As many as are computed at once, with about as many sub-tokens each, or more of them; the longest first. */
    private List<List<TrainingExample>> passes(List<TrainingExample> examples) {
        List<List<TrainingExample>> shares = new ArrayList<>();
        for (int i = 0; i < Math.min(sideBySide, examples.size()); i++) {
            shares.add(new ArrayList<>());
        }
        examples.stream()
                .sorted(Comparator.comparingInt((TrainingExample example) -> -example.ids().length))
                .forEach(example -> shares.stream()
                        .min(Comparator.comparingInt(Batching::tokens))
                        .orElseThrow()
                        .add(example));
        List<List<TrainingExample>> passes = new ArrayList<>();
        for (List<TrainingExample> share : shares) {
            List<int[]> sequences = share.stream().map(TrainingExample::ids).toList();
            for (List<Integer> places : PackedBatch.within(sequences, MAX_ATTENTION_PAIRS / sideBySide)) {
                passes.add(places.stream().map(share::get).toList());
            }
        }
        passes.sort(Comparator.comparingInt((List<TrainingExample> pass) -> -tokens(pass)));
        return passes;
    }

    private static int tokens(List<TrainingExample> examples) {
        return examples.stream().mapToInt(example -> example.ids().length).sum();
    }

    private Batch.Pass pass(List<TrainingExample> examples, long[] vocabulary, long seed) {
        PackedBatch packed =
                PackedBatch.of(examples.stream().map(TrainingExample::ids).toList(), encoder.positionOffset());
        long[] rows = Arrays.stream(packed.ids())
                .map(id -> Arrays.binarySearch(vocabulary, id))
                .toArray();
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
        long[] roundedLabels = Arrays.copyOf(labels, rounded(count));
        Arrays.fill(roundedLabels, count, roundedLabels.length, IGNORED);
        return new Batch.Pass(
                packed,
                Arrays.copyOf(rows, rounded(rows.length)),
                Arrays.copyOf(packed.positions(), rounded(rows.length)),
                Arrays.copyOf(selected, rounded(count)),
                roundedLabels,
                droppable(packed, count),
                seed);
    }

    /** At least one step: a pass without a label has ignored ones, whose loss is 0. */
    private static int rounded(int rows) {
        return Math.max(1, (rows + STEP - 1) / STEP) * STEP;
    }

    /**
     * Elements that dropout may drop: of the embeddings, of each layer's attention, attention output and output, and of the
     * vectors that are classified, which are all that the last layer has outputs for.
     */
    private long droppable(PackedBatch packed, int selected) {
        long vectors = rounded(packed.tokens()) * (2L * encoder.layers() - 1) + 3L * rounded(selected);
        return vectors * encoder.hiddenSize() + packed.attentionPairs() * encoder.layers() * encoder.heads();
    }
}
