package dev.slicer.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HomeTest {
    private static final Path USER = Path.of("/home/asha");

    @Test
    void shouldBeTheFolderThatTheEnvironmentNames() {
        Home home = Home.of(Map.of("SLICER_HOME", "/data/slicer"), USER);

        assertThat(home.checkpoints()).isEqualTo(Path.of("/data/slicer/checkpoints"));
        assertThat(home.models()).isEqualTo(Path.of("/data/slicer/models"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  "})
    void shouldBeInTheUsersCacheWhenTheVariableIsBlank(String blank) {
        assertThat(Home.of(Map.of("SLICER_HOME", blank), USER).checkpoints())
                .isEqualTo(Path.of("/home/asha/.cache/slicer/checkpoints"));
    }

    @Test
    void shouldBeInTheUsersCacheWhenNothingIsSet() {
        assertThat(Home.of(Map.of(), USER).path()).isEqualTo(Path.of("/home/asha/.cache/slicer"));
    }

    @Test
    void shouldNotDependOnTheFolderThatALaterStepWorksIn() {
        assertThat(Home.of(Map.of("SLICER_HOME", "relative"), USER).path()).isAbsolute();
    }
}
