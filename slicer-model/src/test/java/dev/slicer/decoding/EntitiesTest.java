package dev.slicer.decoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slicer.segmentation.WordBreaker;
import dev.slicer.text.Entity;
import dev.slicer.text.Word;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class EntitiesTest {

    @Test
    void shouldGiveOffsetsInUtf16AndCodePointsAfterEmoji() {
        // Given
        String text = "\uD83D\uDE00 Ama Mensah \uD83C\uDDEC\uD83C\uDDED Accra";
        List<Word> words = WordBreaker.words(text, Optional.of("en"));
        Labelling labelling =
                new Labelling(List.of("O", "B-PER", "I-PER", "O", "B-LOC"), new double[] {0.9, 0.8, 0.6, 0.9, 0.5});

        // When
        List<Entity> entities = Entities.of(text, words, labelling);

        // Then
        assertThat(entities)
                .containsExactly(
                        new Entity("PER", "Ama Mensah", 3, 13, 2, 12, 0.7),
                        new Entity("LOC", "Accra", 19, 24, 16, 21, 0.5));
    }

    @Test
    void shouldRefuseTagsThatDoNotFitTheWords() {
        assertThatThrownBy(() -> Entities.of("a", List.of(new Word(0, 1)), new Labelling(List.of(), new double[0])))
                .hasMessage("1 words but 0 tags");
    }

    @Property
    void shouldSliceTheTextExactlyInBothOffsets(@ForAll("texts") String text, @ForAll long seed) {
        // Given: any tags over the words of any text
        List<Word> words = WordBreaker.words(text, Optional.empty());
        Random random = new Random(seed);
        List<String> tags = new ArrayList<>();
        for (int i = 0; i < words.size(); i++) {
            boolean open = i > 0 && !tags.get(i - 1).equals("O");
            tags.add(random.nextBoolean() ? "B-PER" : open ? "I-PER" : "O");
        }
        double[] probabilities = new double[words.size()];
        Arrays.fill(probabilities, 0.5);

        // When
        List<Entity> entities = Entities.of(text, words, new Labelling(tags, probabilities));

        // Then
        int[] codePoints = text.codePoints().toArray();
        assertThat(entities).hasSize((int) tags.stream().filter("B-PER"::equals).count());
        for (Entity entity : entities) {
            assertThat(text.substring(entity.start(), entity.end())).isEqualTo(entity.text());
            assertThat(new String(codePoints, entity.startCodePoint(), entity.endCodePoint() - entity.startCodePoint()))
                    .isEqualTo(entity.text());
            assertThat(entity.text()).isEqualTo(entity.text().strip());
            assertThat(entity.score()).isEqualTo(0.5);
        }
    }

    @Provide
    Arbitrary<String> texts() {
        return Arbitraries.of(
                        "Ama",
                        " ",
                        "\r\n",
                        "\t",
                        ".",
                        ",",
                        "’s",
                        "-",
                        "\uD83D\uDE00",
                        "e\u0301",
                        "\u0301",
                        "\uD83D\uDC69\u200D\uD83D\uDCBB",
                        "\uD83C\uDDEC\uD83C\uDDED",
                        "\u200D",
                        "\u200F",
                        "\u200B",
                        "مصر",
                        "תל",
                        "กรุงเทพ",
                        "北京",
                        "東京タワー",
                        "दिल्ली",
                        "\uD835\uDC00",
                        "U.S.",
                        "3.5",
                        "\uFE0F",
                        "\u00A0",
                        "\uD800",
                        "«",
                        "ọ̀")
                .list()
                .ofMaxSize(20)
                .map(parts -> String.join("", parts));
    }
}
