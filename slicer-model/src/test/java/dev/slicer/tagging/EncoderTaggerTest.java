package dev.slicer.tagging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slicer.checkpoint.files.CheckpointException;
import dev.slicer.corpus.SampleCorpus;
import dev.slicer.corpus.Sentence;
import dev.slicer.encoder.TinyModel;
import dev.slicer.engine.EngineOptions;
import dev.slicer.engine.Precision;
import dev.slicer.hyperparameters.Hyperparameters;
import dev.slicer.labels.LabelSet;
import dev.slicer.segmentation.Detokenizer;
import dev.slicer.tagging.TaggingOptions.Aggregation;
import dev.slicer.tagging.TaggingOptions.Decoder;
import dev.slicer.text.Document;
import dev.slicer.text.Entity;
import dev.slicer.text.ReadSubTokens;
import dev.slicer.text.TaggedDocument;
import dev.slicer.tokenization.SubTokenizer;
import dev.slicer.tokenization.SubTokens;
import dev.slicer.training.FineTuning;
import dev.slicer.training.FineTuningJob;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EncoderTaggerTest {
    private static final EngineOptions FP32 =
            new EngineOptions(Optional.of(Precision.FP32), OptionalInt.empty(), OptionalInt.empty(), 200);

    @TempDir
    static Path folder;

    private static Path checkpoint;
    private static Tagger tagger;

    @BeforeAll
    static void fineTune() throws Exception {
        checkpoint = folder.resolve("checkpoint");
        FineTuningJob job = new FineTuningJob(
                TinyModel.write(folder.resolve("base")),
                List.of(SampleCorpus.train()),
                LabelSet.ofTypes(List.of("PER", "ORG", "LOC")),
                Hyperparameters.defaults().withH(8).withMaxSteps(10),
                checkpoint);
        FineTuning.run(job, FP32, step -> {}, () -> false);
        tagger = Tagger.open(checkpoint, "tiny", FP32);
    }

    @AfterAll
    static void close() {
        tagger.close();
    }

    @Test
    void shouldTagEveryWordOfATextLongerThanTheWindow() {
        // Given a text of many windows
        String text = "Amina Bello met Kwame Mensah in Accra . ".repeat(60);

        // When
        TaggedDocument tagged = tagger.tag(List.of(Document.of("long", text))).get(0);

        // Then
        assertThat(tagged.words()).hasSize(8 * 60);
        assertThat(tagged.tags()).hasSize(8 * 60);
        assertThat(tagged.words().size()).isGreaterThan(TinyModel.WINDOW * 5);
    }

    @Test
    void shouldGiveEachDocumentTheSameInAnyCompany() {
        // Given
        List<Document> documents = documents();

        // When
        List<TaggedDocument> together = tagger.tag(documents);

        // Then
        for (int i = 0; i < documents.size(); i++) {
            TaggedDocument alone = tagger.tag(List.of(documents.get(i))).get(0);
            assertThat(together.get(i).document().id())
                    .isEqualTo(documents.get(i).id());
            assertThat(together.get(i).tags()).isEqualTo(alone.tags());
        }
    }

    @Test
    void shouldGiveTheSameToThreadsThatTagAtOnce() throws Exception {
        // Given
        List<Document> documents = documents();
        List<List<String>> expected =
                tagger.tag(documents).stream().map(TaggedDocument::tags).toList();
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            // When
            List<Future<List<List<String>>>> answers = new ArrayList<>();
            Callable<List<List<String>>> task = () ->
                    tagger.tag(documents).stream().map(TaggedDocument::tags).toList();
            for (int i = 0; i < 8; i++) {
                answers.add(threads.submit(task));
            }

            // Then
            for (Future<List<List<String>>> answer : answers) {
                assertThat(answer.get()).isEqualTo(expected);
            }
        } finally {
            threads.shutdown();
        }
    }

    @Test
    void shouldTagWordsAsEverWhenItTagsSubTokensToo() {
        // Given
        List<Document> documents = documents();

        // When
        List<TaggedSubTokens> tagged = tagger.tagSubTokens(documents);

        // Then
        assertThat(tagged.stream().map(TaggedSubTokens::document).map(TaggedDocument::tags))
                .isEqualTo(
                        tagger.tag(documents).stream().map(TaggedDocument::tags).toList());
        assertThat(tagged.stream().map(TaggedSubTokens::greedy))
                .isEqualTo(
                        tagger
                                .tag(documents, new TaggingOptions(Aggregation.FIRST, Decoder.GREEDY, 0, Set.of()))
                                .stream()
                                .map(TaggedDocument::tags)
                                .toList());
    }

    @Test
    void shouldGiveEverySubTokenAPredictionOfItsOwn() {
        // Given
        List<Document> documents = documents();

        // When
        List<TaggedSubTokens> tagged = tagger.tagSubTokens(documents);

        // Then: as many as the tokenizer makes, and not all of a word's are alike
        boolean differ = false;
        try (SubTokenizer tokenizer = SubTokenizer.open(checkpoint.resolve("tokenizer.json"))) {
            for (TaggedSubTokens document : tagged) {
                String text = document.document().document().text();
                SubTokens subTokens = tokenizer.encode(document.document().words().stream()
                        .map(word -> word.of(text))
                        .toList());
                for (int word = 0; word < document.tags().size(); word++) {
                    List<String> tags = document.tags().get(word);
                    assertThat(tags)
                            .hasSize(subTokens.endOfWord(word) - subTokens.firstOfWord()[word]);
                    differ |= Set.copyOf(tags).size() > 1;
                }
            }
        }
        assertThat(differ).isTrue();
    }

    @Test
    void shouldTellTheTagsOfSubTokensWhereAskedAndChangeNothingElse() {
        // Given: documents of which every other one asks
        List<Document> documents = documents();
        TaggingOptions plain = TaggingOptions.defaults();
        List<TokenizedDocument> tokenized = IntStream.range(0, documents.size())
                .mapToObj(i -> tagger.tokenize(documents.get(i), i % 2 == 0 ? plain.withSubTokenTags() : plain))
                .toList();

        // When: all are computed together
        tagger.compute(
                tokenized.stream()
                        .flatMap(document -> document.chunks().stream())
                        .toList(),
                1);
        List<TaggedDocument> tagged =
                tokenized.stream().map(TokenizedDocument::decode).toList();

        // Then
        List<TaggedDocument> words = tagger.tag(documents);
        List<TaggedSubTokens> subTokens = tagger.tagSubTokens(documents);
        for (int i = 0; i < documents.size(); i++) {
            ReadSubTokens read = tagged.get(i).subTokens().orElseThrow();
            assertThat(tagged.get(i).tags()).isEqualTo(words.get(i).tags());
            assertThat(read.tags())
                    .isEqualTo(i % 2 == 0 ? Optional.of(subTokens.get(i).tags()) : Optional.empty());
        }
    }

    @Test
    void shouldCountSubTokensAndThoseThatTheVocabularyLacks() {
        // Given: a word that the tokenizer gives up on
        String unknown = "\uD83D\uDE00";
        Document document = Document.of("counted", "Amina " + unknown + " met Kwame " + unknown);

        // When
        TaggedDocument tagged = tagger.tag(List.of(document)).get(0);

        // Then
        try (SubTokenizer tokenizer = SubTokenizer.open(checkpoint.resolve("tokenizer.json"))) {
            SubTokens expected = tokenizer.encode(tagged.words().stream()
                    .map(word -> word.of(document.text()))
                    .toList());
            assertThat(expected.ids()).contains(tokenizer.unkId());
            assertThat(tagged.subTokens()).hasValueSatisfying(read -> {
                assertThat(read.all()).isEqualTo(expected.ids().length);
                assertThat(read.unknown()).isEqualTo(2);
                assertThat(read.tags()).isEmpty();
            });
        }
        assertThat(tagger.tag(List.of(Document.of("empty", ""))).get(0).subTokens())
                .hasValue(new ReadSubTokens(0, 0, Optional.empty()));
    }

    @Test
    void shouldTagTheSubTokensOfATextLongerThanTheWindow() {
        // Given: the words repeat, and one of them is longer than a window on its own
        String longWord = "qzxj".repeat(24);
        String text = "Amina Bello met Kwame Mensah in Accra . ".repeat(30) + longWord + " said Amina .";

        // When
        TaggedSubTokens tagged =
                tagger.tagSubTokens(List.of(Document.of("long", text))).get(0);

        // Then
        assertThat(tagged.tags()).hasSize(8 * 30 + 4).noneMatch(List::isEmpty);
        assertThat(tagged.tags().get(8 * 30)).hasSize(TinyModel.WINDOW - 2);
        assertThat(tagged.document().tags())
                .isEqualTo(tagger.tag(List.of(Document.of("long", text))).get(0).tags());
    }

    @Test
    void shouldSliceEveryEntityOutOfItsText() {
        // Given
        List<Document> documents = List.of(
                Document.of(
                        "emoji",
                        "\uD83D\uDE00\uD83C\uDDF3\uD83C\uDDEC Wole Soyinka visits \u4E0A\u6D77 \uD83D\uDC68\u200D\uD83D\uDC69\u200D\uD83D\uDC67!"),
                Document.of("breaks", "Ada\r\nLovelace e\u0301tait\u00A0la\u0300"),
                Document.of(
                        "rtl",
                        "\u0648\u0635\u0644 \u0623\u062D\u0645\u062F \u0625\u0644\u0649 \u0627\u0644\u0642\u0627\u0647\u0631\u0629"));

        // When
        List<TaggedDocument> tagged = tagger.tag(documents);

        // Then
        for (TaggedDocument document : tagged) {
            String text = document.document().text();
            for (Entity entity : document.entities()) {
                assertThat(text.substring(entity.start(), entity.end())).isEqualTo(entity.text());
                assertThat(entity.startCodePoint()).isEqualTo(text.codePointCount(0, entity.start()));
                assertThat(entity.endCodePoint()).isEqualTo(text.codePointCount(0, entity.end()));
                assertThat(entity.score()).isBetween(0.0, 1.0);
            }
        }
    }

    @Test
    void shouldSayTheLanguageOfADocumentThatDoesNotSayIt() {
        // Given
        String text = "Wanafunzi walifika Nairobi jana asubuhi kwa treni mpya ya abiria.";
        Document silent = Document.of("silent", text);
        Document given = new Document("given", text, Optional.of("sw-KE"), List.of());

        // When
        List<TaggedDocument> tagged = tagger.tag(List.of(silent, given));

        // Then
        assertThat(tagged.get(0).language()).hasValue("sw");
        assertThat(tagged.get(0).isLanguageDetected()).isTrue();
        assertThat(tagged.get(1).language()).hasValue("sw-KE");
        assertThat(tagged.get(1).isLanguageDetected()).isFalse();

        // And nothing where detection is switched off
        EngineOptions undetected =
                new EngineOptions(FP32.precision(), false, FP32.gpu(), FP32.threads(), FP32.maxBatchTokens(), false);
        try (Tagger off = Tagger.open(checkpoint, "off", undetected)) {
            assertThat(off.tag(List.of(silent)).get(0).language()).isEmpty();
        }
    }

    @Test
    void shouldFindNothingInTextWithoutWords() {
        for (String text : List.of("", "  \n", "\u200B\u200D")) {
            TaggedDocument tagged =
                    tagger.tag(List.of(Document.of("empty", text))).get(0);

            assertThat(tagged.entities()).isEmpty();
            assertThat(tagger.tagSubTokens(List.of(Document.of("empty", text))))
                    .allSatisfy(document -> assertThat(document.tags()).allMatch(List::isEmpty));
        }
        assertThat(tagger.tag(List.of())).isEmpty();
    }

    @Test
    void shouldNameTheFileThatIsMissingOrDamaged() throws Exception {
        Path incomplete = Files.createDirectories(folder.resolve("incomplete"));
        Files.copy(checkpoint.resolve("tokenizer.json"), incomplete.resolve("tokenizer.json"));

        assertThatThrownBy(() -> Tagger.open(incomplete, "incomplete", FP32))
                .isInstanceOf(CheckpointException.class)
                .hasMessageStartingWith(incomplete.resolve("config.json") + ": is missing");
        Files.copy(checkpoint.resolve("config.json"), incomplete.resolve("config.json"));
        Files.writeString(incomplete.resolve("model.safetensors"), "not tensors");
        assertThatThrownBy(() -> Tagger.open(incomplete, "incomplete", FP32))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining(incomplete.resolve("model.safetensors").toString());
    }

    private static List<Document> documents() {
        List<Document> documents = new ArrayList<>();
        for (String language : List.of("en", "sw", "yo", "ru", "hi", "zh", "th")) {
            for (Sentence sentence : SampleCorpus.test(language).sentences().subList(0, 4)) {
                Detokenizer.Joined joined = Detokenizer.join(sentence.words(), language);
                documents.add(new Document(
                        language + documents.size(), joined.text(), Optional.of(language), joined.words()));
            }
        }
        return documents;
    }
}
