package dev.slicer.benchmarks.subjects;

import dev.slicer.benchmarks.workload.FoundEntity;
import dev.slicer.engine.EngineOptions;
import dev.slicer.tagging.Tagger;
import dev.slicer.text.Document;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Raw text to entities. */
public final class TaggingSubject {
    private TaggingSubject() {}

    /**
     * @param args folder of the checkpoint, text file with one document a line, Slicer's folder, and a setting of the
     *     engine's where it is not to be as it comes
     */
    public static void main(String[] args) throws IOException {
        List<Document> documents = documents(Files.readAllLines(Path.of(args[1])));
        EngineOptions options =
                Stream.of(args).skip(3).findFirst().map(BenchmarkEngine::set).orElseGet(BenchmarkEngine::asItComes);
        try (Tagger tagger = Tagger.open(Path.of(args[0]), "benchmark", options)) {
            tagger.tag(documents);
            Subject.serve(
                    "precision " + tagger.precision(),
                    () -> seconds(tagger, documents),
                    texts -> entities(tagger, documents(texts)));
        }
    }

    private static List<Document> documents(List<String> texts) {
        List<Document> documents = new ArrayList<>();
        for (String text : texts) {
            documents.add(Document.of(Integer.toString(documents.size()), text));
        }
        return documents;
    }

    private static List<List<FoundEntity>> entities(Tagger tagger, List<Document> documents) {
        return tagger.tag(documents).stream()
                .map(tagged -> tagged.entities().stream()
                        .map(entity -> new FoundEntity(entity.type(), entity.startCodePoint(), entity.endCodePoint()))
                        .toList())
                .toList();
    }

    private static double seconds(Tagger tagger, List<Document> documents) {
        long start = System.nanoTime();
        tagger.tag(documents);
        return (System.nanoTime() - start) / 1e9;
    }
}
