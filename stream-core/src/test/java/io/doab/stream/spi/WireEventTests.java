package io.doab.stream.spi;

import java.nio.charset.StandardCharsets;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An event is as large as its texts are as UTF-8, and its payload.
 */
class WireEventTests {

	private static final byte[] DATA = new byte[100];

	@ParameterizedTest
	@CsvSource({ "id, key, 0", "ïd, kéy, 2", "id€, 鍵, 4", "😀, 🔑🔑, 6", "id, , 0" })
	void itsSizeIsThatOfItsBytes(String value, @Nullable String key, int beyondCharacters) {
		WireEvent event = new WireEvent(Map.of("id", value), key, DATA);
		int text = "id".length() + bytes(value) + ((key != null) ? bytes(key) : 0);
		int characters = "id".length() + value.length() + ((key != null) ? key.length() : 0);
		assertThat(text).isEqualTo(characters + beyondCharacters);
		assertThat(event.isLargerThan(event.size())).isFalse();
		assertThat(event.size()).isEqualTo(DATA.length + 8 + text);
		assertThat(WireEvent.of(Map.of("id", value), key, DATA, text).size()).isEqualTo(event.size());
	}

	@ParameterizedTest
	@CsvSource({ "id, key", "鍵鍵鍵, 鍵", "😀, 🔑" })
	void itIsLargerThanALimitThatIsOneByteLess(String value, String key) {
		int size = new WireEvent(Map.of("id", value), key, DATA).size();
		assertThat(new WireEvent(Map.of("id", value), key, DATA).isLargerThan(size - 1)).isTrue();
		assertThat(new WireEvent(Map.of("id", value), key, DATA).isLargerThan(size)).isFalse();
		assertThat(new WireEvent(Map.of("id", value), key, DATA).isLargerThan(4 * size)).isFalse();
	}

	private static int bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8).length;
	}

}
