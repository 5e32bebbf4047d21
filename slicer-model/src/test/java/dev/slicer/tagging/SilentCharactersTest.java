package dev.slicer.tagging;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slicer.corpus.SampleCorpus;
import dev.slicer.corpus.Sentence;
import dev.slicer.engine.EngineOptions;
import dev.slicer.engine.Precision;
import dev.slicer.huggingface.PublishedCheckpoint;
import dev.slicer.segmentation.Detokenizer;
import dev.slicer.segmentation.ReadableText;
import dev.slicer.tagging.TaggingOptions.Aggregation;
import dev.slicer.tagging.TaggingOptions.Decoder;
import dev.slicer.text.Document;
import dev.slicer.text.Entity;
import dev.slicer.text.TaggedDocument;
import dev.slicer.text.Word;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What says nothing to a model changes nothing in what it finds, and neither does another way to write the same characters.
 * Random models find entities anywhere, so every border is at stake.
 */
class SilentCharactersTest {
    private static final EngineOptions OPTIONS =
            new EngineOptions(Optional.of(Precision.FP32), OptionalInt.empty(), OptionalInt.of(1), 2048);

    /** A character that was lost, a private one, zero widths, a soft hyphen, variation selectors, controls, one that is none. */
    private static final List<String> SILENT = List.of(
            "\ufffd",
            "\ufffc",
            "\ue000",
            "\u200b",
            "\u2060",
            "\ufeff",
            "\u00ad",
            "\ufe0f",
            "\udb40\udd00",
            "\u200e",
            "\u0000",
            "\u0007",
            "\u0378",
            "\ud83d",
            "\ufffd\ufffd\u200b");

    private static final List<String> LANGUAGES = List.of("en", "yo", "de", "ru", "el", "sw", "rw", "wo");

    private static final List<Tagger> TAGGERS = new ArrayList<>();

    @BeforeContainer
    static void open() {
        for (String name : List.of("bert", "bert-uncased", "xlm-roberta", "roberta")) {
            TAGGERS.add(Tagger.open(PublishedCheckpoint.of(name).model(), name, OPTIONS));
        }
    }

    @AfterContainer
    static void close() {
        TAGGERS.forEach(Tagger::close);
        TAGGERS.clear();
    }

    @Property(tries = 150)
    void shouldFindTheSameEntitiesWhereverSomethingSaysNothing(
            @ForAll("texts") String text,
            @ForAll("silent") List<String> silent,
            @ForAll long seed,
            @ForAll Aggregation aggregation,
            @ForAll Decoder decoder) {
        // Given: inside of words, at their borders and alone
        Random random = new Random(seed);
        StringBuilder inserted = new StringBuilder(text);
        for (String character : silent) {
            int at = inserted.offsetByCodePoints(0, random.nextInt(inserted.codePointCount(0, inserted.length()) + 1));
            inserted.insert(at, random.nextInt(4) == 0 ? " " + character + " " : character);
        }
        // What is inserted into a word with blanks divides it; without the characters the text is the same.
        String without = ReadableText.form(inserted.toString());

        // When / Then
        TaggingOptions options = new TaggingOptions(aggregation, decoder, 0, Set.of());
        for (Tagger tagger : TAGGERS) {
            assertSameEntities(
                    tag(tagger, Document.of("1", inserted.toString()), options),
                    tag(tagger, Document.of("1", without), options));
        }
    }

    @Property(tries = 100)
    void shouldFindTheSameEntitiesBesideWordsThatSayNothing(
            @ForAll("sentences") Sentence sentence, @ForAll("silent") List<String> silent, @ForAll long seed) {
        // Given: words as corpora and senders give them, some of which the tokenizer drops
        Random random = new Random(seed);
        List<String> words = new ArrayList<>(sentence.words());
        for (String word : silent) {
            words.add(random.nextInt(words.size() + 1), word);
        }

        // When / Then
        for (Tagger tagger : TAGGERS) {
            TaggedDocument with = tag(tagger, document(words), TaggingOptions.defaults());
            TaggedDocument without = tag(tagger, document(sentence.words()), TaggingOptions.defaults());
            assertSameEntities(with, without);
            assertThat(with.tags()).hasSize(words.size());
            for (Entity entity : with.entities()) {
                assertThat(with.words())
                        .as("it begins and ends with a word that says something")
                        .anyMatch(word -> word.start() == entity.start() && says(word, with))
                        .anyMatch(word -> word.end() == entity.end() && says(word, with));
            }
        }
    }

