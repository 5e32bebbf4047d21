package dev.slicer.tagging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slicer.checkpoint.Checkpoint;
import dev.slicer.checkpoint.CheckpointReport;
import dev.slicer.checkpoint.CheckpointStore;
import dev.slicer.checkpoint.CheckpointTrust;
import dev.slicer.checkpoint.FileCheckpointStore;
import dev.slicer.checkpoint.Manifest;
import dev.slicer.checkpoint.ModelWeights;
import dev.slicer.checkpoint.VerifiedCheckpoint;
import dev.slicer.checkpoint.WeightAverage;
import dev.slicer.checkpoint.files.CheckpointException;
import dev.slicer.checkpoint.files.CheckpointException.Kind;
import dev.slicer.checkpoint.files.FileDigest;
import dev.slicer.checkpoint.files.ModelFiles;
import dev.slicer.checkpoint.signing.SigningKey;
import dev.slicer.checkpoint.signing.TrustedKeys;
import dev.slicer.encoder.LoadedEncoder;
import dev.slicer.encoder.TinyModel;
import dev.slicer.engine.EngineOptions;
import dev.slicer.engine.Precision;
import dev.slicer.labels.LabelSet;
import dev.slicer.text.Document;
import dev.slicer.text.TaggedDocument;
import dev.slicer.vocabulary.NeededSubTokens;
import dev.slicer.vocabulary.VocabularyTrim;
import dev.slicer.vocabulary.VocabularyTrim.Storage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A checkpoint that somebody exchanges on its volume, in whole or in part, before, while and after it is loaded. */
class ExchangedCheckpointTest {
    private static final LabelSet LABELS = LabelSet.ofTypes(List.of("PER", "ORG", "LOC"));
    private static final EngineOptions FP32 =
            new EngineOptions(Optional.of(Precision.FP32), OptionalInt.empty(), OptionalInt.of(1), 200);
    private static final List<Document> TEXT = List.of(Document.of("1", "Amina Bello met Kwame Mensah in Accra."));

    @TempDir
    private Path folder;

    private final SigningKey key = SigningKey.create();
    private CheckpointStore store;
    private Checkpoint published;

    @BeforeEach
    void publish() throws IOException {
        store = store(Optional.of(key), key);
        published = publish(store, "mine");
    }

    @Test
    void shouldTagAsWithoutBeingVerified() {
        // When
        VerifiedCheckpoint verified = store.fetch("mine", Optional.of(published.digest()));

        // Then
        assertThat(verified.signer()).hasValue(key.id());
        assertThat(verified.digest()).isEqualTo(published.digest());
        try (Tagger tagger = Tagger.open(verified.files(), "mine", FP32);
                Tagger plain = Tagger.open(published.folder(), "mine", FP32)) {
            assertThat(tagger.tag(TEXT)).isEqualTo(plain.tag(TEXT));
        }
        assertThat(report().isGood()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "model.safetensors, 0", "model.safetensors, 0.3", "model.safetensors, 0.999",
        "config.json, 0", "config.json, 0.5", "config.json, 0.99",
        "tokenizer.json, 0", "tokenizer.json, 0.5", "tokenizer.json, 0.99",
    })
    void shouldRefuseAByteThatWasChanged(String file, double where) throws IOException {
        // Given
        Path changed = published.folder().resolve(file);
        change(changed, where);

        // When and then
        assertRefused(changed, "has SHA-256 ");
    }

    @ParameterizedTest
    @CsvSource({"0.0", "0.1", "0.5", "0.9", "0.99"})
    void shouldRefuseAManifestThatWasChanged(double where) throws IOException {
        // Given
        Path changed = published.folder().resolve("slicer.json");
        change(changed, where);

        // When and then: the digest tells, and without one the signature
        assertRefused(changed, "has the digest sha256:");
        assertThatThrownBy(() -> store.fetch("mine"))
                .hasMessageStartingWith(published.folder().resolve("manifest.sig") + ": the signature of " + key.id()
                        + " is not of this manifest");
    }

