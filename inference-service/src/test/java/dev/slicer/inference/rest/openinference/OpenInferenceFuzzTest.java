package dev.slicer.inference.rest.openinference;

import dev.slicer.fuzzing.Fuzz;
import dev.slicer.inference.config.InferenceConfig;
import dev.slicer.service.http.ProblemException;
import dev.slicer.service.testing.Settings;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class OpenInferenceFuzzTest {
    @Test
    void shouldReadOrRefuseWhateverIsPosted() {
        InferenceConfig limits = Settings.of(InferenceConfig.class, Map.of());
        byte[] body =
                ("{\"id\":\"1\",\"inputs\":[{\"name\":\"text\",\"datatype\":\"BYTES\",\"shape\":[1,2],\"data\":[[\"a\",\"b\"]],"
                                + "\"parameters\":{\"content_type\":\"str\"}}],\"outputs\":[{\"name\":\"entities\"}],"
                                + "\"parameters\":{\"aggregation\":\"max\",\"min_score\":0.5,\"labels\":[\"PER\"]}}")
                        .getBytes(StandardCharsets.UTF_8);
        Fuzz.run(
                13,
                List.of(body),
                Set.of(ProblemException.class),
                posted -> OpenInference.Request.read(posted, limits));
    }
}
