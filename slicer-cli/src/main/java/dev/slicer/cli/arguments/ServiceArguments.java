package dev.slicer.cli.arguments;

import dev.slicer.cli.console.CommandFailedException;
import dev.slicer.io.IoProblem;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Options of every command that talks to a service over HTTP: by what the service knows the caller, and the caller the service. */
public final class ServiceArguments {
    private static final String TOKEN = "SLICER_TOKEN";
    private static final String API_KEY_FILE = "SLICER_API_KEY_FILE";
    private static final String CA = "SLICER_CA";

    @Option(
            names = "--token",
            paramLabel = "TOKEN",
            description =
                    "Key or bearer token that the service asks for. All users of this machine can see it here while the "
                            + "command runs; " + TOKEN + " and --api-key-file show it to you alone. Default: " + TOKEN
                            + ".")
    private Optional<String> token = Optional.empty();

    @Option(
            names = "--api-key-file",
            paramLabel = "FILE",
            description = "File with the key or token and nothing else. Default: " + API_KEY_FILE + ".")
    private Optional<Path> apiKeyFile = Optional.empty();

    @Option(
            names = "--ca",
            paramLabel = "FILE.pem",
            description = "Certificates of the authorities that the service's certificate may come from. Default: " + CA
                    + ", else those that Java trusts.")
    private Optional<Path> ca = Optional.empty();

    /** @throws CommandFailedException where the key would travel openly, or a file cannot be read */
    public ServiceClient client(URI service, CommandLine commandLine) {
        return client(service, commandLine, System.getenv());
    }

    ServiceClient client(URI service, CommandLine commandLine, Map<String, String> environment) {
        if (token.isPresent() && apiKeyFile.isPresent()) {
            throw new ParameterException(commandLine, "give either --token or --api-key-file, not both");
        }
        Optional<String> credential = token.or(() -> apiKeyFile.map(ServiceArguments::read))
                .or(() -> set(environment, TOKEN))
                .or(() -> set(environment, API_KEY_FILE).map(Path::of).map(ServiceArguments::read))
                .map(String::strip);
        return ServiceClient.of(
                service, credential, ca.or(() -> set(environment, CA).map(Path::of)));
    }

    private static Optional<String> set(Map<String, String> environment, String name) {
        return Optional.ofNullable(environment.get(name)).filter(value -> !value.isBlank());
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new CommandFailedException(file + ": cannot be read: " + IoProblem.of(e), e);
        }
    }
}
