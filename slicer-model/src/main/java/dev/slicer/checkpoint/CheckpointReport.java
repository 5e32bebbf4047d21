package dev.slicer.checkpoint;

import dev.slicer.checkpoint.files.CheckpointException;
import dev.slicer.checkpoint.files.FileDigest;
import dev.slicer.checkpoint.files.VerifiedFiles;
import dev.slicer.checkpoint.signing.ManifestSignature;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * All that is right and wrong with a checkpoint, where {@link CheckpointVerifier} stops at the first thing that is wrong.
 *
 * @param digest of the manifest, where there is one
 * @param signer the trusted key that has signed it, where trusted keys are asked for
 * @param signers the keys that the signature names, trusted or not
 * @param findings a file each, the first problem of each
 */
public record CheckpointReport(
        Optional<String> digest, Optional<String> signer, List<String> signers, List<Finding> findings) {
    /** @param problem empty where the file is good */
    public record Finding(String file, Optional<String> problem) {}

    public CheckpointReport {
        signers = List.copyOf(signers);
        findings = List.copyOf(findings);
    }

    public boolean isGood() {
        return findings.stream().allMatch(finding -> finding.problem().isEmpty());
    }

    /**
     * Looks at a checkpoint.
     *
     * @param id that its manifest must have
     * @param digest that its manifest must have, where that is known
     * @throws dev.slicer.checkpoint.signing.SigningKeyException where the trusted keys cannot be read
     */
    public static CheckpointReport of(Path folder, String id, Optional<String> digest, CheckpointTrust trust) {
        return new Reader(folder, trust).read(id, digest);
    }

    private static final class Reader {
        private final Path folder;
        private final CheckpointTrust trust;
        private final List<Finding> findings = new ArrayList<>();

        Reader(Path folder, CheckpointTrust trust) {
            this.folder = folder;
            this.trust = trust;
        }

        CheckpointReport read(String id, Optional<String> digest) {
            ManifestFile file;
            try {
                file = ManifestFile.read(folder);
            } catch (CheckpointException unreadable) {
                findings.add(new Finding(Manifest.FILE_NAME, Optional.of(unreadable.problem())));
                return new CheckpointReport(Optional.empty(), Optional.empty(), List.of(), findings);
            }
            look(Manifest.FILE_NAME, () -> {
                digest.ifPresent(file::requireDigest);
                file.manifestOf(id);
            });
            List<String> signers = new ArrayList<>();
            Optional<String> signer = signature(file, signers);
            manifest(file).ifPresent(this::files);
            return new CheckpointReport(Optional.of(file.digest()), signer, signers, findings);
        }

        /** Empty where it is none, which has been found by then. */
        private static Optional<Manifest> manifest(ManifestFile file) {
            try {
                return Optional.of(file.manifest());
            } catch (CheckpointException none) {
                return Optional.empty();
            }
        }

        private Optional<String> signature(ManifestFile file, List<String> signers) {
            boolean isThere = Files.exists(folder.resolve(ManifestSignature.FILE_NAME), LinkOption.NOFOLLOW_LINKS);
            if (!isThere && trust.keys().isEmpty()) {
                return Optional.empty();
            }
            List<String> trusted = new ArrayList<>();
            look(ManifestSignature.FILE_NAME, () -> {
                if (isThere) {
                    signers.addAll(file.signers());
                }
                trust.keys().map(file::requireSigner).ifPresent(trusted::add);
            });
            return trusted.stream().findFirst();
        }

        private void files(Manifest manifest) {
            boolean[] whole = {true};
            for (FileDigest expected : manifest.files()) {
                whole[0] &= look(expected.name(), () -> VerifiedFiles.verify(folder, expected));
            }
            for (String other : VerifiedFiles.others(folder, manifest.files(), CheckpointVerifier.BESIDE)) {
                whole[0] &= look(other, () -> {
                    throw VerifiedFiles.isOther(folder.resolve(other));
                });
            }
            if (whole[0]) {
                CheckpointVerifier.contentProblem(folder, manifest)
                        .ifPresent(problem -> findings.add(
                                new Finding(problem.file().getFileName().toString(), Optional.of(problem.problem()))));
            }
        }

        private boolean look(String name, Runnable check) {
            try {
                check.run();
                findings.add(new Finding(name, Optional.empty()));
                return true;
            } catch (CheckpointException wrong) {
                findings.add(new Finding(name, Optional.of(wrong.problem())));
                return false;
            }
        }
    }
}
