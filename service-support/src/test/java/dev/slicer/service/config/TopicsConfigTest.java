package dev.slicer.service.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slicer.events.Topics;
import dev.slicer.kafka.topics.Retention;
import dev.slicer.kafka.topics.TopicSetup;
import dev.slicer.service.testing.Settings;
import io.smallrye.config.ConfigValidationException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class TopicsConfigTest {
    @Test
    void shouldHaveDefaults() {
        TopicsConfig config = Settings.of(TopicsConfig.class, Map.of());

        assertThat(config.toTopics().documents()).isEqualTo("slicer.documents");
        assertThat(config.wanted()).isEqualTo(new TopicSetup.Wanted(true, 3, Optional.empty(), Map.of()));
    }

    @Test
    void shouldKeepEachTopicForAsLongAsItsSettingSays() {
        // Given: all topics but those whose records count for ever
        Topics topics = new Topics("");
        List<String> names = Stream.concat(topics.all().stream(), topics.ofEvaluators().stream())
                .filter(topic -> !topic.compacted() && !topic.name().equals(topics.checkpointEvents()))
                .map(Topics.Topic::name)
                .toList();

        // When
        TopicsConfig config = Settings.of(
                TopicsConfig.class,
                names.stream().collect(Collectors.toMap(name -> "slicer.topics.retention." + name, name -> "12h")));

        // Then
        assertThat(config.wanted().retention())
                .containsOnlyKeys(names)
                .allSatisfy((name, kept) -> assertThat(kept).isEqualTo(Retention.of(Duration.ofHours(12))));
    }

    @Test
    void shouldNameTheKeyOfARetentionThatIsNone() {
        assertThatThrownBy(() ->
                        Settings.of(TopicsConfig.class, Map.of("slicer.topics.retention.dead-letters", "a while")))
                .hasStackTraceContaining("slicer.topics.retention.dead-letters")
                .hasStackTraceContaining(
                        "a topic keeps records forever, or for a time as 90d, 12h or PT36H, not a while");
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
