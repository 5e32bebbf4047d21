package dev.slicer.cli.arguments;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slicer.cli.console.CommandFailedException;
import dev.slicer.events.EventJson;
import dev.slicer.events.InvalidEventException;
import dev.slicer.io.IoProblem;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Asks one service over HTTP, with a key or token where there is one. It follows no redirection, so none takes the key elsewhere. */
public final class ServiceClient {
    private static final Duration REQUEST_LIMIT = Duration.ofSeconds(30);
    private static final int UNAUTHENTICATED = 401;
    /** What a header can carry. */
    private static final Pattern CREDENTIAL = Pattern.compile("[\\x21-\\x7e]+");

    private final URI service;
    private final Optional<String> credential;
    private final HttpClient http;

    private ServiceClient(URI service, Optional<String> credential, HttpClient http) {
        this.service = service;
        this.credential = credential;
        this.http = http;
    }

    static ServiceClient of(URI service, Optional<String> credential, Optional<Path> authorities) {
        if (credential.isPresent()) {
            requireSecret(service, credential.get());
        }
        HttpClient.Builder http = HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NEVER);
        authorities.ifPresent(file -> http.sslContext(trusting(file)));
        return new ServiceClient(URI.create(service.toString().replaceAll("/+$", "") + "/"), credential, http.build());
    }

    private static void requireSecret(URI service, String credential) {
        if (!CREDENTIAL.matcher(credential).matches()) {
            throw new CommandFailedException("the key or token has blanks or line breaks in it, or nothing at all");
        }
        if (!"https".equalsIgnoreCase(service.getScheme()) && !isLoopback(service.getHost())) {
            throw new CommandFailedException("the key or token is not sent to " + service
                    + ", since everybody on the way could read it there; use an address that begins with https://");
        }
    }

    private static boolean isLoopback(String host) {
        try {
            return host != null && InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException unknown) {
            return false;
        }
    }

    private static SSLContext trusting(Path file) {
        try (InputStream pem = Files.newInputStream(file)) {
            Collection<? extends Certificate> certificates =
                    CertificateFactory.getInstance("X.509").generateCertificates(pem);
            if (certificates.isEmpty()) {
                throw new CommandFailedException(file + " has no certificate in it");
            }
            KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
            trusted.load(null, null);
            for (Certificate certificate : certificates) {
                trusted.setCertificateEntry("authority-" + trusted.size(), certificate);
            }
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (IOException e) {
            throw new CommandFailedException(file + ": cannot be read: " + IoProblem.of(e), e);
        } catch (GeneralSecurityException e) {
            throw new CommandFailedException(file + " holds no certificates in PEM", e);
        }
    }

    /** The address of something that the service has. */
    public URI at(String path) {
        return service.resolve(path);
    }

    /** A request to be sent by {@link #send}. */
    public HttpRequest.Builder request(URI address) {
        HttpRequest.Builder request = HttpRequest.newBuilder(address).timeout(REQUEST_LIMIT);
        credential.ifPresent(secret -> request.header("Authorization", "Bearer " + secret));
        return request;
    }

    public HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
        return http.send(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
    }

    /** What the service says is wrong. */
    public String problem(HttpResponse<String> response) {
        String detail;
        try {
            JsonNode problem = EventJson.read(response.body().getBytes(StandardCharsets.UTF_8), JsonNode.class);
            detail = problem.path("detail").asText("status " + response.statusCode());
        } catch (InvalidEventException noProblem) {
            detail = "status " + response.statusCode();
        }
        return response.statusCode() == UNAUTHENTICATED && credential.isEmpty()
                ? detail + "; give one by --api-key-file, --token or the environment variable SLICER_TOKEN"
                : detail;
    }

    @Override
    public String toString() {
        return service.toString();
    }
}
