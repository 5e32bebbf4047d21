package dev.slicer.evaluator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slicer.events.Topics;
import dev.slicer.kafka.topics.Retention;
import io.smallrye.config.ConfigValidationException;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.config.SysPropConfigSource;
import io.smallrye.config.validator.BeanValidationConfigValidatorImpl;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EvaluatorSettingsTest {
    @ParameterizedTest
    @CsvSource({
        "group, ' ', must not be blank",
        "instance, ' ', must not be blank",
        "threads, 0, 'must be at least 1, got 0'",
        "promotion.max-documents, 0, 'must be at least 1, got 0'",
        "drift.min-documents, -1, 'must be at least 1, got -1'",
        "wait-for-answer, 0S, 'must be more than 0, got PT0S'",
        "keep-gold, -1S, 'must be more than 0, got PT-1S'",
        "promotion.timeout, 0S, 'must be more than 0, got PT0S'",
        "promotion.limit, 0S, 'must be more than 0, got PT0S'",
        "drift.current, 0S, 'must be more than 0, got PT0S'",
        "drift.reference, 0S, 'must be more than 0, got PT0S'",
        "promotion.macro-tolerance, -0.1, 'must be between 0 and 1, got -0.1'",
        "promotion.language-tolerance, 1.1, 'must be between 0 and 1, got 1.1'",
        "promotion.language-tolerances.sw, NaN, 'must be between 0 and 1, got NaN'",
        "keep-gold, 9M, 'must be at least slicer.evaluator.wait-for-answer, PT10M, got PT9M'",
        "keep-gold, 1D, 'must be more than slicer.evaluator.promotion.limit, PT24H, got PT24H'"
    })
    void shouldNameTheKeyAndTheBoundOfWhatIsOutOfRange(String key, String value, String problem) {
        // When / Then
        assertThatThrownBy(() -> read(Map.of("slicer.evaluator." + key, value)))
                .isInstanceOf(ConfigValidationException.class)
                .hasMessageContaining("slicer.evaluator." + key + " " + problem);
    }

    @Test
    void shouldTakeTheDefaultsAndTheLeastThatMakesSense() {
        // When
        EvaluatorSettings settings = read(Map.of(
                "slicer.evaluator.wait-for-answer", "1S",
                "slicer.evaluator.promotion.limit", "999M",
                "slicer.evaluator.keep-gold", "1000M",
                "slicer.evaluator.promotion.macro-tolerance", "0",
                "slicer.evaluator.promotion.language-tolerances.sw", "1"));

        // Then
        assertThat(settings.keepGold()).isEqualTo(Duration.ofMinutes(1000));
        assertThat(settings.trialSettings().tolerances().macro()).isZero();
        assertThat(settings.trialSettings().tolerances().of("sw")).isEqualTo(1);
        assertThat(settings.trialSettings().tolerances().of("yo")).isEqualTo(0.05);
        assertThat(settings.group()).isEmpty();
    }

    @Test
    void shouldKeepGoldForLessThanATrialMayTakeWhereNothingIsDecided() {
        // When
        EvaluatorSettings settings =
                read(Map.of("slicer.evaluator.promotion.enabled", "false", "slicer.evaluator.keep-gold", "1H"));

        // Then
        assertThat(settings.keepGold()).isEqualTo(Duration.ofHours(1));
    }

    @ParameterizedTest
    @CsvSource({"slicer.scores, 89d", "slicer.labelled-documents, PT2159H"})
    void shouldNotCountWhatATopicKeepsNoLonger(String topic, String retention) {
        // Given: gold is kept for 90 days
        EvaluatorSettings settings = read(Map.of());
        Map<String, Retention> kept = new HashMap<>(
                Map.of("slicer.scores", Retention.parse("90d"), "slicer.labelled-documents", Retention.FOR_EVER));

        // When and then
        settings.requireKept(Topics.defaults(), name -> Optional.ofNullable(kept.get(name)));
        kept.put(topic, Retention.parse(retention));
        assertThatThrownBy(() -> settings.requireKept(Topics.defaults(), name -> Optional.ofNullable(kept.get(name))))
                .hasMessage("slicer.evaluator.keep-gold must be at most " + kept.get(topic) + ", for which " + topic
                        + " is kept (slicer.topics.retention), got PT2160H");
    }

    private static EvaluatorSettings read(Map<String, String> settings) {
        return new SmallRyeConfigBuilder()
                .addDefaultInterceptors()
                .addDiscoveredConverters()
                .withValidator(new BeanValidationConfigValidatorImpl())
                .withMapping(EvaluatorSettings.class)
                .withSources(new PropertiesConfigSource(settings, "test", 100), new SysPropConfigSource())
                .build()
                .getConfigMapping(EvaluatorSettings.class);
    }
}
