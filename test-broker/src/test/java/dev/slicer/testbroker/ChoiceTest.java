package dev.slicer.testbroker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slicer.broker.BrokerException;
import dev.slicer.testbroker.Choice.ChildProcess;
import dev.slicer.testbroker.Choice.Container;
import dev.slicer.testbroker.Choice.Engine;
import dev.slicer.testbroker.Choice.Place;
import dev.slicer.testbroker.Choice.Wish;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChoiceTest {
    private static final String OWN_IMAGE = "slicer/test-broker:1";
    private static final String AT_HAND = "apache/kafka:1";

    /** @param absence why it does not answer */
    private record FakeEngine(Optional<String> absence, boolean builds) implements Engine {
        @Override
        public void fetch(String image) {
            if (!image.equals(AT_HAND)) {
                throw new BrokerException(image + " cannot be pulled");
            }
        }

        @Override
        public String build() {
            if (!builds) {
                throw new BrokerException("no jlink");
            }
            return OWN_IMAGE;
        }
    }

    private static final Engine NONE = new FakeEngine(Optional.of("no Docker engine answers"), false);
    private static final Engine ANSWERS = new FakeEngine(Optional.empty(), true);
    private static final Engine ANSWERS_WITHOUT_IMAGE = new FakeEngine(Optional.empty(), false);

    @Test
    void shouldTakeAChildProcessWhereNoEngineAnswers() {
        assertThat(Choice.of(wish(Place.AUTO), NONE)).isEqualTo(new ChildProcess("no Docker engine answers"));
    }

    @Test
    void shouldTakeAContainerWhereAnEngineAnswers() {
        assertThat(Choice.of(wish(Place.AUTO), ANSWERS)).isEqualTo(new Container(OWN_IMAGE));
    }

    @Test
    void shouldTakeTheImageThatIsNamed() {
        assertThat(Choice.of(new Wish(Place.AUTO, Optional.of(AT_HAND)), ANSWERS))
                .isEqualTo(new Container(AT_HAND));
    }

    @Test
    void shouldTakeAChildProcessThoughAnEngineAnswersWhenAsked() {
        assertThat(Choice.of(wish(Place.PROCESS), ANSWERS)).isInstanceOf(ChildProcess.class);
    }

    @Test
    void shouldSayWhyAnEngineThatAnswersIsNotUsed() {
        assertThat(Choice.of(wish(Place.AUTO), ANSWERS_WITHOUT_IMAGE).description())
                .isEqualTo("child processes (though a Docker engine answers: no jlink)");
    }

    @Test
    void shouldNotTakeAnotherBrokerThanTheOneThatIsAskedFor() {
        assertThatThrownBy(() -> Choice.of(wish(Place.CONTAINER), NONE))
                .isInstanceOf(BrokerException.class)
                .hasMessageContaining("no Docker engine answers; start an engine, or leave");
        assertThatThrownBy(() -> Choice.of(wish(Place.CONTAINER), ANSWERS_WITHOUT_IMAGE))
                .hasMessage("no jlink");
        assertThatThrownBy(() -> Choice.of(new Wish(Place.AUTO, Optional.of(AT_HAND)), NONE))
                .hasMessageContaining("no Docker engine answers");
        assertThatThrownBy(() -> Choice.of(new Wish(Place.AUTO, Optional.of("apache/kafka:none")), ANSWERS))
                .hasMessage("apache/kafka:none cannot be pulled");
    }

    @ParameterizedTest
    @CsvSource({"'',AUTO", "auto,AUTO", "container,CONTAINER", "process,PROCESS"})
    void shouldReadThePlace(String name, Place place) {
        assertThat(Place.named(name)).isEqualTo(place);
    }

    @Test
    void shouldRefuseAPlaceThatItDoesNotKnow() {
        assertThatThrownBy(() -> Place.named("docker"))
                .hasMessage("system property slicer.kafka.broker is 'docker'; say auto, container or process");
    }

    private static Wish wish(Place place) {
        return new Wish(place, Optional.empty());
    }
}
