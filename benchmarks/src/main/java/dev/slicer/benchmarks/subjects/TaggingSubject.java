package dev.slicer.benchmarks.subjects;

import dev.slicer.engine.EngineOptions;
import dev.slicer.tagging.Tagger;
import dev.slicer.text.Document;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Raw text to entities. */
public final class TaggingSubject {
    private TaggingSubject() {}

    /** @param args folder of the checkpoint, text file with one document a line */
    public static void main(String[] args) throws IOException {
        List<Document> documents = new ArrayList<>();
        for (String text : Files.readAllLines(Path.of(args[1]))) {
            documents.add(Document.of(Integer.toString(documents.size()), text));
        }
        try (Tagger tagger = Tagger.open(Path.of(args[0]), "benchmark", EngineOptions.defaults())) {
            tagger.tag(documents);
            Subject.serve("precision " + tagger.precision(), () -> seconds(tagger, documents));
        }
    }

    private static double seconds(Tagger tagger, List<Document> documents) {
        long start = System.nanoTime();
        tagger.tag(documents);
        return (System.nanoTime() - start) / 1e9;
    }
}
