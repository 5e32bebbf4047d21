package dev.slicer.inference.rest.tag;

import dev.slicer.fuzzing.Fuzz;
import dev.slicer.inference.config.InferenceConfig;
import dev.slicer.service.http.ProblemException;
import dev.slicer.service.testing.Settings;
import dev.slicer.tagging.TaggingOptions;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Whatever is posted is read or refused. */
class TagRequestFuzzTest {
    private static final InferenceConfig LIMITS = Settings.of(InferenceConfig.class, Map.of());
    private static final List<byte[]> BODIES = List.of(
            bytes(
                    "{\"id\":\"a\",\"text\":\"Wangari alizaliwa \\u00c4 \\ud83d\\ude00\",\"language\":\"sw\",\"words\":[[0,7],[8,17]],"
                            + "\"options\":{\"aggregation\":\"max\",\"decoder\":\"greedy\",\"minScore\":0.5,\"labels\":[\"PER\"]}}"),
            bytes(
                    "{\"documents\":[{\"id\":\"a\",\"text\":\"b\"},{\"text\":\"c\",\"language\":\"sw\"}],\"options\":{\"minScore\":1}}"));

    @Test
    void shouldReadOrRefuseBodies() {
        Fuzz.run(
                10,
                BODIES,
                Set.of(ProblemException.class),
                body -> TagRequest.read(body, TaggingOptions.defaults(), LIMITS));
    }

    @Test
    void shouldReadOrRefuseLines() {
        Fuzz.run(
                11,
                BODIES,
                Set.of(ProblemException.class),
                line -> TagRequest.line(line, 1, TaggingOptions.defaults(), LIMITS));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
