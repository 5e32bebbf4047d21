package dev.slicer.tagging;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slicer.corpus.SampleCorpus;
import dev.slicer.encoder.TinyModel;
import dev.slicer.engine.EngineOptions;
import dev.slicer.engine.Precision;
import dev.slicer.labels.LabelSet;
import dev.slicer.text.Document;
import dev.slicer.text.Entity;
import dev.slicer.text.TaggedDocument;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Pains 1 and 2 of comparable servers: text over the model's window is cut silently, offsets are wrong after chunking. The
 * model reads a sub-token alike wherever it stands, so that a window of any size must give the same.
 */
class LongDocumentTest {
    private static final EngineOptions OPTIONS =
            new EngineOptions(Optional.of(Precision.FP32), OptionalInt.empty(), OptionalInt.of(1), 2048);
    private static final LabelSet LABELS = LabelSet.ofTypes(List.of("PER", "ORG", "LOC"));

    @TempDir
    static Path folder;

    private static Document document;
    private static TaggedDocument inManyWindows;
    private static TaggedDocument inOneWindow;

    @BeforeAll
    static void tag() throws Exception {
        String text = Stream.of("en", "sw", "de", "ru", "ar", "hi")
                .flatMap(language -> SampleCorpus.test(language).sentences().stream())
                .map(sentence -> String.join(" ", sentence.words()))
                .collect(Collectors.joining(" \uD83D\uDE00\r\n"))
                .repeat(2);
        document = Document.of("long", text);
        try (Tagger small = tagger("small", TinyModel.WINDOW);
                Tagger large = tagger("large", 40_000)) {
            assertThat(small.read(document, TaggingOptions.defaults()).chunks()).hasSizeGreaterThan(300);
            assertThat(large.read(document, TaggingOptions.defaults()).chunks()).hasSize(1);
            inManyWindows = small.tag(List.of(document)).get(0);
            inOneWindow = large.tag(List.of(document)).get(0);
        }
    }

    private static Tagger tagger(String name, int window) throws Exception {
        return Tagger.open(TinyModel.writeContextFree(folder.resolve(name), LABELS, window), name, OPTIONS);
    }

    @Test
    void shouldFindEntitiesBeyondTheModelsWindow() {
        assertThat(inManyWindows.words()).hasSizeGreaterThan(4_000);
        assertThat(inManyWindows.tags()).isEqualTo(inOneWindow.tags());
        int end = document.text().length();
        assertThat(inManyWindows.entities())
                .hasSizeGreaterThan(500)
                .anySatisfy(entity -> assertThat(entity.start()).isGreaterThan(end - end / 100));
    }

    @Test
    void shouldFindEntitiesAcrossAWindowsEdgeOnce() {
        List<Entity> expected = inOneWindow.entities();
        assertThat(inManyWindows.entities()).hasSameSizeAs(expected);
        for (int i = 0; i < expected.size(); i++) {
            Entity entity = inManyWindows.entities().get(i);
            assertThat(entity.type()).isEqualTo(expected.get(i).type());
            assertThat(entity.start()).isEqualTo(expected.get(i).start());
            assertThat(entity.end()).isEqualTo(expected.get(i).end());
            assertThat(entity.score()).isCloseTo(expected.get(i).score(), Offset.offset(1e-5));
        }
    }

    @Test
    void shouldGiveOffsetsOfTheOriginalTextAfterCuttingIt() {
        for (Entity entity : inManyWindows.entities()) {
            assertThat(document.text().substring(entity.start(), entity.end())).isEqualTo(entity.text());
            assertThat(document.text().codePointCount(0, entity.start())).isEqualTo(entity.startCodePoint());
            assertThat(document.text().codePointCount(0, entity.end())).isEqualTo(entity.endCodePoint());
        }
    }
}
