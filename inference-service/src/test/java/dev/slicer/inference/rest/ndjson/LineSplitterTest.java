package dev.slicer.inference.rest.ndjson;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LineSplitterTest implements LineSplitter.Lines {
    private final List<String> found = new ArrayList<>();

    @Override
    public void line(long number, byte[] content) {
        found.add(number + " " + new String(content, StandardCharsets.UTF_8).strip());
    }

    @Override
    public void tooLong(long number) {
        found.add(number + " is too long");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void shouldFindTheSameLinesHoweverTheyArrive(long seed) {
        // Given
        String text = "one\n\n \t\r\nمرحبا 🌳\r\n" + "x".repeat(41) + "\n" + "y".repeat(40) + "\nlast";
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        Random random = new Random(seed);
        LineSplitter splitter = new LineSplitter(40, this);

        // When
        for (int start = 0; start < bytes.length; ) {
            int end = Math.min(bytes.length, start + 1 + random.nextInt(10));
            splitter.feed(Arrays.copyOfRange(bytes, start, end));
            start = end;
        }
        splitter.end();

        // Then
        assertThat(found).containsExactly("1 one", "4 مرحبا 🌳", "5 is too long", "6 " + "y".repeat(40), "7 last");
    }
}
