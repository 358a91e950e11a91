package io.doab.shop;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The example in the documents is the one that is run here.
 */
class DocumentedExampleTests {

	private static final String HEADING = "## Testing a processor";

	private static final String FENCE = "```";

	@Test
	void theReferenceShowsTheTestThatIsRun() throws IOException {
		String source = Files.readString(Path.of("src/test/java/io/doab/shop/OrderTimeoutTests.java"));
		String shown = source.substring(source.indexOf("/**")).replace("\t", "    ").strip();
		assertThat(documented()).as("docs/reference.md, '%s'", HEADING).isEqualTo(shown);
	}

	private static String documented() throws IOException {
		String reference = Files.readString(Path.of("../docs/reference.md"));
		String fence = FENCE + "java\n";
		int begin = reference.indexOf(fence, reference.indexOf(HEADING)) + fence.length();
		return reference.substring(begin, reference.indexOf(FENCE, begin)).strip();
	}

}