    @Property(tries = 15)
    void shouldFindTheSameEntitiesInTextsOfManyWindows(
            @ForAll("sentences") Sentence sentence, @ForAll("silent") List<String> silent, @ForAll long seed) {
        // Given
        Random random = new Random(seed);
        List<String> words = new ArrayList<>();
        List<String> with = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            words.addAll(sentence.words());
            with.addAll(sentence.words());
            with.add(with.size() - random.nextInt(sentence.words().size()), silent.get(random.nextInt(silent.size())));
        }

        // When / Then
        for (Tagger tagger : TAGGERS) {
            assertSameEntities(
                    tag(tagger, document(with), TaggingOptions.defaults()),
                    tag(tagger, document(words), TaggingOptions.defaults()));
        }
    }

    @ParameterizedTest
    @MethodSource("dev.slicer.corpus.SampleCorpus#languages")
    void shouldFindTheSameEntitiesInComposedAndDecomposedText(String language) {
        open();
        try {
            for (Sentence sentence : SampleCorpus.test(language).sentences()) {
                String text = Detokenizer.join(sentence.words(), language).text();
                String decomposed = Normalizer.normalize(text, Normalizer.Form.NFD);
                String mixed = text.substring(0, text.length() / 2)
                        + Normalizer.normalize(text.substring(text.length() / 2), Normalizer.Form.NFD);

                for (Tagger tagger : TAGGERS) {
                    TaggedDocument composed = tag(tagger, document(text, language), TaggingOptions.defaults());
                    for (String other : List.of(decomposed, mixed)) {
                        assertSameEntities(tag(tagger, document(other, language), TaggingOptions.defaults()), composed);
                    }
                }
            }
        } finally {
            close();
        }
    }

    @Test
    void shouldFindNothingInATextOfNothingElse() {
        open();
        try {
            for (Tagger tagger : TAGGERS) {
                String text = String.join(" ", SILENT);
                assertThat(tag(tagger, Document.of("1", text), TaggingOptions.defaults())
                                .entities())
                        .isEmpty();
                assertThat(tag(tagger, document(SILENT), TaggingOptions.defaults())
                                .tags())
                        .containsOnly("O")
                        .hasSameSizeAs(SILENT);
            }
        } finally {
            close();
        }
    }

    private static boolean says(Word word, TaggedDocument tagged) {
        return !ReadableText.form(word.of(tagged.document().text())).isEmpty();
    }

    private static TaggedDocument tag(Tagger tagger, Document document, TaggingOptions options) {
        return tagger.tag(List.of(document), options).get(0);
    }

    private static Document document(String text, String language) {
        return new Document("1", text, Optional.of(language), List.of());
    }

    private static Document document(List<String> words) {
        Detokenizer.Joined joined = Detokenizer.join(words, "en");
        return new Document("1", joined.text(), Optional.empty(), joined.words());
    }

    private static void assertSameEntities(TaggedDocument one, TaggedDocument other) {
        String text = one.document().text();
        assertThat(one.entities()).hasSameSizeAs(other.entities());
        for (int i = 0; i < one.entities().size(); i++) {
            Entity entity = one.entities().get(i);
            Entity expected = other.entities().get(i);
            assertThat(entity.type()).isEqualTo(expected.type());
            assertThat(entity.score()).isEqualTo(expected.score());
            assertThat(withoutBlanks(entity.text())).isEqualTo(withoutBlanks(expected.text()));
            assertThat(entity.text()).isEqualTo(text.substring(entity.start(), entity.end()));
            assertThat(entity.startCodePoint()).isEqualTo(text.codePointCount(0, entity.start()));
            assertThat(entity.endCodePoint()).isEqualTo(text.codePointCount(0, entity.end()));
        }
    }

    /** What stood alone leaves a blank more. */
    private static String withoutBlanks(String text) {
        return ReadableText.form(text).replaceAll("\\s+", " ");
    }

    @Provide
    Arbitrary<List<String>> silent() {
        return Arbitraries.of(SILENT).list().ofMinSize(1).ofMaxSize(4);
    }

    @Provide
    Arbitrary<Sentence> sentences() {
        return Arbitraries.of(LANGUAGES)
                .flatMap(language -> Arbitraries.of(SampleCorpus.test(language).sentences()));
    }

    @Provide
    Arbitrary<String> texts() {
        return sentences()
                .map(sentence -> Detokenizer.join(sentence.words(), "en").text());
    }
}
