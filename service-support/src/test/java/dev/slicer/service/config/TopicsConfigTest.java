package dev.slicer.service.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slicer.kafka.topics.TopicSetup;
import dev.slicer.service.testing.Settings;
import io.smallrye.config.ConfigValidationException;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TopicsConfigTest {
    @Test
    void shouldHaveDefaults() {
        TopicsConfig config = Settings.of(TopicsConfig.class, Map.of());

        assertThat(config.toTopics().documents()).isEqualTo("slicer.documents");
        assertThat(config.wanted()).isEqualTo(new TopicSetup.Wanted(true, 3, Optional.empty()));
    }

    @Test
    void shouldNameTheKeyOfAWrongValue() {
        assertThatThrownBy(() -> Settings.of(TopicsConfig.class, Map.of("slicer.topics.partitions", "0")))
                .isInstanceOf(ConfigValidationException.class)
                .hasMessageContaining("slicer.topics.partitions must be at least 1, got 0");
    }

    @Test
    void shouldNameTheKeyOfAPrefixThatTopicsCannotHave() {
        TopicsConfig config = Settings.of(TopicsConfig.class, Map.of("slicer.topics.prefix", "a/b."));

        assertThatThrownBy(config::toTopics)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("slicer.topics.prefix: ")
                .hasMessageContaining("a/b.");
    }
}
