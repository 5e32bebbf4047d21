package dev.slicer.models.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelReferenceTest {
    @Test
    void shouldTellTheKindsApart() {
        assertThat(ModelReference.parse("mbert")).isEqualTo(new ModelReference.Mbert());
        assertThat(ModelReference.parse("hf:FacebookAI/xlm-roberta-base"))
                .isEqualTo(new ModelReference.HuggingFace("FacebookAI/xlm-roberta-base", "main"));
        assertThat(ModelReference.parse("hf:gpt2@refs/pr/7"))
                .isEqualTo(new ModelReference.HuggingFace("gpt2", "refs/pr/7"));
        assertThat(ModelReference.parse("./mbert")).isEqualTo(new ModelReference.Local(Path.of("./mbert")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"mbert", "hf:org/name", "hf:org/name@v1.0", "models/mine"})
    void shouldPrintWhatItReads(String reference) {
        assertThat(ModelReference.parse(reference)).hasToString(reference);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "  ", "hf:", "hf:a/b/c", "hf:../secret", "hf:a/b@", "hf:a/b@../c", "hf:a b", "hf:a/b?x=1"})
    void shouldRefuseWhatNamesNoModel(String reference) {
        assertThatThrownBy(() -> ModelReference.parse(reference)).isInstanceOf(IllegalArgumentException.class);
    }
}
