package io.doab.conformance.server;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.Objects;

/**
 * A certificate for {@code localhost} and its key, in the forms that servers and clients
 * take. Whoever trusts it trusts it alone.
 *
 * @param keyStore both, as PKCS12
 * @param password of the key store
 * @param certificate as PEM
 * @param privateKey as PEM
 */
public record SelfSignedCertificate(Path keyStore, String password, Path certificate, Path privateKey) {

	private static final String ALIAS = "doab";

	/** Makes one for two days, by the JDK's {@code keytool}. */
	public static SelfSignedCertificate create(Path folder) {
		Path store = folder.resolve("doab.p12");
		String password = "password";
		try {
			Process keytool = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
					"-genkeypair", "-alias", ALIAS, "-keyalg", "EC", "-groupname", "secp256r1", "-dname",
					"CN=localhost", "-ext", "SAN=dns:localhost,ip:127.0.0.1", "-validity", "2", "-storetype", "PKCS12",
					"-keystore", store.toString(), "-storepass", password)
				.redirectErrorStream(true)
				.redirectOutput(folder.resolve("keytool.log").toFile())
				.start();
			if (keytool.waitFor() != 0) {
				throw new IllegalStateException(
						"keytool made no certificate: " + Files.readString(folder.resolve("keytool.log")));
			}
			KeyStore keys = KeyStore.getInstance("PKCS12");
			try (InputStream in = Files.newInputStream(store)) {
				keys.load(in, password.toCharArray());
			}
			return new SelfSignedCertificate(store, password,
					pem(folder.resolve("certificate.pem"), "CERTIFICATE",
							Objects.requireNonNull(keys.getCertificate(ALIAS)).getEncoded()),
					pem(folder.resolve("key.pem"), "PRIVATE KEY",
							Objects.requireNonNull(keys.getKey(ALIAS, password.toCharArray())).getEncoded()));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException("Every Java has what this needs", ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Interrupted while a certificate was made", ex);
		}
	}

	private static Path pem(Path file, String kind, byte[] bytes) throws IOException {
		return Files.writeString(file,
				"-----BEGIN " + kind + "-----\n" + Base64.getMimeEncoder(64, new byte[] { '\n' }).encodeToString(bytes)
						+ "\n-----END " + kind + "-----\n");
	}

}
