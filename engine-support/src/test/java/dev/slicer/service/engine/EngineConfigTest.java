package dev.slicer.service.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smallrye.config.ConfigValidationException;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EngineConfigTest {
    @Test
    void shouldHaveDefaults() {
        assertThat(config(Map.of()).toOptions().maxBatchTokens()).isEqualTo(512);
    }

    @ParameterizedTest
    @CsvSource({"gpu, -1, 0", "threads, 0, 1", "max-batch-tokens, 0, 1"})
    void shouldNameTheKeyOfAWrongValue(String key, String value, int least) {
        assertThatThrownBy(() -> config(Map.of("slicer.engine." + key, value)))
                .isInstanceOf(ConfigValidationException.class)
                .hasMessageContaining("slicer.engine." + key + " must be at least " + least + ", got " + value);
    }

    private static EngineConfig config(Map<String, String> values) {
        return new SmallRyeConfigBuilder()
                .addDefaultInterceptors()
                .addDiscoveredConverters()
                .addDiscoveredValidator()
                .withSources(new PropertiesConfigSource(values, "test", 1000))
                .withMapping(EngineConfig.class)
                .build()
                .getConfigMapping(EngineConfig.class);
    }
}
