package dev.slicer.service.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slicer.service.testing.Settings;
import io.smallrye.config.ConfigValidationException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EngineConfigTest {
    @Test
    void shouldHaveDefaults() {
        assertThat(Settings.of(EngineConfig.class, Map.of()).toOptions().maxBatchTokens())
                .isEqualTo(512);
    }

    @ParameterizedTest
    @CsvSource({"gpu, -1, 0", "threads, 0, 1", "max-batch-tokens, 0, 1"})
    void shouldNameTheKeyOfAWrongValue(String key, String value, int least) {
        assertThatThrownBy(() -> Settings.of(EngineConfig.class, Map.of("slicer.engine." + key, value)))
                .isInstanceOf(ConfigValidationException.class)
                .hasMessageContaining("slicer.engine." + key + " must be at least " + least + ", got " + value);
    }
}
