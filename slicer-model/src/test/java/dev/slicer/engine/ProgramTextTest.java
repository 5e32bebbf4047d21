package dev.slicer.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ProgramTextTest {
    private static final Pattern SOFTMAX = Pattern.compile("torch\\.(?:log_)?softmax\\((.*)");

    /** What comes out in bfloat16 hardly differs, so that no comparison of numbers tells. */
    @Test
    void shouldTakeEverySoftmaxInFp32AsPrecisionSays() throws IOException {
        // Given
        String text;
        try (InputStream in = TorchProgram.class.getResourceAsStream("program.torchscript")) {
            text = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
        }

        // When
        List<String> types = text.lines()
                .filter(line -> SOFTMAX.matcher(line).find())
                .map(ProgramTextTest::type)
                .toList();

        // Then
        assertThat(types).hasSize(3).containsOnly(Integer.toString(Precision.FP32.scalarType()));
    }

    /** The last argument of a softmax: the type that it is computed and differentiated in. */
    private static String type(String line) {
        Matcher call = SOFTMAX.matcher(line);
        assertThat(call.find()).as(line).isTrue();
        String arguments = call.group(1);
        int end = 0;
        for (int open = 1; open > 0; end++) {
            open += arguments.charAt(end) == '(' ? 1 : 0;
            open -= arguments.charAt(end) == ')' ? 1 : 0;
        }
        String inside = arguments.substring(0, end - 1);
        return inside.substring(inside.lastIndexOf(',') + 1).strip();
    }
}
