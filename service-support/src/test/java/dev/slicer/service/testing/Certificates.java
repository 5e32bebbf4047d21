package dev.slicer.service.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/** Certificates that were made for a test, each signed by itself, with their keys. */
public final class Certificates {
    private static final char[] PASSWORD = "changeit".toCharArray();
    private static final String ALIAS = "own";

    private Certificates() {}

    /** A certificate and its key. */
    public record Identity(KeyStore keys) {
        public X509Certificate certificate() {
            try {
                return (X509Certificate) keys.getCertificate(ALIAS);
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }

        /** As {@link #write} has written it. */
        public static Identity read(Path folder, String name) throws IOException {
            return new Identity(load(folder.resolve(name + ".p12")));
        }

        /** Writes both as PEM, each at once whole, {@code name.crt} and {@code name.key}, and for {@link #read}. */
        public void write(Path folder, String name) throws IOException {
            try (OutputStream store = Files.newOutputStream(folder.resolve(name + ".p12"))) {
                keys.store(store, PASSWORD);
                write(
                        folder.resolve(name + ".key"),
                        "PRIVATE KEY",
                        keys.getKey(ALIAS, PASSWORD).getEncoded());
                write(
                        folder.resolve(name + ".crt"),
                        "CERTIFICATE",
                        certificate().getEncoded());
            } catch (GeneralSecurityException e) {
                throw new IOException(e);
            }
        }

        private static void write(Path file, String type, byte[] content) throws IOException {
            String pem = "-----BEGIN " + type + "-----\n"
                    + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content) + "\n-----END " + type
                    + "-----\n";
            Path whole =
                    Files.writeString(file.resolveSibling(file.getFileName() + ".new"), pem, StandardCharsets.US_ASCII);
            Files.move(whole, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        }
    }

    /** For the loopback addresses. */
    public static Identity make(String name) throws IOException {
        return make(name, "EC", "-groupname", "secp256r1");
    }

    /** As {@link #make(String)}, with a key of the older kind. */
    public static Identity makeWithRsa(String name) throws IOException {
        return make(name, "RSA", "-keysize", "2048");
    }

    private static Identity make(String name, String algorithm, String option, String value) throws IOException {
        Path folder = Files.createTempDirectory("certificate");
        Path store = folder.resolve("store.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        ALIAS,
                        "-keyalg",
                        algorithm,
                        option,
                        value,
                        "-validity",
                        "2",
                        "-dname",
                        "CN=" + name,
                        "-ext",
                        "san=dns:localhost,ip:127.0.0.1",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        new String(PASSWORD))
                .redirectErrorStream(true)
                .start();
        try (InputStream output = keytool.getInputStream()) {
            String said = new String(output.readAllBytes(), StandardCharsets.UTF_8);
            if (keytool.waitFor() != 0) {
                throw new IOException("keytool: " + said);
            }
            KeyStore keys = load(store);
            Files.delete(store);
            Files.delete(folder);
            return new Identity(keys);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    private static KeyStore load(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            KeyStore keys = KeyStore.getInstance("PKCS12");
            keys.load(in, PASSWORD);
            return keys;
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    /** For a client that trusts these certificates alone. */
    public static SSLContext client(Optional<Identity> own, X509Certificate... trusted) {
        try {
            KeyStore trust = KeyStore.getInstance(KeyStore.getDefaultType());
            trust.load(null, null);
            for (int i = 0; i < trusted.length; i++) {
                trust.setCertificateEntry("trusted-" + i, trusted[i]);
            }
            TrustManagerFactory trusting = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trusting.init(trust);
            KeyManagerFactory showing = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            showing.init(own.map(Identity::keys).orElse(null), PASSWORD);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(showing.getKeyManagers(), trusting.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What the one who listens there shows. */
    public static Certificate shownAt(int port, SSLContext client) throws IOException {
        try (Socket socket = client.getSocketFactory().createSocket("127.0.0.1", port)) {
            ((SSLSocket) socket).startHandshake();
            return ((SSLSocket) socket).getSession().getPeerCertificates()[0];
        }
    }
}
