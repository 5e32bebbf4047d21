package dev.slicer.service.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KafkaConfigFileTest {
    @TempDir
    Path folder;

    @Test
    void shouldCountForAllClientsUnlessTheEnvironmentSaysOtherwise() throws IOException {
        // Given: a password that reads like an expression
        Files.writeString(folder.resolve("password"), "a$b${kafka.bootstrap.servers}\\$c\n");
        Path file = Files.writeString(
                folder.resolve("client.properties"),
                "security.protocol=SASL_SSL\nbootstrap.servers=of-the-file:9093\nclient.id=of-the-file\n"
                        + "ssl.key.password=${directory:" + folder + ":password}\n");

        // When
        SmallRyeConfig config = config(Map.of("slicer.kafka.config", file.toString()));

        // Then
        assertThat(config.getValue("kafka.security.protocol", String.class)).isEqualTo("SASL_SSL");
        assertThat(config.getValue("kafka.ssl.key.password", String.class))
                .isEqualTo("a$b${kafka.bootstrap.servers}\\$c");
        assertThat(config.getValue("kafka.bootstrap.servers", String.class)).isEqualTo("of-the-file:9093");
        assertThat(config.getValue("kafka.client.id", String.class)).isEqualTo("of-the-environment");
    }

    @Test
    void shouldNotStartWithAFileThatIsNotThere() {
        Path gone = folder.resolve("gone");

        assertThatThrownBy(() -> config(Map.of("slicer.kafka.config", gone.toString())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("slicer.kafka.config: cannot read " + gone + ": there is no " + gone);
    }

    @Test
    void shouldDoWithoutAFile() {
        assertThat(config(Map.of()).getValue("kafka.bootstrap.servers", String.class))
                .isEqualTo("localhost:9092");
    }

    private static SmallRyeConfig config(Map<String, String> set) {
        return new SmallRyeConfigBuilder()
                .addDefaultInterceptors()
                .withSources(
                        new PropertiesConfigSource(Map.of("kafka.bootstrap.servers", "localhost:9092"), "service", 250),
                        new PropertiesConfigSource(Map.of("kafka.client.id", "of-the-environment"), "environment", 300),
                        new PropertiesConfigSource(set, "set", 300))
                .withSources(new KafkaConfigFile())
                .build();
    }
}
