package dev.slicer.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class WithoutMessageTest {
    @Test
    void shouldTellTypesAndPlacesAndNoMessage() {
        // Given: a failure that quotes a text, as its cause does
        RuntimeException failure = new IllegalStateException(
                "cannot read Wangari", new NumberFormatException("For input string: \"Maathai\""));
        failure.addSuppressed(new IllegalStateException("Nyeri"));

        // When
        String logged = printed(WithoutMessage.of(failure));

        // Then
        assertThat(logged)
                .startsWith("java.lang.IllegalStateException\n")
                .contains(
                        "Caused by: java.lang.NumberFormatException\n",
                        getClass().getName())
                .doesNotContain("Wangari", "Maathai", "Nyeri");
    }

    @Test
    void shouldKeepWhatTheVirtualMachineSays() {
        assertThat(printed(WithoutMessage.of(new OutOfMemoryError("Java heap space"))))
                .startsWith("java.lang.OutOfMemoryError: Java heap space\n");
    }

    @Test
    void shouldEndWhereCausesGoRoundInACircle() {
        // Given
        RuntimeException one = new IllegalStateException("one");
        one.initCause(new IllegalStateException("two", one));

        // When and then
        assertThat(printed(WithoutMessage.of(one))).doesNotContain("one", "two");
    }

    private static String printed(Throwable failure) {
        StringWriter text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text, true));
        return text.toString();
    }
}
