package dev.slicer.decoding;

import dev.slicer.labels.LabelSet;
import dev.slicer.labels.TagScheme;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Turns a token classifier's log-probabilities into valid IOB2.
 *
 * <p>Any label set is taken. {@code I-X} (also {@code L-X}, {@code E-X}) may follow only {@code B-X} or {@code I-X} where
 * the set has {@code B-X}; where it has none (labels {@code O}, {@code I-X}) a run of {@code I-X} is one entity, and so is
 * a run of a label without prefix ({@code O}, {@code PER}).
 *
 * <p>A word's row may be empty: the model said nothing about that word, since the tokenizer drops it. The others are decoded as
 * if it were not there. It is inside of an entity that goes on behind it, and outside of all others: between two entities,
 * before one and behind one. Immutable.
 */
public final class Iob2Viterbi {
    /** Stands for minus infinity, so that an impossible label still ranks above an illegal transition. */
    private static final double IMPOSSIBLE = -1e9;

    private final List<String> tags;
    private final boolean insideBegins;
    private final TagScheme scheme;
    /** For each label those that it may follow; none listed: it may stand anywhere. */
    private final int[][] predecessors;

    public Iob2Viterbi(LabelSet labels) {
        this(labels, false);
    }

    /** @param insideBegins whether the model means by {@code I-X} the beginning of an entity too, as those trained on IOB1 */
    public Iob2Viterbi(LabelSet labels, boolean insideBegins) {
        this.insideBegins = insideBegins;
        tags = labels.tags();
        scheme = tags.stream().anyMatch(tag -> "LUES".indexOf(tag.charAt(0)) >= 0) ? TagScheme.BILOU : TagScheme.IOB2;
        predecessors = tags.stream().map(this::predecessors).toArray(int[][]::new);
    }

    private int[] predecessors(String tag) {
        String type = TagScheme.type(tag).orElse("");
        boolean continues = !insideBegins && "ILE".indexOf(tag.charAt(0)) >= 0 && tags.contains("B-" + type);
        return IntStream.range(0, tags.size())
                .filter(label -> continues
                        && (tags.get(label).equals("B-" + type)
                                || tags.get(label).equals("I-" + type)))
                .toArray();
    }

    /**
     * The most probable sequence among the valid ones (Viterbi).
     *
     * @param logProbabilities a row for each word: the log-probability of each label, or nothing
     * @throws IllegalArgumentException where a row has another length or holds NaN
     */
    public Labelling decode(float[][] logProbabilities) {
        int[] said = said(logProbabilities);
        return labelling(logProbabilities, said, best(logProbabilities, said));
    }

    /** Each word's most probable label on its own, repaired: a continuation of nothing begins an entity. */
    public Labelling greedy(float[][] logProbabilities) {
        int[] said = said(logProbabilities);
        int[] labels = Arrays.stream(said)
                .map(word -> argMax(checked(logProbabilities[word], word)))
                .toArray();
        return labelling(logProbabilities, said, labels);
    }

    /** The words that the model said something about. */
    private static int[] said(float[][] logProbabilities) {
        return IntStream.range(0, logProbabilities.length)
                .filter(word -> logProbabilities[word].length > 0)
                .toArray();
    }

    /** Each word's most probable label on its own as the model means it, {@code O} where it said nothing. */
    public List<String> unrepaired(float[][] logProbabilities) {
        List<String> chosen = new ArrayList<>(logProbabilities.length);
        for (int word = 0; word < logProbabilities.length; word++) {
            float[] row = logProbabilities[word];
            chosen.add(row.length == 0 ? "O" : tags.get(argMax(checked(row, word))));
        }
        return chosen;
    }

    private int[] best(float[][] rows, int[] said) {
        int[] labels = new int[said.length];
        if (said.length == 0) {
            return labels;
        }
        int[][] from = new int[said.length][tags.size()];
        double[] scores = new double[tags.size()];
        for (int i = 0; i < said.length; i++) {
            double[] emissions = checked(rows[said[i]], said[i]);
            int bestOfAll = argMax(scores);
            double[] next = new double[tags.size()];
            for (int label = 0; label < next.length; label++) {
                int previous = bestOfAll;
                double before = i == 0 ? 0 : scores[bestOfAll];
                if (predecessors[label].length > 0) {
                    previous = bestOf(predecessors[label], scores);
                    before = i == 0 ? Double.NEGATIVE_INFINITY : scores[previous];
                }
                from[i][label] = previous;
                next[label] = before + emissions[label];
            }
            scores = next;
        }
        int label = argMax(scores);
        for (int i = said.length - 1; i >= 0; i--) {
            labels[i] = label;
            label = from[i][label];
        }
        return labels;
    }

    private double[] checked(float[] row, int word) {
        if (row.length != tags.size()) {
            throw new IllegalArgumentException(
                    "word " + word + " has scores for " + row.length + " labels of " + tags.size());
        }
        double[] emissions = new double[row.length];
        for (int label = 0; label < row.length; label++) {
            if (Float.isNaN(row[label]) || row[label] == Float.POSITIVE_INFINITY) {
                throw new IllegalArgumentException("word " + word + " has score " + row[label] + " for "
                        + tags.get(label) + ": the model computed no probabilities");
            }
            emissions[label] = Math.max(row[label], IMPOSSIBLE);
        }
        return emissions;
    }

    private static int bestOf(int[] candidates, double[] scores) {
        int best = candidates[0];
        for (int candidate : candidates) {
            if (scores[candidate] > scores[best]) {
                best = candidate;
            }
        }
        return best;
    }

    private static int argMax(double[] scores) {
        int best = 0;
        for (int i = 1; i < scores.length; i++) {
            if (scores[i] > scores[best]) {
                best = i;
            }
        }
        return best;
    }

    /** @param labels of the words that the model said something about */
    private Labelling labelling(float[][] rows, int[] said, int[] labels) {
        List<String> chosen =
                scheme.toIob2(Arrays.stream(labels).mapToObj(tags::get).toList());
        List<String> ofWords = new ArrayList<>(Collections.nCopies(rows.length, "O"));
        double[] probabilities = new double[rows.length];
        Arrays.fill(probabilities, Double.NaN);
        for (int i = 0; i < said.length; i++) {
            ofWords.set(said[i], chosen.get(i));
            probabilities[said[i]] = Math.min(1, Math.exp(rows[said[i]][labels[i]]));
            boolean goesOn = i > 0 && chosen.get(i).startsWith("I-");
            for (int silent = goesOn ? said[i - 1] + 1 : said[i]; silent < said[i]; silent++) {
                ofWords.set(silent, chosen.get(i));
            }
        }
        return new Labelling(ofWords, probabilities);
    }
}
