package dev.slicer.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.slicer.roots.Roots;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(20)
class NamedCorporaTest {
    private static final String SECRET = "correct-horse-battery-staple";
    private static final NamedCorpora.Limits LIMITS = new NamedCorpora.Limits(4096, 1024);
    private static final CorpusOptions OPTIONS = CorpusOptions.of(LabelMap.identity());
    private static final String NONE = ": there is no such file below the trainer's folders of corpora";

    @TempDir
    Path folder;

    private Path root;
    private NamedCorpora corpora;

    @BeforeEach
    void root() throws IOException {
        root = Files.createDirectory(folder.resolve("corpora"));
        corpora = new NamedCorpora(new Roots(List.of(folder.resolve("not-mounted"), root)), LIMITS);
    }

    @Test
    void shouldReadSamplesAndWhatLiesBelowARoot() throws IOException {
        // Given
        Files.createDirectories(root.resolve("news"));
        Files.writeString(root.resolve("news/sw.test.conll"), "Nairobi B-LOC\n");
        Files.writeString(root.resolve("lines.jsonl"), "{\"tokens\": [\"Accra\"], \"ner_tags\": [\"B-LOC\"]}\n");

        // When and then
        assertThat(open("sample:en.train").sentences()).isNotEmpty();
        assertThat(open("news/sw.test.conll").name()).isEqualTo("sw.test.conll");
        assertThat(open("lines.jsonl").sentences()).containsExactly(new Sentence(List.of("Accra"), List.of("B-LOC")));
    }

    @Test
    void shouldFollowALinkThatStaysBelowTheRoot() throws IOException {
        // Given: as a volume that is exchanged as a whole has it
        Files.createDirectories(root.resolve("..2026"));
        Files.writeString(root.resolve("..2026/en.conll"), "Nairobi B-LOC\n");
        Files.createSymbolicLink(root.resolve("en.conll"), Path.of("..2026/en.conll"));

        // When and then
        assertThat(open("en.conll").sentences()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/etc/passwd",
                "../corpora/en.conll",
                "news/../../secret",
                "news/./en.conll",
                "news//en.conll",
                "news/",
                "..",
                ".",
                "",
                " ",
                "file:///etc/passwd",
                "en.conll\u0000",
                "en\n.conll",
                "..\\secret"
            })
    void shouldRefuseWhatIsNoName(String reference) {
        assertThatThrownBy(() -> open(reference))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("this is no name of a corpus: ");
    }

    @Test
    void shouldSayTheSameOfALinkOutWhetherThereIsSomethingOrNot() throws IOException {
        // Given
        Path secret = Files.writeString(folder.resolve("secret.conll"), "Nairobi B-LOC\n");
        Files.createSymbolicLink(root.resolve("file"), secret);
        Files.createSymbolicLink(root.resolve("nothing"), folder.resolve("nothing"));
        Files.createSymbolicLink(root.resolve("folder"), folder);
        Files.createSymbolicLink(root.resolve("environment"), Path.of("/proc/self/environ"));
        Files.createSymbolicLink(root.resolve("zeros"), Path.of("/dev/zero"));
        Files.createSymbolicLink(root.resolve("loop"), root.resolve("loop"));

        // When and then
        for (String name : List.of(
                "file",
                "nothing",
                "folder",
                "folder/secret.conll",
                "environment",
                "zeros",
                "loop",
                "none",
                "none/none")) {
            assertThatThrownBy(() -> open(name))
                    .isInstanceOf(CorpusException.class)
                    .hasMessage(name + NONE);
        }
    }

    @Test
    void shouldReadRegularFilesOnlyAndNotWaitForAPipe() throws Exception {
        // Given
        Files.createDirectory(root.resolve("a-folder"));
        Process mkfifo = new ProcessBuilder("mkfifo", root.resolve("pipe").toString()).start();
        assertThat(mkfifo.waitFor(10, TimeUnit.SECONDS)).isTrue();

        // When and then
        assertThatThrownBy(() -> open("a-folder")).hasMessage("a-folder" + NONE);
        assertThatThrownBy(() -> open("pipe")).hasMessage("pipe" + NONE);
    }

    @Test
    void shouldSayNothingMoreOfAFileThatMayNotBeRead() throws IOException {
        // Given
        Path closed = Files.writeString(root.resolve("closed.conll"), "Nairobi B-LOC\n");
        Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("---------"));
        Assumptions.assumeFalse(Files.isReadable(closed), "root reads everything");

