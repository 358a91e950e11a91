package io.doab.guide;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * {@code docs/guide.md} of the checkout that the test runs in.
 *
 * @param prose what stands under each heading, blocks left out
 */
record Guide(List<GuideBlock> blocks, Map<String, String> prose) {

	static final Path ROOT = root();

	private static final String FENCE = "```";

	static Guide read() {
		try {
			return parse(Files.readAllLines(ROOT.resolve("docs/guide.md")));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static Guide parse(List<String> lines) {
		List<GuideBlock> blocks = new ArrayList<>();
		Map<String, String> prose = new LinkedHashMap<>();
		String heading = "";
		for (int i = 0; i < lines.size(); i++) {
			String line = lines.get(i);
			if (line.startsWith(FENCE)) {
				int begin = i + 1;
				int end = begin + lines.subList(begin, lines.size()).indexOf(FENCE);
				blocks.add(new GuideBlock(heading, line.substring(FENCE.length()), begin + 1,
						List.copyOf(lines.subList(begin, end))));
				i = end;
			}
			else if (line.startsWith("## ")) {
				heading = line.substring(3);
				prose.put(heading, "");
			}
			else {
				prose.computeIfPresent(heading, (key, text) -> text + line + "\n");
			}
		}
		return new Guide(blocks, prose);
	}

	List<GuideBlock> blocks(String language) {
		return this.blocks.stream().filter((block) -> block.language().equals(language)).toList();
	}

	/** The languages of the blocks under a heading. */
	List<String> languages(String heading) {
		return this.blocks.stream()
			.filter((block) -> block.heading().equals(heading))
			.map(GuideBlock::language)
			.toList();
	}

	String proseUnder(String heading) {
		return Objects.requireNonNull(this.prose.get(heading), heading);
	}

	private static Path root() {
		for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
			if (Files.exists(folder.resolve("docs/guide.md"))) {
				return folder;
			}
		}
		throw new IllegalStateException("There is no docs/guide.md in this folder or any above it");
	}

}
