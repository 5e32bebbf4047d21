package dev.slicer.tagging;

import dev.slicer.corpus.SampleCorpus;
import dev.slicer.engine.EngineOptions;
import dev.slicer.engine.Precision;
import dev.slicer.text.Document;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** The same texts tagged twice on one core, by a process of its own, so that what the library says of its work can be counted. */
final class FixedWorkload {
    /** Stands between the two times. */
    static final String AGAIN = "again";

    private FixedWorkload() {}

    /** @param args folder of the checkpoint */
    public static void main(String[] args) {
        try (Tagger tagger = open(Path.of(args[0]))) {
            tagger.tag(documents());
            System.out.println(AGAIN);
            tagger.tag(documents());
        }
    }

    static Tagger open(Path checkpoint) {
        return Tagger.open(
                checkpoint,
                "fixed",
                new EngineOptions(Optional.of(Precision.INT8), OptionalInt.empty(), OptionalInt.of(1), 256));
    }

    static List<Document> documents() {
        return SampleCorpus.languages().stream()
                .flatMap(language -> SampleCorpus.test(language).sentences().stream())
                .map(sentence -> Document.of("sample", String.join(" ", sentence.words())))
                .toList();
    }
}
