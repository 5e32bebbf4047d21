package dev.slicer.kafka.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClientSettingsTest {
    @TempDir
    Path folder;

    @Test
    void shouldTakeSecretsFromFilesOfTheirOwn() throws IOException {
        // Given: as secrets are mounted, with the line end that editors leave, and as a file of properties
        Files.writeString(folder.resolve("password"), "s3cret\n");
        Files.writeString(folder.resolve("keys.properties"), "store=pa$$word\n");

        // When
        Map<String, String> settings = read(
                "security.protocol=SASL_SSL",
                "ssl.keystore.password=${file:" + folder.resolve("keys.properties") + ":store}",
                "sasl.jaas.config=Login required username=\"asha\" password=\"${directory:" + folder + ":password}\";");

        // Then
        assertThat(settings)
                .containsEntry("security.protocol", "SASL_SSL")
                .containsEntry("ssl.keystore.password", "pa$$word")
                .containsEntry("sasl.jaas.config", "Login required username=\"asha\" password=\"s3cret\";");
    }

    @Test
    void shouldNotLetASecretSayMoreThanItself() throws IOException {
        // Given: one that refers to another file, and one that would end its string
        Files.writeString(folder.resolve("other"), "of others");
        Files.writeString(folder.resolve("password"), "${directory:" + folder + ":other}");
        Files.writeString(folder.resolve("quoted"), "a\"; Other required x=\"\\");

        // When
        Map<String, String> settings = read(
                "ssl.key.password=${directory:" + folder + ":password}",
                "sasl.jaas.config=Login required password=\"${directory:" + folder + ":quoted}\";");

        // Then
        assertThat(settings)
                .containsEntry("ssl.key.password", "${directory:" + folder + ":other}")
                .containsEntry("sasl.jaas.config", "Login required password=\"a\\\"; Other required x=\\\"\\\\\";");
    }

    @Test
    void shouldTakeWhatKafkasOwnToolsNeedToBeToldAndKeepToTheFoldersThatItNames() throws IOException {
        // Given
        Files.writeString(folder.resolve("password"), "s3cret");
        String[] providers = {
            "config.providers=directory,file",
            "config.providers.file.class=org.apache.kafka.common.config.provider.FileConfigProvider",
            "config.providers.directory.class=org.apache.kafka.common.config.provider.DirectoryConfigProvider",
            "config.providers.directory.param.allowed.paths=" + folder,
            ""
        };

        // When and then: clients are not to look again
        providers[4] = "ssl.key.password=${directory:" + folder + ":password}";
        assertThat(read(providers)).containsExactly(Map.entry("ssl.key.password", "s3cret"));

        // When and then
        providers[4] = "ssl.key.password=${directory:/etc:passwd}";
        assertThatThrownBy(() -> read(providers))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("ssl.key.password refers to ${directory:/etc:passwd}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ssl.key.password=${env:PATH}",
                "ssl.key.password=${vault:secret:key}",
                "config.providers=env",
                "config.providers=file\nconfig.providers.file.class=com.example.Provider",
                "ssl.key.password=${directory:/gone:password}",
                "ssl.key.password=${file:/gone:password}",
                "ssl.key.password=\\u12",
            })
    void shouldRefuseWhatItDoesNotLookUp(String line) {
        assertThatThrownBy(() -> read(line)).isInstanceOf(ConfigException.class);
    }

    @Test
    void shouldSayWhichSettingRefersToWhatIsNotThere() throws IOException {
        assertThatThrownBy(() -> read("ssl.key.password=${directory:" + folder + ":gone}"))
                .hasMessage(folder.resolve("client.properties") + ": ssl.key.password refers to ${directory:" + folder
                        + ":gone}, and there is no gone in " + folder);
        assertThatThrownBy(() -> ClientSettings.read(folder.resolve("gone"))).isInstanceOf(NoSuchFileException.class);
    }

    private Map<String, String> read(String... lines) throws IOException {
        return ClientSettings.read(Files.writeString(folder.resolve("client.properties"), String.join("\n", lines)));
    }
}
