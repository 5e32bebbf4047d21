package dev.slicer.jobs;

import dev.slicer.engine.Precision;
import dev.slicer.experiments.RunScorer;
import dev.slicer.labels.LabelSet;
import dev.slicer.labels.Span;
import dev.slicer.labels.Spans;
import dev.slicer.tagging.Chunk;
import dev.slicer.tagging.Reading;
import dev.slicer.tagging.TaggedSubTokens;
import dev.slicer.tagging.Tagger;
import dev.slicer.tagging.TaggingOptions;
import dev.slicer.text.Document;
import dev.slicer.text.TaggedDocument;
import dev.slicer.text.Word;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/** Models that take words with a capital letter for places, and whose average is the first of them. */
public final class FakeScoring implements RunScorer.Models {
    public final List<String> opened = new CopyOnWriteArrayList<>();
    public final List<List<Path>> averaged = new CopyOnWriteArrayList<>();

    @Override
    public Tagger open(Path folder, String modelId) {
        opened.add(modelId);
        return new CapitalsTagger(modelId);
    }

    @Override
    public void average(List<Path> folders, Path output) {
        averaged.add(folders);
        try (Stream<Path> files = Files.list(folders.get(0))) {
            Files.createDirectories(output);
            for (Path file : files.toList()) {
                if (!file.endsWith("slicer.json")) {
                    Files.copy(file, output.resolve(file.getFileName()));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private record CapitalsTagger(String modelId) implements Tagger {
        @Override
        public Reading read(Document document, TaggingOptions options) {
            return Reading.complete(tag(document));
        }

        @Override
        public void compute(List<? extends Chunk> chunks) {}

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
                    document,
                    document.words(),
                    Spans.toIob2(spans, document.words().size()),
                    List.of());
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
}
