package dev.slicer.evaluator.gold;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slicer.events.LabelledDocument;
import dev.slicer.events.LabelledDocument.LabelledEntity;
import dev.slicer.kafka.records.DeadLetterReason;
import dev.slicer.labels.TagScheme;
import dev.slicer.text.Word;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GoldRulesTest {
    private static final GoldRules ANY = new GoldRules(Set.of(), Set.of(), false);

    @Test
    void shouldMakeTheIdUniqueAmongBenchmarksAndLanguages() {
        // When
        GoldDocument gold = ANY.read(words("sample", "sw", List.of("a"), List.of("O")));

        // Then
        assertThat(gold.documentId()).isEqualTo("evaluation/sample/sw/1");
        assertThat(gold.question().words()).containsExactly(new Word(0, 1));
        assertThat(gold.question().subTokenTags()).hasValue(true);
    }

    @Test
    void shouldFindTheWordsInTheTextThatComesWithThem() {
        // Given
        LabelledDocument labelled = new LabelledDocument(
                "1",
                "b",
                "en",
                Optional.of("\u200fKenya\u2019s  Maathai, 🌳.\r\n"),
                List.of("Kenya", "\u2019s", "Maathai", ",", "🌳", "."),
                List.of("B-LOC", "O", "B-PER", "O", "O", "O"),
                Optional.empty());

        // When
        GoldDocument gold = ANY.read(labelled);

        // Then
        assertThat(gold.words())
                .extracting(word -> word.of(gold.text()))
                .containsExactly("Kenya", "\u2019s", "Maathai", ",", "🌳", ".");
    }

    @Test
    void shouldReportWordsThatTheTextDoesNotHave() {
        refused(
                        ANY,
                        new LabelledDocument(
                                "1",
                                "b",
                                "en",
                                Optional.of("Wangari \"Maathai\""),
                                List.of("Wangari", "``", "Maathai", "''"),
                                List.of("B-PER", "O", "B-PER", "O"),
                                Optional.empty()),
                        DeadLetterReason.GOLD_NOT_ALIGNED)
                .hasMessage("words[1] is not at offset 8 of the text");
        refused(
                        ANY,
                        new LabelledDocument(
                                "1",
                                "b",
                                "en",
                                Optional.of("Wangari Maathai"),
                                List.of("Wangari"),
                                List.of("B-PER"),
                                Optional.empty()),
                        DeadLetterReason.GOLD_NOT_ALIGNED)
                .hasMessage("the text goes on at offset 8, after the last of the words");
    }

    @Test
    void shouldLabelTheWordsOfATextByItsEntities() {
        // Given: an entity ends within a word, as corpora with borders between characters have it
        LabelledDocument labelled = entities(
                "Nairobians met Wangari Maathai.", new LabelledEntity("PER", 15, 30), new LabelledEntity("LOC", 0, 7));

        // When
        GoldDocument gold = ANY.read(labelled);

        // Then
        assertThat(gold.words())
                .extracting(word -> word.of(gold.text()))
                .containsExactly("Nairobi", "ans", "met", "Wangari", "Maathai", ".");
        assertThat(gold.tags()).containsExactly("B-LOC", "O", "O", "B-PER", "I-PER", "O");
        assertThat(gold.question().words())
                .as("the borders would give the answer away")
                .isEmpty();
    }

    @Test
    void shouldReportAnEntityThatHoldsNoWord() {
        refused(ANY, entities("a  b", new LabelledEntity("PER", 1, 3)), DeadLetterReason.GOLD_NOT_ALIGNED)
                .hasMessage("the entity at 1..3 holds no word");
    }

    @Test
    void shouldNameTheTagThatIsOutsideIob2() {
        refused(ANY, words("b", "sw", List.of("a", "b"), List.of("O", "X-PER")), DeadLetterReason.INVALID_VALUE)
                .hasMessage("tags[1]: it is no tag; expected O or a prefix of B I L U E S M W, as in B-PER");
        refused(ANY, words("b", "sw", List.of("a", "b"), List.of("B-LOC", "I-PER")), DeadLetterReason.INVALID_VALUE)
                .hasMessage(
                        "tags[1] goes on with an entity that the tag before it is not of, but in IOB2 an entity begins with B-; where that is meant, "
                                + "say scheme IOB1, or IOB2 for no entity");
        refused(ANY, scheme(TagScheme.IOB1, "O", "S-PER"), DeadLetterReason.INVALID_VALUE)
                .hasMessage("tags: tag 2 is no IOB1 tag");
    }

    @ParameterizedTest
    @CsvSource({
        ",      B-PER L-PER U-LOC O, B-PER I-PER B-LOC O",
        ",      B-PER M-PER E-PER W-LOC, B-PER I-PER I-PER B-LOC",
        ",      B_PER I_PER I-O o,   B-PER I-PER O O",
        ",      PER PER LOC O,       B-PER I-PER B-LOC O",
        "IOB1,  I-PER B-PER I-LOC O, B-PER B-PER B-LOC O",
        "IOB2,  O I-PER B-LOC O,     O I-PER B-LOC O",
        "BILOU, B-PER I-PER O O,     B-PER I-PER O O"
    })
    void shouldReadEachSchemeAndSpelling(TagScheme scheme, String tags, String expected) {
        assertThat(ANY.read(scheme(scheme, tags.split(" "))).tags()).containsExactly(expected.split(" "));
    }

    @Test
    void shouldAlignComposedAndDecomposedGoldAndWordsThatSayNothing() {
        // Given: words decomposed where the text is composed, a character in each that says nothing, and a word of
        // nothing else
        LabelledDocument labelled = new LabelledDocument(
                "1",
                "b",
                "yo",
                Optional.of("O\u0323\u0300ṣun \ufffd Ṣọ\u00adlá."),
                List.of("Ọ̀s\u0323u\ue000n", "\ufffd", "S\u0323o\u0323la\u0301", "."),
                List.of("B-PER", "I-PER", "I-PER", "O"),
                Optional.empty());

        // When
        GoldDocument gold = ANY.read(labelled);

        // Then
        assertThat(gold.words())
                .extracting(word -> word.of(gold.text()))
                .containsExactly("O\u0323\u0300ṣun", "\ufffd", "Ṣọ\u00adlá", ".");
        assertThat(gold.tags()).isEqualTo(labelled.tags());
        refused(
                        ANY,
                        new LabelledDocument(
                                "1",
                                "b",
                                "yo",
                                Optional.of("Ọ̀ṣun Ṣọlá"),
                                List.of("Ọ̀ṣun", "\ufffd", "Ṣọlá"),
                                List.of("O", "O", "O"),
                                Optional.empty()),
                        DeadLetterReason.GOLD_NOT_ALIGNED)
                .hasMessage("words[1] is not at offset 5 of the text");
    }

    @Test
    void shouldEndGoldWithWordsThatSaySomething() {
        GoldDocument gold = ANY.read(words(
                "b", "sw", List.of("\ufffd", "Asha", "\u200b", "\ue000"), List.of("B-PER", "I-PER", "I-PER", "B-LOC")));

        assertThat(gold.tags()).containsExactly("O", "B-PER", "O", "O");
    }

    @Test
    void shouldRefuseBenchmarksLanguagesAndTypesThatAreUnknown() {
        // Given
        GoldRules rules = new GoldRules(Set.of("sample", "other"), Set.of("PER", "LOC"), false);

        // When / Then
        refused(rules, words("typo", "sw", List.of("a"), List.of("O")), DeadLetterReason.UNKNOWN_BENCHMARK)
                .hasMessage("benchmark is none of other, sample (slicer.evaluator.benchmarks)");
        refused(rules, words("sample", "xqq", List.of("a"), List.of("O")), DeadLetterReason.UNKNOWN_LANGUAGE)
                .hasMessage("language is none of ISO 639");
        refused(rules, words("sample", "sw", List.of("a"), List.of("B-DATE")), DeadLetterReason.UNKNOWN_TYPE)
                .hasMessage("tags[0] is of a type that is none of LOC, PER (slicer.evaluator.types)");
        refused(ANY, words("a/b", "sw", List.of("a"), List.of("O")), DeadLetterReason.INVALID_VALUE)
                .hasMessageStartingWith("benchmark must match");
    }

    private static AbstractThrowableAssert<?, ?> refused(
            GoldRules rules, LabelledDocument labelled, DeadLetterReason reason) {
        return assertThatThrownBy(() -> rules.read(labelled))
                .isInstanceOfSatisfying(
                        RefusedGoldException.class, e -> assertThat(e.reason()).isEqualTo(reason));
    }

    private static LabelledDocument words(String benchmark, String language, List<String> words, List<String> tags) {
        return new LabelledDocument("1", benchmark, language, words, tags);
    }

    private static LabelledDocument scheme(TagScheme scheme, String... tags) {
        return new LabelledDocument(
                "1",
                "b",
                "sw",
                Optional.empty(),
                Collections.nCopies(tags.length, "neno"),
                List.of(tags),
                Optional.empty(),
                Optional.ofNullable(scheme));
    }

    private static LabelledDocument entities(String text, LabelledEntity... entities) {
        return new LabelledDocument(
                "1", "b", "en", Optional.of(text), List.of(), List.of(), Optional.of(List.of(entities)));
    }
}
