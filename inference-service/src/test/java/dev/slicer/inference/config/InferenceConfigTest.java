package dev.slicer.inference.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smallrye.config.ConfigValidationException;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.config.validator.BeanValidationConfigValidatorImpl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InferenceConfigTest {
    @ParameterizedTest
    @CsvSource({
        "max-text-length, 0, 'must be at least 1, got 0'",
        "max-documents, -1, 'must be at least 1, got -1'",
        "request-timeout, 0S, 'must be more than 0, got PT0S'",
        "batching.max-wait, -1S, 'must not be negative, got PT-1S'",
        "batching.max-queued-tokens, 0, 'must be at least 1, got 0'",
        "stream.batch-documents, 0, 'must be at least 1, got 0'",
        "stream.batch-bytes, 0, 'must be at least 1, got 0'",
        "stream.shutdown-timeout, -1S, 'must not be negative, got PT-1S'",
        "trials.keep-open, -1S, 'must not be negative, got PT-1S'",
        "checkpoint, no/such/folder, 'must be a folder with a config.json, got no/such/folder'"
    })
    void shouldNameTheKeyAndTheBoundOfWhatIsOutOfRange(String key, String value, String problem) {
        // When / Then
        assertThatThrownBy(() -> read(Map.of("slicer.inference." + key, value)))
                .isInstanceOf(ConfigValidationException.class)
                .hasMessageContaining("slicer.inference." + key + " " + problem);
    }

    @Test
    void shouldTakeTheDefaultsAndTheLeastThatMakesSense(@TempDir Path folder) throws IOException {
        // Given
        Files.createFile(folder.resolve("config.json"));

        // When
        InferenceConfig config = read(Map.of(
                "slicer.inference.checkpoint",
                folder.toString(),
                "slicer.inference.batching.max-wait",
                "0S",
                "slicer.inference.max-documents",
                "1"));

        // Then
        assertThat(config.checkpoint()).hasValue(folder);
        assertThat(config.batching().maxWait()).isZero();
        assertThat(config.maxDocuments()).isEqualTo(1);
        assertThat(config.stream().batchDocuments()).isEqualTo(256);
        assertThat(config.takesTrials()).isFalse();
    }

    private static InferenceConfig read(Map<String, String> settings) {
        return new SmallRyeConfigBuilder()
                .addDefaultInterceptors()
                .addDiscoveredConverters()
                .withValidator(new BeanValidationConfigValidatorImpl())
                .withMapping(InferenceConfig.class)
                .withSources(new PropertiesConfigSource(settings, "test", 100))
                .build()
                .getConfigMapping(InferenceConfig.class);
    }
}
