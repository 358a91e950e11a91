package io.doab.stream.spi;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Attributes are a map as any other, however many there are.
 */
class AttributesTests {

	@ParameterizedTest
	@ValueSource(ints = { 0, 1, 3, 8, 23, 24, 25, 300 })
	void itIsTheMapOfWhatWasPutInOrder(int count) {
		Attributes.Builder builder = new Attributes.Builder(5);
		Map<String, String> expected = new LinkedHashMap<>();
		for (int i = 0; i < count; i++) {
			builder.put("name" + i, "value" + i);
			expected.put("name" + i, "value" + i);
		}
		assertThat(builder.has("name0")).isEqualTo(count > 0);
		assertThat(builder.has("other")).isFalse();
		Map<String, String> built = builder.build();
		assertThat(built).isEqualTo(expected).hasSameHashCodeAs(expected).hasSize(count);
		assertThat(new ArrayList<>(built.keySet())).isEqualTo(List.copyOf(expected.keySet()));
		List<String> visited = new ArrayList<>();
		built.forEach((name, value) -> visited.add(name + "=" + value));
		assertThat(visited)
			.isEqualTo(expected.entrySet().stream().map((entry) -> entry.getKey() + "=" + entry.getValue()).toList());
		assertThat(built.get("name" + (count - 1))).isEqualTo(expected.get("name" + (count - 1)));
		assertThat(built.get("name" + count)).isNull();
		assertThat(built.getOrDefault("other", "none")).isEqualTo("none");
		assertThat(built.containsKey("name" + count)).isFalse();
	}

	@ParameterizedTest
	@ValueSource(ints = { 2, 24, 40 })
	void ofOneNameTheLastValueCounts(int count) {
		Attributes.Builder builder = new Attributes.Builder(1);
		for (int i = 0; i < count; i++) {
			builder.put("name" + i, "value");
		}
		Map<String, String> built = builder.put("name0", "another").build();
		assertThat(built).hasSize(count).containsEntry("name0", "another");
		assertThat(built.keySet().iterator().next()).isEqualTo("name0");
	}

	@Test
	void itCannotBeChanged() {
		Map<String, String> built = new Attributes.Builder(1).put("name", "value").build();
		assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(() -> built.put("other", "value"));
		assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(() -> built.remove("name"));
	}

}
