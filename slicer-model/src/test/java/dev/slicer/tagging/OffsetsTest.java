package dev.slicer.tagging;

import static org.assertj.core.api.Assertions.assertThat;

import com.ibm.icu.text.BreakIterator;
import dev.slicer.engine.EngineOptions;
import dev.slicer.engine.Precision;
import dev.slicer.huggingface.PublishedCheckpoint;
import dev.slicer.tagging.TaggingOptions.Aggregation;
import dev.slicer.tagging.TaggingOptions.Decoder;
import dev.slicer.text.Document;
import dev.slicer.text.Entity;
import dev.slicer.text.TaggedDocument;
import dev.slicer.text.Word;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/**
 * Pains 2 to 5 of comparable servers: offsets wrong after chunking, emoji and UTF-16 against code points, words fused with
 * their punctuation or blanks, scripts without spaces. Random models find entities anywhere.
 */
class OffsetsTest {
    private static final EngineOptions OPTIONS =
            new EngineOptions(Optional.of(Precision.FP32), OptionalInt.empty(), OptionalInt.of(1), 2048);

    private static final List<String> SPACED = List.of(
            "Ama Mensah",
            "U.S.",
            "Kenya’s",
            "Jean-Paul",
            "3.5%",
            "e\u0301te\u0301",
            "Q\u0308\u0301x",
            "ọ̀sẹ̀",
            "Ёлкин",
            "दिल्ली",
            "क्षेत्रपाल",
            "তেঁতুল",
            "ஸ்ரீதர்",
            "ශ්‍රී",
            "서울에서",
            "\u1112\u1161\u11ab",
            "አበባ");
    private static final List<String> RIGHT_TO_LEFT =
            List.of("القاهرة", "عُمَان", "می‌گوید", "حֵיפָה", "צה\"ל", "\u202bرام\u202c", "\u200fתל", "\u0600١٢", "ﷺ");
    private static final List<String> UNSPACED = List.of(
            "北京大学", "東京タワー", "ガッコウ", "ﾊﾞｽ", "กรุงเทพฯ", "เชียงใหม่", "ວຽງຈັນ", "ភ្នំពេញ", "ရန်ကုန်", "𠮷野家", "。");
    private static final List<String> EMOJI = List.of(
            "😀", "👍🏽", "👨‍👩‍👧‍👦", "👩🏿‍🔬", "🇬🇭🇳🇬", "🇬", "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "❤️‍🔥", "1️⃣", "✈️", "🫠");
    private static final List<String> BETWEEN = List.of(
            " ", "\r\n", "\n", "\t", "\u00a0", "\u3000", "\u200b", "\u200c", "\u200d", "\ufeff", "\u00ad", "\u2060",
            "\ufe0f", "\u0301", "\u20dd", "\u0000", "\u0007", "\u2028", "\u0085", ".", ",", "“", "«", "…", "(", "-",
            "'", "’s", "$", "\u061c", "\u0600", "\u0e33", "\u0903");
    private static final List<String> BROKEN =
            List.of("\ud83d", "\ude00", "\ud800\ud800", "\udfff", "\ufffd", "\uffff");

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

    @Property(tries = 300)
    void shouldSliceEveryEntityOutOfTextsOfAllScriptsAndEmoji(
            @ForAll("texts") String text, @ForAll Aggregation aggregation, @ForAll Decoder decoder) {
        check(text, new TaggingOptions(aggregation, decoder, 0, Set.of()));
    }

    @Property(tries = 30)
    void shouldSliceEveryEntityOutOfATextThatIsCutIntoWindows(@ForAll("texts") String text) {
        check((text + "a").repeat(300 / (text.length() + 1) + 1), TaggingOptions.defaults());
    }

    @Property(tries = 100)
    void shouldFindEntitiesInsideOfTextsWithoutSpaces(@ForAll("unspaced") String text) {
        List<TaggedDocument> tagged = check(text, TaggingOptions.defaults());

        // All of it would be one word to a server that looks for spaces.
        assertThat(tagged).allSatisfy(document -> assertThat(document.words()).hasSizeGreaterThan(1));
    }

    @Property(tries = 200)
    void shouldCopeWithAnyUtf16Units(@ForAll String text) {
        check(text, TaggingOptions.defaults());
    }

    private static List<TaggedDocument> check(String text, TaggingOptions options) {
        int[] codePoints = text.codePoints().toArray();
        BreakIterator clusters = BreakIterator.getCharacterInstance();
        clusters.setText(text);
        List<TaggedDocument> documents = new ArrayList<>();
        for (Tagger tagger : TAGGERS) {
            TaggedDocument tagged =
                    tagger.tag(List.of(Document.of("1", text)), options).get(0);
            Set<Integer> starts = tagged.words().stream().map(Word::start).collect(Collectors.toSet());
            Set<Integer> ends = tagged.words().stream().map(Word::end).collect(Collectors.toSet());
            int end = 0;
            for (Entity entity : tagged.entities()) {
                assertThat(entity.start()).isGreaterThanOrEqualTo(end);
                end = entity.end();
                assertThat(end).isGreaterThan(entity.start());
                assertThat(text.substring(entity.start(), end)).isEqualTo(entity.text());
                assertThat(new String(
                                codePoints, entity.startCodePoint(), entity.endCodePoint() - entity.startCodePoint()))
                        .isEqualTo(entity.text());
                assertThat(clusters.isBoundary(entity.start()))
                        .as("starts between characters: %s", escaped(text, entity.start()))
                        .isTrue();
                assertThat(clusters.isBoundary(end))
                        .as("ends between characters: %s", escaped(text, end))
                        .isTrue();
                assertThat(entity.text()).isEqualTo(entity.text().strip());
                assertThat(starts).contains(entity.start());
                assertThat(ends).contains(end);
                assertThat(entity.score()).isBetween(0.0, 1.0);
            }
            documents.add(tagged);
        }
        return documents;
    }

    private static String escaped(String text, int offset) {
        return text.substring(Math.max(0, offset - 3), Math.min(text.length(), offset + 3))
                .chars()
                .mapToObj(unit -> "%04x".formatted(unit))
                .collect(Collectors.joining(" "));
    }

    @Provide
    Arbitrary<String> texts() {
        List<String> words = Stream.of(SPACED, RIGHT_TO_LEFT, UNSPACED, EMOJI, BROKEN)
                .flatMap(List::stream)
                .toList();
        Arbitrary<String> between = Arbitraries.frequencyOf(
                Tuple.of(3, Arbitraries.just(" ")),
                Tuple.of(2, Arbitraries.just("")),
                Tuple.of(4, Arbitraries.of(BETWEEN)));
        return Combinators.combine(between, Arbitraries.of(words), between)
                .as((before, word, after) -> before + word + after)
                .list()
                .ofMinSize(1)
                .ofMaxSize(25)
                .map(parts -> String.join("", parts));
    }

    @Provide
    Arbitrary<String> unspaced() {
        // Katakana beside katakana is one word, so something else stands among them.
        return Arbitraries.of(UNSPACED).list().ofMinSize(3).ofMaxSize(12).map(parts -> String.join("", parts) + "北京大学");
    }
}
