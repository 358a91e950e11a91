package io.doab.destinations.webhook.call;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import org.apache.hc.core5.ssl.SSLContexts;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Calls over TLS: the address is the checked one, and the name is the certificate's.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WebhookTlsTests {

	private static final char[] PASSWORD = "password".toCharArray();

	private final AtomicInteger received = new AtomicInteger();

	private final GuardedLookup lookup = new GuardedLookup((host) -> List.of(InetAddress.getLoopbackAddress()),
			new AddressRules(List.of("127.0.0.1")));

	private SSLContext ofShopExample;

	private HttpsServer server;

	@BeforeAll
	void start(@TempDir Path folder) throws Exception {
		this.ofShopExample = context(folder.resolve("shop.p12"));
		this.server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
		this.server.setHttpsConfigurator(new HttpsConfigurator(this.ofShopExample));
		this.server.createContext("/", (exchange) -> {
			try (exchange) {
				exchange.getRequestBody().readAllBytes();
				this.received.incrementAndGet();
				exchange.sendResponseHeaders(204, -1);
			}
		});
		this.server.start();
	}

	@AfterAll
	void stop() {
		this.server.stop(0);
	}

	@Test
	void aReceiverIsCalledWhenItsCertificateIsTrustedAndOfItsName() {
		assertThat(call(this.ofShopExample, "shop.example")).isInstanceOf(CallOutcome.Accepted.class);
		assertThat(this.received.getAndSet(0)).isEqualTo(1);
		assertThat(call(this.ofShopExample, "other.example")).isInstanceOfSatisfying(CallOutcome.Failed.class,
				(failed) -> assertThat(failed.reason()).isEqualTo("no TLS connection"));
		assertThat(call(SSLContexts.createSystemDefault(), "shop.example")).isInstanceOf(CallOutcome.Failed.class);
		assertThat(this.received.get()).isZero();
	}

	private CallOutcome call(SSLContext trust, String host) {
		CallLimits limits = new CallLimits(Duration.ofSeconds(10), Duration.ofSeconds(5), 1_000, 10);
		URI url = URI.create("https://" + host + ":" + this.server.getAddress().getPort() + "/hooks");
		try (WebhookCalls calls = new WebhookCalls(new EndpointRules(false, Set.of(), this.lookup), this.lookup, limits,
				Clock.systemUTC(), trust)) {
			return calls.call(new WebhookCall(url, "msg_1", new byte[] { '{', '}' }, List.of(SigningSecret.random())));
		}
	}

	/** Has a certificate of its own and trusts it alone. */
	private static SSLContext context(Path store) throws IOException, InterruptedException, GeneralSecurityException {
		Process keytool = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
				"-genkeypair", "-alias", "shop", "-keyalg", "EC", "-groupname", "secp256r1", "-dname",
				"CN=shop.example", "-ext", "SAN=dns:shop.example", "-validity", "2", "-storetype", "PKCS12",
				"-keystore", store.toString(), "-storepass", new String(PASSWORD))
			.inheritIO()
			.start();
		assertThat(keytool.waitFor()).isZero();
		KeyStore keys = KeyStore.getInstance("PKCS12");
		try (InputStream in = Files.newInputStream(store)) {
			keys.load(in, PASSWORD);
		}
		KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
		own.init(keys, PASSWORD);
		TrustManagerFactory trusted = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
		trusted.init(keys);
		SSLContext context = SSLContext.getInstance("TLS");
		context.init(own.getKeyManagers(), trusted.getTrustManagers(), null);
		return context;
	}

}
