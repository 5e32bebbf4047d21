package dev.slicer.models.fetching;

import eu.maveniverse.maven.mima.context.Context;
import eu.maveniverse.maven.mima.context.ContextOverrides;
import eu.maveniverse.maven.mima.context.Runtimes;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.eclipse.aether.artifact.DefaultArtifact;
import org.eclipse.aether.resolution.ArtifactRequest;
import org.eclipse.aether.resolution.ArtifactResolutionException;
import org.eclipse.aether.transfer.AbstractTransferListener;
import org.eclipse.aether.transfer.TransferEvent;

/**
 * Maven's own resolver with the user's own settings: local repository, mirrors, proxies, credentials. What lies in the
 * local repository is taken from there without a network.
 *
 * @param overrides what is to differ from the user's settings
 */
public record MavenArtifacts(ContextOverrides overrides) implements ArtifactSource {

    /** The local repository is the one of the settings or of the system property {@code maven.repo.local}. */
    public static MavenArtifacts ofUser() {
        return new MavenArtifacts(
                ContextOverrides.create().withUserSettings(true).build());
    }

    @Override
    public Path fetch(String coordinates, DownloadListener listener) {
        // A wrong checksum must end the download: Maven's default would only warn about it.
        ContextOverrides verified = overrides.toBuilder()
                .checksumPolicy(ContextOverrides.ChecksumPolicy.FAIL)
                .transferListener(new Progress(listener))
                .build();
        try (Context context = Runtimes.INSTANCE.getRuntime().create(verified)) {
            ArtifactRequest request =
                    new ArtifactRequest(new DefaultArtifact(coordinates), context.remoteRepositories(), "slicer");
            return context.repositorySystem()
                    .resolveArtifact(context.repositorySystemSession(), request)
                    .getArtifact()
                    .getFile()
                    .toPath();
        } catch (ArtifactResolutionException failure) {
            throw new ModelException(
                    "Maven cannot fetch " + coordinates + ": " + failure.getMessage()
                            + ". Once it is in the local repository, no network is needed.",
                    failure);
        }
    }

    private static final class Progress extends AbstractTransferListener {
        private final DownloadListener listener;

        Progress(DownloadListener listener) {
            this.listener = listener;
        }

        @Override
        public void transferProgressed(TransferEvent event) {
            report(event);
        }

        @Override
        public void transferSucceeded(TransferEvent event) {
            report(event);
        }

        private void report(TransferEvent event) {
            String name = event.getResource().getResourceName();
            if (event.getRequestType() != TransferEvent.RequestType.GET || !name.endsWith(".jar")) {
                return;
            }
            long total = event.getResource().getContentLength();
            listener.report(
                    "Downloading " + name.substring(name.lastIndexOf('/') + 1),
                    event.getTransferredBytes(),
                    total < 0 ? OptionalLong.empty() : OptionalLong.of(total));
        }
    }
}
