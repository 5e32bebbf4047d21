package dev.slicer.experiments;

import dev.slicer.engine.Precision;
import dev.slicer.labels.LabelSet;
import dev.slicer.tagging.Chunk;
import dev.slicer.tagging.TaggedSubTokens;
import dev.slicer.tagging.Tagger;
import dev.slicer.tagging.TaggingOptions;
import dev.slicer.tagging.TokenizedDocument;
import dev.slicer.text.Document;
import dev.slicer.text.TaggedDocument;
import java.util.List;
import java.util.Set;

/**
 * Takes the words that it was told for places and nothing else for an entity. A word has a sub-token for each of its parts
 * between hyphens, and the prediction for all but the first is wrong.
 */
record KnownNamesTagger(String modelId, Set<String> places) implements Tagger {
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

    private TaggedDocument tag(Document document) {
        return new TaggedDocument(
                document,
                document.words(),
                document.words().stream()
                        .map(word -> tag(word.of(document.text())))
                        .toList(),
                List.of());
    }

    @Override
    public List<TaggedSubTokens> tagSubTokens(List<Document> documents) {
        return tag(documents).stream()
                .map(tagged -> new TaggedSubTokens(
                        tagged,
                        tagged.words().stream()
                                .map(word -> greedy(word.of(tagged.document().text())))
                                .toList(),
                        tagged.words().stream()
                                .map(word -> subTokens(word.of(tagged.document().text())))
                                .toList()))
                .toList();
    }

    private String tag(String word) {
        return places.contains(word) ? "B-LOC" : "O";
    }

    /** {@code na} is most probably a person, but decoded to none. */
    private String greedy(String word) {
        return word.equals("na") ? "B-PER" : tag(word);
    }

    private List<String> subTokens(String word) {
        return switch (word.split("-").length) {
            case 1 -> List.of(tag(word));
            case 2 -> List.of(tag(word), "B-PER");
            default -> throw new IllegalArgumentException(word);
        };
    }

    @Override
    public LabelSet labels() {
        return LabelSet.ofTypes(List.of("PER", "LOC"));
    }

    @Override
    public Precision precision() {
        return Precision.FP32;
    }

    @Override
    public void close() {}
}
