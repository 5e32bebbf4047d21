package dev.slicer.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slicer.events.Topics;
import dev.slicer.service.testing.Settings;
import io.smallrye.config.ConfigValidationException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrainerSettingsTest {
    @Test
    void shouldHaveDefaults() {
        TrainerSettings settings = Settings.of(TrainerSettings.class, Map.of());

        assertThat(settings.sharing()).isEqualTo(TrainerSettings.Sharing.SHARE_GROUP);
        assertThat(settings.lockDuration()).isEqualTo(Duration.ofSeconds(30));
        assertThat(settings.maxDeliveries()).isEqualTo(5);
        assertThat(settings.shareGroupFor(Topics.defaults())).isEqualTo("slicer.trainer-jobs");
        assertThat(settings.group()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            group             | ' '    | is blank
            progress-interval | PT-1S  | must be at least 0 s, got PT-1S
            stop-grace        | PT-1S  | must be at least 0 s, got PT-1S
            save-every        | -1     | must not be negative, got -1
            max-deliveries    | 1      | must be at least 2, got 1
            lock-duration     | PT0S   | must be whole seconds, 1 to 3600, got PT0S
            lock-duration     | PT2H   | must be whole seconds, 1 to 3600, got PT2H
            lock-duration     | PT1.5S | must be whole seconds, 1 to 3600, got PT1.5S
            """)
    void shouldNameTheKeyOfAWrongValue(String key, String value, String problem) {
        assertThatThrownBy(() -> Settings.of(TrainerSettings.class, Map.of("slicer.trainer." + key, value)))
                .isInstanceOf(ConfigValidationException.class)
                .hasMessageContaining("slicer.trainer." + key + " " + problem);
    }
}
