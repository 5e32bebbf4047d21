package dev.slicer.training;

import dev.slicer.corpus.Corpus;
import dev.slicer.corpus.Sentence;
import dev.slicer.labels.LabelSet;
import dev.slicer.tokenization.SubTokenizer;
import dev.slicer.tokenization.SubTokens;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Sub-tokens of a sentence with their labels.
 *
 * @param ids vocabulary ids, special tokens included
 * @param labels label ids, {@link #UNLABELLED} for special tokens
 */
record TrainingExample(int[] ids, int[] labels) {
    static final int UNLABELLED = -1;

    /**
     * Encodes corpora: every sub-token of a word carries the word's tag, as in the paper's code. A sentence longer than
     * {@code maxLength} sub-tokens becomes several examples, cut between words.
     *
     * @throws TrainingException as {@link CorpusCheck} does
     */
    static List<TrainingExample> of(List<Corpus> corpora, LabelSet labels, SubTokenizer tokenizer, int maxLength) {
        CorpusCheck.requireTrainable(corpora, labels);
        List<TrainingExample> examples = new ArrayList<>();
        for (Corpus corpus : corpora) {
            for (Sentence sentence : corpus.sentences()) {
                int[] tags = sentence.tags().stream()
                        .mapToInt(tag -> labels.id(tag).orElseThrow())
                        .toArray();
                examples.addAll(cut(tokenizer.encode(sentence.words()), tags, tokenizer, maxLength));
            }
        }
        if (examples.isEmpty()) {
            throw new TrainingException(
                    "the words of " + corpora.stream().map(Corpus::name).toList()
                            + " have no sub-tokens: there is nothing to train on");
        }
        return examples;
    }

    private static List<TrainingExample> cut(SubTokens tokens, int[] tags, SubTokenizer tokenizer, int maxLength) {
        List<TrainingExample> examples = new ArrayList<>();
        int word = 0;
        while (word < tags.length) {
            int from = tokens.firstOfWord()[word];
            int end = word;
            while (end < tags.length && tokens.endOfWord(end) - from <= maxLength) {
                end++;
            }
            // A single word over the whole length: its first sub-tokens stand for it.
            int to = end == word ? from + maxLength : tokens.endOfWord(end - 1);
            end = Math.max(end, word + 1);
            int[] ids = new int[to - from + 2];
            int[] labels = new int[ids.length];
            Arrays.fill(labels, UNLABELLED);
            ids[0] = tokenizer.clsId();
            ids[ids.length - 1] = tokenizer.sepId();
            System.arraycopy(tokens.ids(), from, ids, 1, to - from);
            for (int w = word; w < end; w++) {
                int labelled = Math.min(tokens.endOfWord(w), to);
                for (int t = tokens.firstOfWord()[w]; t < labelled; t++) {
                    labels[1 + t - from] = tags[w];
                }
            }
            if (to > from) {
                examples.add(new TrainingExample(ids, labels));
            }
            word = end;
        }
        return examples;
    }

    /** Labelled sub-tokens of a batch. */
    static int labelled(List<TrainingExample> batch) {
        int count = 0;
        for (TrainingExample example : batch) {
            for (int label : example.labels()) {
                if (label != UNLABELLED) {
                    count++;
                }
            }
        }
        return count;
    }
}