    @Test
    void shouldRefuseWhatWasChangedTogetherWithItsHash() throws IOException {
        // Given: one who knows how manifests are made, but has no key
        Path weights = published.folder().resolve("model.safetensors");
        String before = FileDigest.of(weights).sha256();
        change(weights, 0.5);
        Path manifest = published.folder().resolve("slicer.json");
        Files.writeString(
                manifest,
                Files.readString(manifest)
                        .replace(before, FileDigest.of(weights).sha256()));

        // When and then
        assertRefused(manifest, "has the digest sha256:");
        assertThatThrownBy(() -> store.fetch("mine")).hasMessageContaining("is not of this manifest");
    }

    @Test
    void shouldRefuseAnotherCheckpointInItsPlace() throws IOException {
        // Given: one that is signed and whole
        Checkpoint other = publish(store, "other");
        exchange(other.folder(), published.folder());

        // When and then
        assertRefused(published.folder().resolve("slicer.json"), "has the digest " + other.digest() + " where ");
        assertThatThrownBy(() -> store.fetch("mine"))
                .hasMessage(published.folder().resolve("slicer.json") + ": is the manifest of other and not of mine");
    }

    @Test
    void shouldRefuseTheSignatureOfAnotherCheckpoint() throws IOException {
        // Given
        Checkpoint other = publish(store, "other");
        Path signature = published.folder().resolve("manifest.sig");
        Files.copy(other.folder().resolve("manifest.sig"), signature, StandardCopyOption.REPLACE_EXISTING);

        // When and then
        assertRefused(signature, "the signature of " + key.id() + " is not of this manifest");
    }

    @Test
    void shouldRefuseTheSignatureOfAStranger() throws IOException {
        // Given
        SigningKey stranger = SigningKey.create();
        Checkpoint forged = publish(store(Optional.of(stranger), stranger), "forged");

        // When and then
        assertThatThrownBy(() -> store.fetch("forged", Optional.of(forged.digest())))
                .hasMessage(forged.folder().resolve("manifest.sig") + ": is signed by " + stranger.id()
                        + ", and trusted are " + key.id());
        assertThat(store.list()).extracting(Checkpoint::id).containsExactly("mine");
        assertThat(store.find("forged")).isEmpty();
    }

    @Test
    void shouldRefuseWhatIsNotSigned() throws IOException {
        // Given
        Path signature = published.folder().resolve("manifest.sig");
        Files.delete(signature);

        // When and then
        assertRefused(signature, "file is missing: the checkpoint is not signed, and a trusted signature is asked for");
    }

