package dev.slicer.inference.rest.huggingface;

import dev.slicer.fuzzing.Fuzz;
import dev.slicer.inference.config.InferenceConfig;
import dev.slicer.service.http.ProblemException;
import dev.slicer.service.testing.Settings;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class HuggingFaceRequestFuzzTest {
    @Test
    void shouldReadOrRefuseWhateverIsPosted() {
        InferenceConfig limits = Settings.of(InferenceConfig.class, Map.of());
        byte[] body =
                ("{\"inputs\":[\"Wangari\",\"alizaliwa\"],\"options\":{\"use_cache\":true,\"wait_for_model\":false},"
                                + "\"parameters\":{\"aggregation_strategy\":\"max\",\"ignore_labels\":[\"O\"],\"stride\":16}}")
                        .getBytes(StandardCharsets.UTF_8);
        Fuzz.run(12, List.of(body), Set.of(ProblemException.class), posted -> HuggingFaceRequest.read(posted, limits));
    }
}
