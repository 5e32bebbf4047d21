package dev.slicer.kafka.topics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RetentionTest {
    @ParameterizedTest
    @CsvSource({"forever, -1", "FOREVER, -1", "90d, 7776000000", "12h, 43200000", "PT36H, 129600000", "' 5m', 300000"})
    void shouldReadTimesAsOtherSettingsHaveThem(String text, String millis) {
        assertThat(Retention.parse(text).millis()).isEqualTo(millis);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "90", "-1", "90 days", "0d", "59s", "-5m", "99999999999999999999d"})
    void shouldRefuseWhatIsNoTimeOrTooShort(String text) {
        assertThatThrownBy(() -> Retention.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("a topic keeps records ");
    }
}
