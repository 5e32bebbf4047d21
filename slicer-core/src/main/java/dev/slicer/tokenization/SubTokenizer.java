package dev.slicer.tokenization;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;

public final class SubTokenizer implements AutoCloseable {
    private final HuggingFaceTokenizer tokenizer;
    private final int cls;
    private final int sep;

    private SubTokenizer(HuggingFaceTokenizer tokenizer) {
        this.tokenizer = tokenizer;
        long[] empty = tokenizer.encode(List.of("a"), true, false).getIds();
        this.cls = (int) empty[0];
        this.sep = (int) empty[empty.length - 1];
    }

    public static SubTokenizer open(Path tokenizerJson) {
        try {
            return new SubTokenizer(HuggingFaceTokenizer.builder()
                    .optTokenizerPath(tokenizerJson)
                    .optAddSpecialTokens(false)
                    .optTruncation(false)
                    .optPadding(false)
                    .build());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public int clsId() {
        return cls;
    }

    public int sepId() {
        return sep;
    }

    public SubTokens encode(List<String> words) {
        Encoding encoding = tokenizer.encode(words, false, false);
        long[] ids = encoding.getIds();
        long[] wordIds = encoding.getWordIds();
        int[] first = new int[words.size()];
        int[] out = new int[ids.length];
        int word = 0;
        for (int i = 0; i < ids.length; i++) {
            out[i] = (int) ids[i];
            while (word <= wordIds[i]) {
                first[word++] = i;
            }
        }
        while (word < first.length) {
            first[word++] = ids.length;
        }
        return new SubTokens(out, first);
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
