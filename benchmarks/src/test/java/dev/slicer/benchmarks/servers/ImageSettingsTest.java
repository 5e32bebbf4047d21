package dev.slicer.benchmarks.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ImageSettingsTest {

    @Test
    void shouldReadEnvironmentAndOptionsOfTheLastStage() throws Exception {
        // Given
        String dockerfile = """
                FROM build AS natives
                ENV MALLOC_ARENA_MAX=4
                FROM jre AS service
                ENV QUARKUS_HTTP_PORT=${PORT} \\
                    MALLOC_ARENA_MAX=1 \\
                # said in the middle
                    JDK_JAVA_OPTIONS="-XX:+UseSerialGC -Xmx128m"
                ENTRYPOINT ["java", "-XX:-UsePerfData", \\
                    "-Dai.djl.offline=true", "-jar", "/opt/slicer/quarkus-run.jar"]
                """;

        // When
        ImageSettings settings = ImageSettings.parse(dockerfile);

        // Then
        assertThat(settings.environment())
                .isEqualTo(Map.of("MALLOC_ARENA_MAX", "1", "JDK_JAVA_OPTIONS", "-XX:+UseSerialGC -Xmx128m"));
        assertThat(settings.jvmOptions("-Xlog:gc"))
                .containsExactly("-XX:-UsePerfData", "-Dai.djl.offline=true", "-Xlog:gc");
    }

    @Test
    void shouldReadTheDockerfileOfTheServices() throws Exception {
        // When
        ImageSettings settings = ImageSettings.of(Path.of(".."));

        // Then
        assertThat(settings.environment()).containsKey("MALLOC_ARENA_MAX");
        assertThat(settings.jvmOptions()).contains("-Dai.djl.offline=true");
    }

    @Test
    void shouldRefuseAnImageThatStartsNoJar() {
        assertThatThrownBy(() -> ImageSettings.parse("FROM jre\nENTRYPOINT [\"bash\"]\n"))
                .hasMessage("its ENTRYPOINT should be java, options, -jar, …");
    }
}
