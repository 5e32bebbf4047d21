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
     * @throws TrainingException for a tag outside the label set, or corpora without any entity
     */
    static List<TrainingExample> of(List<Corpus> corpora, LabelSet labels, SubTokenizer tokenizer, int maxLength) {
        List<TrainingExample> examples = new ArrayList<>();
        boolean anyEntity = false;
        for (Corpus corpus : corpora) {
            for (int i = 0; i < corpus.sentences().size(); i++) {
                Sentence sentence = corpus.sentences().get(i);
                int[] tags = new int[sentence.tags().size()];
                for (int j = 0; j < tags.length; j++) {
                    String tag = sentence.tags().get(j);
                    String where = corpus.name() + ", sentence " + (i + 1);
                    tags[j] = labels.id(tag)
                            .orElseThrow(() -> new TrainingException("tag '" + tag + "' (" + where
                                    + ") is not among the labels " + labels.labels()
                                    + "; map its type to another one or to O with a label map"));
                    anyEntity |= !tag.equals("O");
                }
                examples.addAll(cut(tokenizer.encode(sentence.words()), tags, tokenizer, maxLength));
            }
        }
        if (examples.isEmpty()) {
            throw new TrainingException("there is no sentence to train on in "
                    + corpora.stream().map(Corpus::name).toList());
        }
        if (!anyEntity) {
            throw new TrainingException("no sentence of "
                    + corpora.stream().map(Corpus::name).toList() + " has an entity: there is nothing to learn");
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
