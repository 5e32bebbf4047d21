package dev.slicer.words;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UsersWordsTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Cannot deserialize value of type `dev.slicer.text.Word` from Integer value",
                "unexpected java.nio.file.NoSuchFileException: a",
                "The content-type header value did not match the value in @Consumes",
                "not allowed as per `DeserializationFeature.FAIL_ON_TRAILING_TOKENS`",
                "from `StreamReadConstraints.getMaxStringLength()`",
                "Illegal character ((CTRL-CHAR, code 31))",
                "Invalid value for option '--steps': 'x' is not an int",
                "HTTP 405 Method Not Allowed",
                "got Optional[sw]",
                "\tat dev.slicer.cli.Main.main(Main.java:40)",
                "dev.slicer.Thing@1b2c3d4e"
            })
    void shouldTellProgrammersWords(String message) {
        assertThatThrownBy(() -> UsersWords.assertSpokenIn(message, "this")).isInstanceOf(AssertionError.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "urn:dev.slicer:problem:not-json",
                "text has 101 UTF-16 units, at most 100 are accepted (slicer.inference.max-text-length)",
                "corpus.txt:3: an error of the file"
            })
    void shouldLetOursPass(String message) {
        assertThatCode(() -> UsersWords.assertSpokenIn(message, "this")).doesNotThrowAnyException();
    }
}