    @Test
    void shouldRefuseAFileThatWasAdded() throws IOException {
        // Given: one that a tokenizer would be read by
        Path added = Files.writeString(published.folder().resolve("added_tokens.json"), "{}");

        // When and then
        assertRefused(added, "is none of the files that the manifest names");

        // When: one that a file server keeps for itself
        Files.move(added, published.folder().resolve(".nfs0001"));

        // Then
        assertThat(store.fetch("mine").files().has(".nfs0001")).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"model.safetensors", "config.json", "tokenizer.json", "slicer.json", "manifest.sig"})
    void shouldRefuseALinkEvenToTheSameContent(String file) throws IOException {
        // Given
        Path place = published.folder().resolve(file);
        Path elsewhere = Files.move(place, folder.resolve(file));
        Files.createSymbolicLink(place, elsewhere);

        // When and then
        assertRefused(place, "is a link; a checkpoint has only files");
    }

    @Test
    void shouldRefuseALinkInPlaceOfTheFolder() throws IOException {
        // Given
        Path elsewhere = Files.move(published.folder(), folder.resolve("elsewhere"));
        Files.createSymbolicLink(published.folder(), elsewhere);

        // When and then
        assertThatThrownBy(() -> store.fetch("mine"))
                .hasMessage(published.folder() + ": is a link; a checkpoint is a folder of the store");
    }

    @ParameterizedTest
    @CsvSource({"model.safetensors, 0.9", "model.safetensors, 0", "config.json, 0.5", "tokenizer.json, 0.5"})
    void shouldRefuseWhatIsChangedBetweenCheckAndUse(String file, double where) throws IOException {
        // Given
        VerifiedCheckpoint verified = store.fetch("mine", Optional.of(published.digest()));

        // When
        change(published.folder().resolve(file), where);

        // Then
        assertThatThrownBy(() -> Tagger.open(verified.files(), "mine", FP32))
                .isInstanceOfSatisfying(
                        CheckpointException.class,
                        refused -> assertThat(refused.kind()).isEqualTo(Kind.CORRUPT))
                .hasMessage(published.folder().resolve(file) + ": was changed while it was loaded");
    }

    @ParameterizedTest
    @CsvSource({
        "average, model.safetensors",
        "average, config.json",
        "average, tokenizer.json",
        "trim, model.safetensors",
        "trim, config.json",
        "trim, tokenizer.json",
        "attention, model.safetensors",
        "attention, config.json",
        "hash, model.safetensors",
        "manifest, slicer.json",
    })
    void shouldMakeNothingOfWhatIsChangedBetweenCheckAndUse(String use, String file) throws IOException {
        // Given
        VerifiedCheckpoint verified = store.fetch("mine");
        Path made = folder.resolve("made");
        Path before = folder.resolve("before");
        Map<String, BiConsumer<ModelFiles, Path>> uses = Map.of(
                "average", (model, output) -> WeightAverage.write(List.of(model, model), output),
                "trim", ExchangedCheckpointTest::trim,
                "attention", (model, output) -> LoadedEncoder.open(model, FP32).close(),
                "hash", (model, output) -> ModelWeights.sha256(model),
                "manifest", (model, output) -> Manifest.read(model));
        uses.get(use).accept(verified.files(), before);

        // When
        change(published.folder().resolve(file), 0.9);

        // Then
        assertThatThrownBy(() -> uses.get(use).accept(verified.files(), made))
                .hasMessage(published.folder().resolve(file) + ": was changed while it was loaded");
        assertThat(made).doesNotExist();
    }

    private static void trim(ModelFiles model, Path made) {
        try (NeededSubTokens needed = new NeededSubTokens(model)) {
            needed.addText("Amina Bello", Optional.of("en"));
            VocabularyTrim.write(model, needed.ids(), Storage.SAME, made);
        }
    }

    @Test
    void shouldRefuseAFolderThatIsExchangedBetweenCheckAndUse() throws IOException {
        // Given
        VerifiedCheckpoint verified = store.fetch("mine", Optional.of(published.digest()));
        Checkpoint other = publish(store, "other");

        // When: of the same size in all
        change(other.folder().resolve("model.safetensors"), 0.5);
        exchange(other.folder(), published.folder());

        // Then
        assertThatThrownBy(() -> Tagger.open(verified.files(), "mine", FP32))
                .hasMessage(published.folder().resolve("model.safetensors") + ": was changed while it was loaded");
    }

    @Test
    void shouldServeOnWhateverIsDoneToTheFilesOfALoadedModel() throws IOException {
        try (Tagger tagger =
                Tagger.open(store.fetch("mine", Optional.of(published.digest())).files(), "mine", FP32)) {
            // Given
            List<TaggedDocument> before = tagger.tag(TEXT);

            // When
            for (String file : List.of("model.safetensors", "config.json", "tokenizer.json")) {
                Files.write(published.folder().resolve(file), new byte[10]);
            }

            // Then
            assertThat(tagger.tag(TEXT)).isEqualTo(before);
        }
    }

    @Test
    void shouldAskForADigestWhereThatIsRequired() {
        // Given
        CheckpointStore strict = new FileCheckpointStore(
                folder.resolve("store"), new CheckpointTrust(Optional.empty(), true), Optional.empty());

        // When and then
        assertThatThrownBy(() -> strict.fetch("mine", Optional.empty()))
                .hasMessage(published.folder()
                        + ": was announced without a digest, and slicer.checkpoints.require-digest asks for one");
        assertThat(strict.fetch("mine", Optional.of(published.digest())).id()).isEqualTo("mine");
        assertThat(store.fetch("mine", Optional.empty()).id()).isEqualTo("mine");
    }

    @Test
    void shouldAskASignatureOfAFolderOutsideOfTheStoreToo() throws IOException {
        // Given
        Path outside = Files.move(published.folder(), folder.resolve("mine"));

        // When and then
        assertThat(store.fetchFolder(outside).has("config.json")).isTrue();
        Path renamed = Files.move(outside, folder.resolve("renamed"));
        assertThatThrownBy(() -> store.fetchFolder(renamed)).hasMessageEndingWith("of mine and not of renamed");
        Files.delete(renamed.resolve("manifest.sig"));
        assertThatThrownBy(() -> store.fetchFolder(renamed)).hasMessageContaining("is not signed");
        assertThat(new FileCheckpointStore(folder).fetchFolder(renamed).has("config.json"))
                .isTrue();
    }

    @Test
    void shouldReportAllThatIsWrongAtOnce() throws IOException {
        // Given
        change(published.folder().resolve("config.json"), 0.5);
        Files.delete(published.folder().resolve("tokenizer.json"));
        Files.writeString(published.folder().resolve("run.sh"), "#!/bin/sh");

        // When
        CheckpointReport report = report();

        // Then
        assertThat(report.isGood()).isFalse();
        assertThat(report.signer()).hasValue(key.id());
        assertThat(report.findings())
                .extracting(finding -> finding.file()
                        + finding.problem()
                                .map(problem -> ": " + problem.replaceAll("[0-9a-f]{64}", "HASH"))
                                .orElse(""))
                .containsExactly(
                        "slicer.json",
                        "manifest.sig",
                        "config.json: has SHA-256 HASH where HASH was expected",
                        "model.safetensors",
                        "tokenizer.json: file is missing",
                        "run.sh: is none of the files that the manifest names");
    }

    private CheckpointReport report() {
        return CheckpointReport.of(published.folder(), "mine", Optional.of(published.digest()), trust(key));
    }

    private void assertRefused(Path file, String reason) {
        assertThatThrownBy(() -> store.fetch("mine", Optional.of(published.digest())))
                .isInstanceOfSatisfying(
                        CheckpointException.class,
                        refused -> assertThat(refused.kind()).isEqualTo(Kind.CORRUPT))
                .hasMessageStartingWith(file + ": " + reason);
        assertThat(report().isGood()).isFalse();
        assertThat(report().findings())
                .anySatisfy(finding -> assertThat(file.resolveSibling(finding.file()) + ": "
                                + finding.problem().orElse(""))
                        .startsWith(file + ": " + reason));
    }

    private static void change(Path file, double where) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            long place = (long) (where * channel.size());
            ByteBuffer one = ByteBuffer.allocate(1);
            channel.read(one, place);
            one.put(0, (byte) (one.get(0) ^ 1)).flip();
            channel.write(one, place);
        }
    }

    private static void exchange(Path other, Path place) throws IOException {
        Files.move(place, place.resolveSibling("away"));
        Files.move(other, place);
    }

    private CheckpointStore store(Optional<SigningKey> signing, SigningKey trusted) throws IOException {
        Files.writeString(folder.resolve(name(trusted)), trusted.publicPem());
        return new FileCheckpointStore(folder.resolve("store"), trust(trusted), signing);
    }

    private CheckpointTrust trust(SigningKey trusted) {
        return CheckpointTrust.in(Optional.of(new TrustedKeys(List.of(folder.resolve(name(trusted))))));
    }

    private static String name(SigningKey trusted) {
        return trusted.id().substring(7, 15) + ".pub.pem";
    }

    private Checkpoint publish(CheckpointStore where, String id) throws IOException {
        Path staged = TinyModel.writeContextFree(folder.resolve("staged-" + id), LABELS, TinyModel.WINDOW);
        return where.publish(
                staged,
                new Manifest(
                        id,
                        Instant.parse("2026-11-22T08:00:00Z"),
                        List.of(),
                        "tiny",
                        TinyModel.HIDDEN_SIZE,
                        TinyModel.HIDDEN_SIZE,
                        Map.of(),
                        42,
                        LABELS.labels(),
                        Map.of(),
                        Map.of()));
    }
}
