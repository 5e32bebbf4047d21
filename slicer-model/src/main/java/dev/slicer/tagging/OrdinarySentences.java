package dev.slicer.tagging;

import dev.slicer.corpus.SampleCorpus;
import dev.slicer.encoder.EncoderConfig;
import dev.slicer.encoder.PackedBatch;
import dev.slicer.tokenization.SubTokenizer;
import dev.slicer.tokenization.SubTokens;
import java.util.ArrayList;
import java.util.List;

/** Sentences of many languages and scripts, by which int8 inputs are scaled. More of them change neither scales nor F1 by much. */
final class OrdinarySentences {
    private static final int OF_A_LANGUAGE = 2;

    private OrdinarySentences() {}

    /** As the model reads them, in passes for one core each. */
    static List<PackedBatch> batches(SubTokenizer tokenizer, EncoderConfig config) {
        List<PackedBatch> batches = new ArrayList<>();
        List<int[]> sequences = new ArrayList<>();
        int tokens = 0;
        for (int[] sequence : sequences(tokenizer, config.maxLength())) {
            if (tokens + sequence.length > Tagger.ONE_CORE_TOKENS) {
                batches.add(PackedBatch.of(sequences, config.positionOffset()));
                sequences = new ArrayList<>();
                tokens = 0;
            }
            sequences.add(sequence);
            tokens += sequence.length;
        }
        batches.add(PackedBatch.of(sequences, config.positionOffset()));
        return batches;
    }

    private static List<int[]> sequences(SubTokenizer tokenizer, int maxLength) {
        return SampleCorpus.languages().stream()
                .flatMap(language ->
                        SampleCorpus.test(language).sentences().stream().limit(OF_A_LANGUAGE))
                .map(sentence -> sequence(tokenizer.encode(sentence.words()), tokenizer, maxLength))
                .toList();
    }

    private static int[] sequence(SubTokens read, SubTokenizer tokenizer, int maxLength) {
        int count = Math.min(read.ids().length, maxLength - EncoderTagger.SPECIAL_TOKENS);
        int[] ids = new int[count + EncoderTagger.SPECIAL_TOKENS];
        ids[0] = tokenizer.clsId();
        System.arraycopy(read.ids(), 0, ids, 1, count);
        ids[count + 1] = tokenizer.sepId();
        return ids;
    }
}
