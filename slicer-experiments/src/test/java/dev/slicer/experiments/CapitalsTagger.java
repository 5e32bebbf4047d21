package dev.slicer.experiments;

import dev.slicer.engine.Precision;
import dev.slicer.labels.LabelSet;
import dev.slicer.labels.Span;
import dev.slicer.labels.Spans;
import dev.slicer.tagging.Chunk;
import dev.slicer.tagging.TaggedSubTokens;
import dev.slicer.tagging.Tagger;
import dev.slicer.tagging.TaggingOptions;
import dev.slicer.tagging.TokenizedDocument;
import dev.slicer.text.Document;
import dev.slicer.text.TaggedDocument;
import dev.slicer.text.Word;
import java.util.ArrayList;
import java.util.List;

/** Takes words with a capital letter for places. */
record CapitalsTagger(String modelId) implements Tagger {
    @Override
    public TokenizedDocument tokenize(Document document, TaggingOptions options) {
        return TokenizedDocument.complete(tag(document));
    }

    @Override
    public void compute(List<? extends Chunk> chunks, int cores) {}

    @Override
    public int cores() {
        return 1;
    }

    @Override
    public int maxBatchTokens() {
        return 1;
    }

    @Override
    public List<TaggedSubTokens> tagSubTokens(List<Document> documents) {
        return tag(documents).stream()
                .map(tagged -> new TaggedSubTokens(
                        tagged,
                        tagged.tags(),
                        tagged.tags().stream().map(List::of).toList()))
                .toList();
    }

    private static TaggedDocument tag(Document document) {
        List<Span> spans = new ArrayList<>();
        for (int i = 0; i < document.words().size(); i++) {
            Word word = document.words().get(i);
            if (Character.isUpperCase(word.of(document.text()).codePointAt(0))) {
                spans.add(new Span("LOC", i, i + 1));
            }
        }
        return new TaggedDocument(
                document, document.words(), Spans.toIob2(spans, document.words().size()), List.of());
    }

    @Override
    public LabelSet labels() {
        return LabelSet.ofTypes(List.of("PER", "ORG", "LOC"));
    }

    @Override
    public Precision precision() {
        return Precision.FP32;
    }

    @Override
    public void close() {}
}
