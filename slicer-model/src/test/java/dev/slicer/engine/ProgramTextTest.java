package dev.slicer.engine;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.Model;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ProgramTextTest {
    private static final Pattern SOFTMAX = Pattern.compile("torch\\.(?:log_)?softmax\\((.*)");

    /** What comes out in bfloat16 hardly differs, so that no comparison of numbers tells. */
    @Test
    void shouldTakeEverySoftmaxInFp32AsPrecisionSays() {
        // Given
        String text = TorchProgram.text("program.torchscript");

        // When
        List<String> types = text.lines()
                .filter(line -> SOFTMAX.matcher(line).find())
                .map(ProgramTextTest::type)
                .toList();

        // Then
        assertThat(types).hasSize(3).containsOnly(Integer.toString(Precision.FP32.scalarType()));
    }

    /** As for GPUs and processors for which PyTorch has no oneDNN; packed products are what all other tests load. */
    @Test
    void shouldLoadWithPlainProducts() throws Exception {
        try (Model model = Model.newInstance("plain", Device.cpu(), "PyTorch")) {
            model.load(TorchScriptArchive.of(
                    TorchProgram.text("program.torchscript") + TorchProgram.text("plain-products.torchscript")));

            assertThat(model.getBlock()).isNotNull();
        }
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
