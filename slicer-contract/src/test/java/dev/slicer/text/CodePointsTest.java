package dev.slicer.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;

class CodePointsTest {

    @Property
    void shouldAgreeWithCountingFromTheStartInAnyOrder(
            @ForAll String text, @ForAll @Size(max = 10) List<Integer> asked) {
        CodePoints codePoints = new CodePoints(text);
        for (int any : asked) {
            // Given: an offset between two code points
            int offset = text.offsetByCodePoints(0, Math.floorMod(any, text.codePointCount(0, text.length()) + 1));

            // When
            int codePoint = codePoints.at(offset);

            // Then
            assertThat(codePoint).isEqualTo(text.codePointCount(0, offset));
            assertThat(CodePoints.toUtf16(text, codePoint)).isEqualTo(offset);
        }
    }
}