        // When and then
        assertThatThrownBy(() -> open("closed.conll")).hasMessage("closed.conll" + NONE);
    }

    @Test
    void shouldHaveNothingWhenTheRootIsGone() throws IOException {
        // Given
        Files.writeString(root.resolve("en.conll"), "Nairobi B-LOC\n");
        assertThat(open("en.conll").sentences()).hasSize(1);

        // When
        Files.delete(root.resolve("en.conll"));
        Files.delete(root);

        // Then
        assertThatThrownBy(() -> open("en.conll")).hasMessage("en.conll" + NONE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                SECRET,
                "password: " + SECRET,
                "root:x:0:0:" + SECRET + ":/root:/bin/bash\ndaemon:x:1:1\n",
                "{\"key\": \"" + SECRET + "\"}",
                "{\"key\": " + SECRET,
                "{\"tokens\": {\"" + SECRET + "\": 1}}",
                "{\"tokens\": [" + SECRET + "]}",
                "{\"tokens\": [true], \"ner_tags\": [\"" + SECRET + "\"]}",
                "{\"tokens\": [\"a\"], \"ner_tags\": [\"" + SECRET + "\"]}",
                "# a comment\n\n  # another\n" + SECRET + "\n",
                "\n\n\t" + SECRET + " " + SECRET + "\n",
                "-----BEGIN " + SECRET + "-----\n",
                "user alice\npassword\t" + SECRET + "\n" + SECRET + "\n",
                "user=alice\nkey O B\n# a O\n" + SECRET + "\n",
                "user alice\npassword " + SECRET + "\n",
                "Nairobi B-LOC\n" + SECRET + " PER-SON-\n",
                "Nairobi B-LOC\n" + SECRET + "\n",
                "Nairobi B-LOC\nMombasa " + SECRET + "\n",
                "{\"tokens\": [\"Nairobi\"], \"ner_tags\": [\"B-LOC\"]}\n{\"tokens\": [" + SECRET + "]}",
                "{\"tokens\": [\"Nairobi\"], \"ner_tags\": [\"B-LOC\"]}\n{\"tokens\": [{\"" + SECRET + "\": 1}]}"
            })
    void shouldNotQuoteAFile(String content) throws IOException {
        // Given
        Files.writeString(root.resolve("notes"), content);

        // When
        Throwable problem = catchThrowable(() -> open("notes"));

        // Then
        assertThat(problem).isInstanceOf(CorpusException.class).hasMessageStartingWith("notes:");
        for (Throwable each = problem; each != null; each = each.getCause()) {
            assertThat(each.toString()).doesNotContain("horse");
        }
    }

    @Test
    void shouldSayWhereAMistakeIsAndWhatKindOfMistake() throws IOException {
        // Given
        String start = "Nairobi B-LOC\n";
        Files.writeString(root.resolve("tag"), start + "Wangari PER-SON-\n");
        Files.writeString(root.resolve("word"), start + "Wangari\n");
        Files.writeString(root.resolve("number.jsonl"), "{\"tokens\": [\"Wangari\"], \"ner_tags\": [7]}");

        // When and then
        assertThatThrownBy(() -> open("tag"))
                .hasMessageStartingWith(
                        "tag:2: a label: it is no tag beside others of another spelling; expected O or ");
        assertThatThrownBy(() -> open("word")).hasMessage("word:2: no tag beside the word");
        assertThatThrownBy(() -> open("number.jsonl"))
                .hasMessage(
                        "number.jsonl:1: a tag is a number; say in the label map what it stands for, as in 1=B-PER");
    }

    @Test
    void shouldRefuseAFileOverTheLimitAndALineOverItsOwn() throws IOException {
        // Given
        Files.writeString(root.resolve("just"), "Nairobi B-LOC\n\n".repeat(273));
        Files.writeString(root.resolve("large"), "Nairobi B-LOC\n\n".repeat(274));
        Files.writeString(root.resolve("endless"), "Nairobi B-LOC\n" + "a".repeat(1025));
        Files.writeString(root.resolve("full"), "Nairobi B-LOC\n" + "a".repeat(1018) + " B-LOC");

        // When and then
        assertThatCode(() -> open("just")).doesNotThrowAnyException();
        assertThatThrownBy(() -> open("large"))
                .isInstanceOf(CorpusException.class)
                .hasMessage("large: is too large: the corpora of a request may have 4 KiB together");
        assertThatThrownBy(() -> open("endless")).hasMessage("endless:2: a line may have 1 KiB, and this one has more");
        assertThatCode(() -> open("full")).doesNotThrowAnyException();
    }

    @Test
    void shouldCountAllCorporaOfARequestTogether() throws IOException {
        // Given
        Files.writeString(root.resolve("half"), "Nairobi B-LOC\n\n".repeat(200));
        CorpusSource request = corpora.ofOneRequest();
        request.open("half", OPTIONS);

        // When and then
        assertThatThrownBy(() -> request.open("half", OPTIONS)).hasMessageContaining("is too large");
        assertThatCode(() -> open("half")).as("of the next request").doesNotThrowAnyException();
    }

    @Test
    void shouldCountWhatIsReadOfAFileThatGrows() throws IOException {
        // Given: a file that says that it is empty
        Path endless = Path.of("/proc/self/mountinfo");
        Assumptions.assumeTrue(Files.isReadable(endless) && Files.size(endless) == 0);
        long size = Files.readAllBytes(endless).length;
        NamedCorpora ofSystem =
                new NamedCorpora(new Roots(List.of(Path.of("/proc"))), new NamedCorpora.Limits(size - 1, size));

        // When and then
        assertThatThrownBy(() ->
                        ofSystem.ofOneRequest().open(ProcessHandle.current().pid() + "/mountinfo", OPTIONS))
                .isInstanceOf(CorpusException.class)
                .satisfies(e -> assertThat(e.getMessage())
                        .doesNotContain(
                                new String(Files.readAllBytes(endless), StandardCharsets.UTF_8).substring(0, 8)));
    }

    private Corpus open(String reference) {
        return corpora.ofOneRequest().open(reference, OPTIONS);
    }
}
